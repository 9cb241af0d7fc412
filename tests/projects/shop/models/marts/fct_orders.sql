{{
    config(
        materialized='incremental',
        incremental_strategy='merge',
        unique_key='order_id',
        on_schema_change='append_new_columns',
    )
}}

with ranked as (

    select
        *,
        row_number() over (partition by order_id order by updated_at desc) as newest_rank
    from {{ ref('stg_orders') }}
    {% if is_incremental() %}
    where arrived_on >= (select max(arrived_on) from {{ this }})
    {% if env_var('DBT_ARRIVED_FROM', '') %}
        or arrived_on >= date '{{ env_var("DBT_ARRIVED_FROM", "") }}'
    {% endif %}
    {% endif %}

)

select
    ranked.order_id,
    ranked.customer_id,
    ranked.product_id,
    ranked.quantity,
    ranked.status,
    cast(ranked.quantity * products.price as decimal(18, 2)) as amount,
    {{ stored_timestamp('ranked.updated_at') }} as updated_at,
    ranked.arrived_on
from ranked
left join {{ ref('stg_products') }} as products on ranked.product_id = products.product_id
where ranked.newest_rank = 1
