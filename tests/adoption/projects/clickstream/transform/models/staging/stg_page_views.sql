select
    view_id,
    seen_at,
    visitor.id as visitor_id,
    visitor.country as country,
    channel,
    '{{ var("team") }}' as owned_by
from {{ source('site', 'page_views') }}
