with raw as (

    select
        *,
        "$path" as file_name
    from {{ source('site', 'orders') }}

)

select
    order_id,
    visitor_id,
    file_name
from raw
