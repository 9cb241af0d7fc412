select
    customers.country_name,
    cast(count(*) as bigint) as order_count,
    cast(sum(case when orders.status = 'cancelled' then 0 else orders.amount end) as decimal(18, 2)) as amount
from {{ ref('fct_orders') }} as orders
left join {{ ref('dim_customers') }} as customers on orders.customer_id = customers.customer_id
group by customers.country_name
