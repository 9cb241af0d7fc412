{{
    config(
        materialized='incremental', incremental_strategy='merge', unique_key='_key', on_schema_change='append_new_columns'
    )
}}
{{ changelog.current_state(source('shop_changes', 'order_items'), columns=[
    'order_id',
    'line_number',
    'product_id',
    'quantity',
    'unit_price',
    'discount',
    'updated_at',
]) }}
