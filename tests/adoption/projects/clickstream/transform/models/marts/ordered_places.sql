-- Geospatial functions are Athena's; local Athena has none.
select
    visitor_id,
    st_distance(st_point(0, 0), st_point(3, 4)) as walked
from {{ ref('stg_orders') }}
