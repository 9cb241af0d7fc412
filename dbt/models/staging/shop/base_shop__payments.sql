{{
    config(
        materialized='incremental', incremental_strategy='merge', unique_key='_key', on_schema_change='append_new_columns'
    )
}}
{{ changelog.current_state(source('shop_changes', 'payments'), columns=[
    'payment_id',
    'order_id',
    'kind',
    'method',
    'amount',
    'paid_at',
    'updated_at',
]) }}
