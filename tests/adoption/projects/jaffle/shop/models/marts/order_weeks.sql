-- Another engine's SQL, as projects have it that come from elsewhere.
select
    order_id,
    ordered_on::varchar as ordered_on_text
from {{ ref('orders') }}
