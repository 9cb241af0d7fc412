{{
    config(
        materialized='incremental', incremental_strategy='merge', unique_key='_key', on_schema_change='append_new_columns'
    )
}}
{{ changelog.current_state(source('shop_changes', 'products'), columns=[
    'product_id',
    'sku',
    'product_name',
    'category',
    'unit_price',
    'updated_at',
]) }}
