with

orders as (

    select * from {{ ref('stg_orders') }}

),

items as (

    select
        order_id,
        count(*) as count_order_items
    from {{ ref('stg_order_items') }}
    group by order_id

)

select
    orders.order_id,
    orders.customer_id,
    orders.ordered_on,
    orders.order_total,
    coalesce(items.count_order_items, 0) as count_order_items
from orders
left join items
    on orders.order_id = items.order_id
