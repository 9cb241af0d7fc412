{# Versions of a table of history that overlap, end before they begin, or are open although another follows.

       data_tests: [changelog.seamless] #}
{% test seamless(model) %}
with

versions as (

    select
        *,
        lead(valid_from) over (partition by _key order by _position) as next_valid_from
    from {{ model }}

)

select
    _key,
    _position,
    valid_from,
    valid_to,
    next_valid_from
from versions
where valid_to <= valid_from
    or valid_to > next_valid_from
    or (valid_to is null and next_valid_from is not null)
    or is_current <> (valid_to is null)
{% endtest %}
