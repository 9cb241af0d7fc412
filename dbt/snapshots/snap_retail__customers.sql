{# One row a version of a customer, kept when the raw file it came from has expired. The key is the version, not the
   customer: a version that arrives late is simply one more row, and one delivered again with other values replaces what
   was known of it. The history itself (from when to when) is made from these rows in int_customers_versioned. #}
{% snapshot snap_retail__customers %}

{{
    config(
        enabled=var('retail_from') == 'files',
        unique_key='customer_key',
        strategy='check',
        check_cols=[
            'email', 'first_name', 'last_name', 'phone', 'country', 'city', 'is_marketing_opt_in', 'signed_up_at',
        ],
    )
}}

select
    customer_key,
    customer_id,
    email,
    first_name,
    last_name,
    phone,
    country,
    city,
    is_marketing_opt_in,
    {{ stored_timestamp('signed_up_at') }} as signed_up_at,
    {{ stored_timestamp('updated_at') }} as updated_at,
    arrived_on
from {{ ref('stg_retail__customers') }}

{% endsnapshot %}
