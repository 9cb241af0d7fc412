{% if var('retail_from') == 'changes' %}

select * from {{ ref('int_shop__customers_versioned') }}

{% else %}

with

versions as (

    select * from {{ ref('snap_retail__customers') }}
    -- What is known of a version now: the snapshot also keeps what was delivered first and corrected later.
    where dbt_valid_to is null

),

final as (

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
        {{ stored_timestamp('updated_at') }} as valid_from,
        {{ stored_timestamp('lead(updated_at) over (partition by customer_id order by updated_at)') }} as valid_to
    from versions

)

select * from final

{% endif %}
