{{
    config(
        materialized='table' if var('retail_from') == 'changes' else 'incremental',
        incremental_strategy='merge',
        unique_key='order_id',
        on_schema_change='append_new_columns',
    )
}}

-- An order's row is made again, in whole, when anything new arrived for it: a state, a line, a payment, or another time
-- zone of its store. Each feed has a mark of its own, because feeds are late independently of each other.

with

arrived as (

    select * from {{ ref('stg_retail__orders') }}
    {% if is_incremental() %}
    where arrived_on >= {{ arrived_since('order_arrived_on') }}
    {% endif %}

),

order_items as (

    select * from {{ ref('fct_order_items') }}

),

payments as (

    select * from {{ ref('fct_payments') }}

),

stores as (

    select
        store_id,
        time_zone
    from {{ ref('stg_retail__stores') }}

),

{% if is_incremental() %}

loaded as (

    select * from {{ this }}

),

affected as (

    select order_id from arrived
    union distinct
    select order_id from order_items
    where arrived_on >= {{ arrived_since('items_arrived_on') }}
    union distinct
    select order_id from payments
    where arrived_on >= {{ arrived_since('payments_arrived_on') }}
    union distinct
    select loaded.order_id
    from loaded
    left join stores on loaded.store_id = stores.store_id
    where loaded.store_time_zone <> coalesce(stores.time_zone, 'UTC')

),

states as (

    select
        order_id,
        customer_id,
        store_id,
        ordered_at,
        status,
        channel,
        updated_at,
        arrived_on,
        1 as source_rank
    from arrived
    union all
    select
        order_id,
        customer_id,
        store_id,
        ordered_at,
        status,
        channel,
        updated_at,
        order_arrived_on as arrived_on,
        2 as source_rank
    from loaded
    where order_id in (select order_id from affected)

),

{% else %}

states as (

    select
        *,
        1 as source_rank
    from arrived

),

{% endif %}

ranked as (

    select
        *,
        row_number() over (
            partition by order_id
            order by updated_at desc, arrived_on desc, source_rank
        ) as version_rank
    from states

),

orders as (

    select * from ranked
    where version_rank = 1

),

items_by_order as (

    select
        order_id,
        cast(count(*) as integer) as item_count,
        cast(sum(quantity) as integer) as quantity,
        cast(sum(gross_amount) as decimal(18, 2)) as gross_amount,
        cast(sum(discount_amount) as decimal(18, 2)) as discount_amount,
        cast(sum(net_amount) as decimal(18, 2)) as net_amount,
        max(arrived_on) as arrived_on
    from order_items
    {% if is_incremental() %}
    where order_id in (select order_id from affected)
    {% endif %}
    group by order_id

),

payments_by_order as (

    select
        order_id,
        cast(sum(case kind when 'payment' then amount else 0 end) as decimal(18, 2)) as paid_amount,
        cast(sum(case kind when 'refund' then amount else 0 end) as decimal(18, 2)) as refunded_amount,
        max(arrived_on) as arrived_on
    from payments
    {% if is_incremental() %}
    where order_id in (select order_id from affected)
    {% endif %}
    group by order_id

),

located as (

    select
        orders.*,
        coalesce(stores.time_zone, 'UTC') as store_time_zone
    from orders
    left join stores on orders.store_id = stores.store_id

),

final as (

    select
        located.order_id,
        located.customer_id,
        located.store_id,
        {{ stored_timestamp('located.ordered_at') }} as ordered_at,
        {{ local_date('located.ordered_at', 'located.store_time_zone') }} as order_date,
        located.store_time_zone,
        located.status,
        located.channel,
        coalesce(items_by_order.item_count, 0) as item_count,
        coalesce(items_by_order.quantity, 0) as quantity,
        cast(coalesce(items_by_order.gross_amount, 0) as decimal(18, 2)) as gross_amount,
        cast(coalesce(items_by_order.discount_amount, 0) as decimal(18, 2)) as discount_amount,
        cast(coalesce(items_by_order.net_amount, 0) as decimal(18, 2)) as net_amount,
        cast(coalesce(payments_by_order.paid_amount, 0) as decimal(18, 2)) as paid_amount,
        cast(coalesce(payments_by_order.refunded_amount, 0) as decimal(18, 2)) as refunded_amount,
        {{ stored_timestamp('located.updated_at') }} as updated_at,
        located.arrived_on as order_arrived_on,
        items_by_order.arrived_on as items_arrived_on,
        payments_by_order.arrived_on as payments_arrived_on
    from located
    left join items_by_order on located.order_id = items_by_order.order_id
    left join payments_by_order on located.order_id = payments_by_order.order_id

)

{% if is_incremental() %}

-- The days of the lookback are read again: an order that is made again as it was, is not written anew.
select final.*
from final
left join loaded on final.order_id = loaded.order_id
where
    loaded.order_id is null
    or {{ differs('final', 'loaded', [
        'customer_id', 'store_id', 'ordered_at', 'order_date', 'store_time_zone', 'status', 'channel', 'item_count', 'quantity',
        'gross_amount', 'discount_amount', 'net_amount', 'paid_amount', 'refunded_amount', 'updated_at', 'order_arrived_on',
        'items_arrived_on', 'payments_arrived_on',
    ]) }}

{% else %}

select * from final

{% endif %}
