select
    visitor_id,
    country,
    count(*) as views,
    cast(max(seen_at) as timestamp(6)) as last_seen_at
from {{ ref('stg_page_views') }}
group by visitor_id, country
