{% if var('retail_from') == 'changes' %}

select * from {{ ref('stg_shop__order_items') }}

{% else %}

with

source as (

    select * from {{ source('retail', 'order_items') }}

),

cleaned as (

    select
        order_item_id,
        order_id,
        line_number,
        product_id,
        quantity,
        cast(unit_price as decimal(12, 2)) as unit_price,
        cast(coalesce(discount_amount, 0) as decimal(12, 2)) as discount_amount,
        {{ stored_timestamp('updated_at') }} as updated_at,
        dt as arrived_on
    from source

),

-- By day of arrival, so that a reader's filter on arrived_on reaches the files.
ranked as (

    select
        *,
        row_number() over (
            partition by order_item_id, arrived_on
            order by
                updated_at desc,
                order_id nulls last,
                line_number nulls last,
                product_id nulls last,
                quantity nulls last,
                unit_price nulls last,
                discount_amount nulls last
        ) as version_rank
    from cleaned

),

final as (

    select
        order_item_id,
        order_id,
        line_number,
        product_id,
        quantity,
        unit_price,
        discount_amount,
        updated_at,
        arrived_on
    from ranked
    where version_rank = 1

)

select * from final

{% endif %}
