with

customers as (

    select * from {{ ref('dim_customers') }}
    where is_current

),

orders_by_customer as (

    select * from {{ ref('int_customers_ordered') }}

),

final as (

    select
        customers.customer_id,
        customers.country,
        {{ stored_timestamp('customers.signed_up_at') }} as signed_up_at,
        orders_by_customer.first_order_date,
        orders_by_customer.last_order_date,
        coalesce(orders_by_customer.order_count, 0) as order_count,
        cast(coalesce(orders_by_customer.net_amount, 0) as decimal(18, 2)) as net_amount,
        cast(
            coalesce(orders_by_customer.paid_amount - orders_by_customer.refunded_amount, 0) as decimal(18, 2)
        ) as lifetime_value,
        {{ ratio('orders_by_customer.net_amount', 'orders_by_customer.order_count') }} as average_order_amount
    from customers
    left join orders_by_customer on customers.customer_id = orders_by_customer.customer_id

)

select * from final
