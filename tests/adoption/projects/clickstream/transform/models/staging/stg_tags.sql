select
    views.view_id,
    tag_names.tag
from {{ source('site', 'page_views') }} as views
cross join unnest(views.tags) as tag_names (tag)
