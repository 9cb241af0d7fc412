with ranked as (

    select
        cast(customer_id as bigint) as customer_id,
        nullif(trim(customer_name), '') as customer_name,
        upper(country) as country,
        cast(joined_on as date) as joined_on,
        dt as arrived_on,
        row_number() over (partition by customer_id order by dt desc) as version_rank
    from {{ source('till', 'customers') }}

)

select
    customer_id,
    customer_name,
    country,
    joined_on,
    arrived_on
from ranked
where version_rank = 1
