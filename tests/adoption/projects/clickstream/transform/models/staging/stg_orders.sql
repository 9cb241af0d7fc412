with raw as (

    select * from {{ source('site', 'orders') }}

)

select
    order_id,
    visitor_id,
    "$path" as file_name
from raw
