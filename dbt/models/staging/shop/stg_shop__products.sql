with

live as (

    select * from {{ ref('base_shop__products') }}
    where not _deleted

),

final as (

    select
        product_id,
        sku,
        product_name,
        lower(category) as category,
        unit_price,
        cast(null as decimal(12, 2)) as unit_cost,
        {{ stored_timestamp('updated_at') }} as updated_at,
        cast(_committed_at as date) as arrived_on
    from live

)

select * from final
