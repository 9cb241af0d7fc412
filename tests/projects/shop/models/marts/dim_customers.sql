select
    customers.customer_id,
    customers.customer_name,
    countries.country_name,
    customers.joined_on
from {{ ref('stg_customers') }} as customers
left join {{ ref('countries') }} as countries on customers.country = countries.country
where customers.joined_on >= cast('{{ var("joined_from") }}' as date)
