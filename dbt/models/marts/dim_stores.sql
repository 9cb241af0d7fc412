with

stores as (

    select * from {{ ref('stg_retail__stores') }}

),

final as (

    select
        store_id,
        store_name,
        country,
        city,
        time_zone,
        opened_on
    from stores

)

select * from final
