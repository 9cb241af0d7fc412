select sum(amount) as total, '{{ run_started_at }} {{ invocation_id }}' as built_by from {{ ref('facts') }}
{% if var('fails', false) %} where no_such_column = 1 {% endif %}
