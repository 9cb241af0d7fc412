with

live as (

    select * from {{ ref('base_shop__order_items') }}
    where not _deleted

),

final as (

    select
        -- The shop's lines have no number of their own.
        order_id * 10000 + line_number as order_item_id,
        order_id,
        line_number,
        product_id,
        quantity,
        unit_price,
        discount as discount_amount,
        {{ stored_timestamp('updated_at') }} as updated_at,
        cast(_committed_at as date) as arrived_on
    from live

)

select * from final
