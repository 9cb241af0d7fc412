with

products as (

    select * from {{ ref('stg_retail__products') }}

),

final as (

    select
        product_id,
        sku,
        product_name,
        category,
        unit_price,
        unit_cost,
        cast(unit_price - unit_cost as decimal(12, 2)) as unit_margin,
        {{ stored_timestamp('updated_at') }} as updated_at
    from products

)

select * from final
