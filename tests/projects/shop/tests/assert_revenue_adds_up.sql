-- The amounts of the countries are those of the orders.
select 1 as wrong
from (select sum(amount) as amount from {{ ref('revenue') }}) as by_country
cross join (select sum(amount) as amount from {{ ref('fct_orders') }} where status <> 'cancelled') as by_order
where by_country.amount <> by_order.amount
