-- An order cannot arrive before the day (in UTC) on which it was placed.
select
    order_id,
    ordered_at,
    order_arrived_on
from {{ ref('fct_orders') }}
where cast(ordered_at as date) > order_arrived_on
