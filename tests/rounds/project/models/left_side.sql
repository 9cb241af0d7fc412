select count(*) as n from {{ ref('facts') }}
{% if var('endless', false) %} cross join unnest(sequence(1, 10000)) as a (i) cross join unnest(sequence(1, 10000)) as b (j)
cross join unnest(sequence(1, 10000)) as c (k) where i * j + k = 7 {% endif %}
