{{
    config(
        materialized='incremental', incremental_strategy='merge', unique_key='_key', on_schema_change='append_new_columns'
    )
}}
{{ changelog.current_state(source('shop_changes', 'customers'), columns=[
    'customer_id',
    'email',
    'full_name',
    'phone',
    'country',
    'marketing_opt_in',
    'created_at',
    'updated_at',
]) }}
