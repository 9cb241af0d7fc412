{{ config(unique_key='claim_hk') }}

select
    claim_hk,
    claim_id,
    min(cast(loaded_at as timestamp(6))) as loaded_at
from {{ ref('stg_claims') }}
{% if is_incremental() %}
where claim_hk not in (select claim_hk from {{ this }})
{% endif %}
group by claim_hk, claim_id
