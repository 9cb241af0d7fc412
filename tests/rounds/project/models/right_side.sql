select sum(amount) as total, '{{ run_started_at }} {{ invocation_id }}' as built_by from {{ ref('facts') }}
