{{
    config(
        materialized='incremental', incremental_strategy='merge', unique_key='_key', on_schema_change='append_new_columns'
    )
}}
{{ changelog.current_state(source('shop_changes', 'stores'), columns=[
    'store_id',
    'store_name',
    'country',
    'city',
    'opened_on',
    'updated_at',
]) }}
