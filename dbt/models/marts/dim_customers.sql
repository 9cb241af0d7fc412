with

versions as (

    select * from {{ ref('int_customers_versioned') }}

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
        {{ stored_timestamp('valid_from') }} as valid_from,
        {{ stored_timestamp('valid_to') }} as valid_to,
        valid_to is null as is_current
    from versions

)

select * from final
