{% if var('retail_from') == 'changes' %}

select * from {{ ref('stg_shop__payments') }}

{% else %}

with

source as (

    select * from {{ source('retail', 'payments') }}

),

cleaned as (

    select
        payment_id,
        order_id,
        lower({{ clean_text('kind') }}) as kind,
        lower({{ clean_text('method') }}) as method,
        cast(amount as decimal(12, 2)) as amount,
        {{ stored_timestamp('paid_at') }} as paid_at,
        {{ stored_timestamp('updated_at') }} as updated_at,
        dt as arrived_on
    from source

),

-- By day of arrival, so that a reader's filter on arrived_on reaches the files.
ranked as (

    select
        *,
        row_number() over (
            partition by payment_id, arrived_on
            order by
                updated_at desc,
                order_id nulls last,
                kind nulls last,
                method nulls last,
                amount nulls last,
                paid_at nulls last
        ) as version_rank
    from cleaned

),

final as (

    select
        payment_id,
        order_id,
        kind,
        method,
        amount,
        paid_at,
        updated_at,
        arrived_on
    from ranked
    where version_rank = 1

)

select * from final

{% endif %}
