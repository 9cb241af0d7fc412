select
    views.channel,
    channels.paid,
    count(*) as views
from {{ ref('stg_page_views') }} as views
left join {{ ref('channels') }} as channels
    on views.channel = channels.channel
group by views.channel, channels.paid
