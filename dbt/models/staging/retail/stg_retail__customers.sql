{% if var('retail_from') == 'changes' %}

select * from {{ ref('stg_shop__customers') }}

{% else %}

with

source as (

    select * from {{ source('retail', 'customers') }}

),

cleaned as (

    select
        cast({{ clean_text('customer_id') }} as bigint) as customer_id,
        lower({{ clean_text('email') }}) as email,
        {{ clean_text('first_name') }} as first_name,
        {{ clean_text('last_name') }} as last_name,
        {{ clean_text('phone') }} as phone,
        upper({{ clean_text('country') }}) as country,
        {{ clean_text('city') }} as city,
        case lower({{ clean_text('marketing_opt_in') }})
            when 'true' then true
            when 'false' then false
        end as is_marketing_opt_in,
        {{ stored_timestamp(utc_from_iso8601(clean_text('signed_up_at'))) }} as signed_up_at,
        {{ stored_timestamp(utc_from_iso8601(clean_text('updated_at'))) }} as updated_at,
        dt as arrived_on
    from source

),

ranked as (

    select
        *,
        row_number() over (
            partition by customer_id, updated_at
            order by
                arrived_on desc,
                email nulls last,
                first_name nulls last,
                last_name nulls last,
                phone nulls last,
                country nulls last,
                city nulls last,
                is_marketing_opt_in nulls last,
                signed_up_at nulls last
        ) as delivery_rank
    from cleaned

),

final as (

    select
        {{ surrogate_key(['customer_id', timestamp_text('updated_at')]) }} as customer_key,
        customer_id,
        email,
        first_name,
        last_name,
        phone,
        country,
        city,
        is_marketing_opt_in,
        signed_up_at,
        updated_at,
        arrived_on
    from ranked
    where delivery_rank = 1

)

select * from final

{% endif %}
