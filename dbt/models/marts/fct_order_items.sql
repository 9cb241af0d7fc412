{{
    config(
        materialized='table' if var('retail_from') == 'changes' else 'incremental',
        incremental_strategy='merge',
        unique_key='order_item_id',
        on_schema_change='append_new_columns',
    )
}}

with

order_items as (

    select * from {{ ref('stg_retail__order_items') }}
    {% if is_incremental() %}
    where arrived_on >= {{ arrived_since('arrived_on') }}
    {% endif %}

),

ranked as (

    select
        *,
        row_number() over (partition by order_item_id order by updated_at desc, arrived_on desc) as version_rank
    from order_items

),

latest as (

    select * from ranked
    where version_rank = 1

),

{% if is_incremental() %}

loaded as (

    select * from {{ this }}

),

-- A version that arrives after a newer one changes nothing, nor does one that is there already: the days of the lookback are
-- read again, and every row that is merged is written anew.
changed as (

    select latest.*
    from latest
    left join loaded on latest.order_item_id = loaded.order_item_id
    where loaded.order_item_id is null
        or latest.updated_at > loaded.updated_at
        or (latest.updated_at = loaded.updated_at and latest.arrived_on > loaded.arrived_on)
        or (
            latest.updated_at = loaded.updated_at
            and latest.arrived_on = loaded.arrived_on
            and {{ differs('latest', 'loaded', ['order_id', 'line_number', 'product_id', 'quantity', 'unit_price', 'discount_amount']) }}
        )

),

{% else %}

changed as (

    select * from latest

),

{% endif %}

final as (

    select
        order_item_id,
        order_id,
        line_number,
        product_id,
        quantity,
        unit_price,
        cast(quantity * unit_price as decimal(18, 2)) as gross_amount,
        cast(discount_amount as decimal(18, 2)) as discount_amount,
        cast(quantity * unit_price - discount_amount as decimal(18, 2)) as net_amount,
        {{ stored_timestamp('updated_at') }} as updated_at,
        arrived_on
    from changed

)

select * from final
