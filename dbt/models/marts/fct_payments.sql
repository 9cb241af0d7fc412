{{
    config(
        materialized='table' if var('retail_from') == 'changes' else 'incremental',
        incremental_strategy='merge',
        unique_key='payment_id',
        on_schema_change='append_new_columns',
    )
}}

with

payments as (

    select * from {{ ref('stg_retail__payments') }}
    {% if is_incremental() %}
    where arrived_on >= {{ arrived_since('arrived_on') }}
    {% endif %}

),

ranked as (

    select
        *,
        row_number() over (partition by payment_id order by updated_at desc, arrived_on desc) as version_rank
    from payments

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
    left join loaded on latest.payment_id = loaded.payment_id
    where loaded.payment_id is null
        or latest.updated_at > loaded.updated_at
        or (latest.updated_at = loaded.updated_at and latest.arrived_on > loaded.arrived_on)
        or (
            latest.updated_at = loaded.updated_at
            and latest.arrived_on = loaded.arrived_on
            and {{ differs('latest', 'loaded', ['order_id', 'kind', 'method', 'amount', 'paid_at']) }}
        )

),

{% else %}

changed as (

    select * from latest

),

{% endif %}

final as (

    select
        payment_id,
        order_id,
        kind,
        method,
        cast(amount as decimal(18, 2)) as amount,
        cast(case kind when 'refund' then -amount else amount end as decimal(18, 2)) as signed_amount,
        {{ stored_timestamp('paid_at') }} as paid_at,
        {{ stored_timestamp('updated_at') }} as updated_at,
        arrived_on
    from changed

)

select * from final
