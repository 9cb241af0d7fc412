-- Every order is counted on exactly one day of one store.
with

sales as (

    select
        sum(order_count) as order_count,
        sum(paid_amount) as paid_amount
    from {{ ref('daily_sales') }}

),

orders as (

    select
        count(*) as order_count,
        sum(paid_amount) as paid_amount
    from {{ ref('fct_orders') }}

)

select
    sales.order_count as sales_order_count,
    orders.order_count,
    sales.paid_amount as sales_paid_amount,
    orders.paid_amount
from sales
cross join orders
where sales.order_count <> orders.order_count
    or sales.paid_amount <> orders.paid_amount
