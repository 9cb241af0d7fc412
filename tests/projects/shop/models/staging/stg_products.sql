with ranked as (

    select
        product_id,
        product_name,
        price,
        row_number() over (partition by product_id order by dt desc) as version_rank
    from {{ source('till', 'products') }}

)

select
    product_id,
    product_name,
    price
from ranked
where version_rank = 1
