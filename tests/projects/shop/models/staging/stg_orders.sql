-- By day of arrival, so that a filter on arrived_on reaches the files.
with ranked as (

    select
        order_id,
        customer_id,
        product_id,
        quantity,
        lower(status) as status,
        {{ stored_timestamp('updated_at') }} as updated_at,
        dt as arrived_on,
        row_number() over (partition by order_id, dt order by updated_at desc) as version_rank
    from {{ source('till', 'orders') }}

)

select
    order_id,
    customer_id,
    product_id,
    quantity,
    status,
    updated_at,
    arrived_on
from ranked
where version_rank = 1
