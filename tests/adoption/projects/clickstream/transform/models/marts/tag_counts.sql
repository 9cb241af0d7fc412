select
    tag,
    count(*) as views
from {{ ref('stg_tags') }}
group by tag
