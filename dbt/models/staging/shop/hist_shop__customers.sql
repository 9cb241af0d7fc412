{{ config(materialized='table') }}
{{ changelog.history(source('shop_changes', 'customers'), columns=[
    'customer_id',
    'email',
    'full_name',
    'phone',
    'country',
    'marketing_opt_in',
    'created_at',
]) }}
