with

orders as (

    select * from {{ ref('fct_orders') }}

),

final as (

    select
        customer_id,
        min(order_date) as first_order_date,
        max(order_date) as last_order_date,
        count(*) as order_count,
        cast(sum(net_amount) as decimal(18, 2)) as net_amount,
        cast(sum(paid_amount) as decimal(18, 2)) as paid_amount,
        cast(sum(refunded_amount) as decimal(18, 2)) as refunded_amount
    from orders
    where customer_id is not null
        and status <> 'cancelled'
    group by customer_id

)

select * from final
