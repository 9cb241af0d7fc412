with

orders as (

    select * from {{ ref('fct_orders') }}

),

stores as (

    select * from {{ ref('dim_stores') }}

),

by_day as (

    select
        order_date,
        store_id,
        count(*) as order_count,
        count(case when status = 'cancelled' then 1 end) as cancelled_order_count,
        count(distinct case when status <> 'cancelled' then customer_id end) as customer_count,
        cast(sum(case when status <> 'cancelled' then quantity else 0 end) as bigint) as quantity,
        cast(sum(case when status <> 'cancelled' then gross_amount else 0 end) as decimal(18, 2)) as gross_amount,
        cast(sum(case when status <> 'cancelled' then discount_amount else 0 end) as decimal(18, 2)) as discount_amount,
        cast(sum(case when status <> 'cancelled' then net_amount else 0 end) as decimal(18, 2)) as net_amount,
        cast(sum(paid_amount) as decimal(18, 2)) as paid_amount,
        cast(sum(refunded_amount) as decimal(18, 2)) as refunded_amount
    from orders
    group by order_date, store_id

),

final as (

    select
        by_day.order_date,
        by_day.store_id,
        stores.store_name,
        stores.country,
        by_day.order_count,
        by_day.cancelled_order_count,
        by_day.customer_count,
        by_day.quantity,
        by_day.gross_amount,
        by_day.discount_amount,
        by_day.net_amount,
        by_day.paid_amount,
        by_day.refunded_amount
    from by_day
    left join stores on by_day.store_id = stores.store_id

)

select * from final
