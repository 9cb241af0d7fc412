{{ config(unique_key='claim_policy_hk') }}

select
    claim_policy_hk,
    claim_hk,
    policy_hk,
    cast(loaded_at as timestamp(6)) as loaded_at
from {{ ref('stg_claims') }}
