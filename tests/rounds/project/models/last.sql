select n + cast({{ var('plus', 0) }} as bigint) as n, total, grown from {{ ref('joined') }}
