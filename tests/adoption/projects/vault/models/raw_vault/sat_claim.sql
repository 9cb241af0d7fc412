{{ config(unique_key=['claim_hk', 'loaded_at']) }}

select
    claim_hk,
    amount,
    cast(loaded_at as timestamp(6)) as loaded_at
from {{ ref('stg_claims') }}
{% if is_incremental() %}
where loaded_at > (select coalesce(max(loaded_at), timestamp '1970-01-01 00:00:00') from {{ this }})
{% endif %}
