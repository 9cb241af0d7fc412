select
    customers.customer_id,
    customers.customer_name,
    count(orders.order_id) as count_lifetime_orders,
    min(orders.ordered_on) as first_ordered_on,
    coalesce(sum(orders.order_total), 0) as lifetime_spend
from {{ ref('stg_customers') }} as customers
left join {{ ref('orders') }} as orders
    on customers.customer_id = orders.customer_id
group by
    customers.customer_id,
    customers.customer_name
