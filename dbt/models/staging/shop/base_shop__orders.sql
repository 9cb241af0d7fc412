{{
    config(
        materialized='incremental', incremental_strategy='merge', unique_key='_key', on_schema_change='append_new_columns'
    )
}}
{{ changelog.current_state(source('shop_changes', 'orders'), columns=[
    'order_id',
    'customer_id',
    'store_id',
    'channel',
    'status',
    'ordered_at',
    'updated_at',
]) }}
