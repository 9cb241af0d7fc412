with

live as (

    select * from {{ ref('base_shop__stores') }}
    where not _deleted

),

final as (

    select
        store_id,
        store_name,
        country,
        city,
        -- The shop's database has none.
        cast('UTC' as varchar) as time_zone,
        opened_on,
        cast(_committed_at as date) as arrived_on
    from live

)

select * from final
