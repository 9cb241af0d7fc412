select
    {{ hash_key(['claim_id']) }} as claim_hk,
    {{ hash_key(['policy_id']) }} as policy_hk,
    {{ hash_key(['claim_id', 'policy_id']) }} as claim_policy_hk,
    claim_id,
    policy_id,
    amount,
    loaded_at
from {{ ref('raw_claims') }}
