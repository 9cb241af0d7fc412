{% if var('retail_from') == 'changes' %}

select * from {{ ref('stg_shop__orders') }}

{% else %}

with

source as (

    select * from {{ source('retail', 'orders') }}

),

cleaned as (

    select
        order_id,
        customer_id,
        store_id,
        {{ stored_timestamp('ordered_at') }} as ordered_at,
        lower({{ clean_text('status') }}) as status,
        lower({{ clean_text('channel') }}) as channel,
        {{ stored_timestamp('updated_at') }} as updated_at,
        dt as arrived_on
    from source

),

-- By day of arrival, so that a reader's filter on arrived_on reaches the files.
ranked as (

    select
        *,
        row_number() over (
            partition by order_id, arrived_on
            order by
                updated_at desc,
                status nulls last,
                channel nulls last,
                customer_id nulls last,
                store_id nulls last,
                ordered_at nulls last
        ) as version_rank
    from cleaned

),

final as (

    select
        order_id,
        customer_id,
        store_id,
        ordered_at,
        status,
        channel,
        updated_at,
        arrived_on
    from ranked
    where version_rank = 1

)

select * from final

{% endif %}
