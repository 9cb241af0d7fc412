select visitor_id
from {{ ref('ordered_places') }}
where walked > 4
