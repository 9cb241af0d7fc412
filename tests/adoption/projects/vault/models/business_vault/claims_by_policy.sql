select
    link.policy_hk,
    count(*) as claims,
    sum(sat.amount) as amount
from {{ ref('link_claim_policy') }} as link
inner join {{ ref('sat_claim') }} as sat
    on link.claim_hk = sat.claim_hk
group by link.policy_hk
