-- What was paid, less what was refunded, is what a completed order comes to. Payments and lines may be late: an order
-- is looked at once var('settlement_days') have passed between its last state and the last day that arrived.
with

orders as (

    select * from {{ ref('fct_orders') }}

),

last_arrival as (

    select max(order_arrived_on) as last_day from orders

)

select
    orders.order_id,
    orders.net_amount,
    orders.paid_amount,
    orders.refunded_amount
from orders
cross join last_arrival
where orders.status = 'completed'
    and orders.paid_amount - orders.refunded_amount <> orders.net_amount
    and {{ dbt.dateadd('day', var('settlement_days'), 'cast(orders.updated_at as date)') }} <= last_arrival.last_day
