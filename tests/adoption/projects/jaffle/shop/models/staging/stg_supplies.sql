select
    {{ jaffle_utils.surrogate('id', 'sku') }} as supply_key,
    id as supply_id,
    sku as product_id,
    name as supply_name,
    {{ cents_to_euros('cost') }} as supply_cost
from {{ ref('raw_supplies') }}
