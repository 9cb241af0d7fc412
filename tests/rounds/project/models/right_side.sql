select sum(amount) as total, '{{ run_started_at }} {{ invocation_id }}' as built_by from {{ ref('facts') }}
{% if var('endless', false) %} cross join unnest(sequence(1, 10000)) as a (i) cross join unnest(sequence(1, 10000)) as b (j)
cross join unnest(sequence(1, 10000)) as c (k) where i * j + k = 7 {% endif %}
{% if var('fails', false) %} where no_such_column = 1 {% endif %}
