{# Changes that a table of current_state should have and has not: they reached the changelog later than its lookback. A run
   with --full-refresh brings them. What is within the lookback is left to the next run.

       data_tests:
         - changelog.applied:
             arguments: {changes: "source('shop_changes', 'orders')"}

   changes: the relation that the model reads. lookback_days: as the model has it. #}
{% test applied(model, changes, lookback_days=var('changelog_lookback_days', 3)) %}
with

attempts as (

    {{ changelog.snapshots(changes) }}

),

changes as (

    select
        _key,
        max({{ changelog.position() }}) as _position
    from {{ changes }}
    where _key is not null
        and (
            _op in ('c', 'u', 'd')
            or (_op = 'r' and _snapshot in (select _snapshot from attempts where is_complete and newest = 1))
        )
        and _committed_at < (select max(_committed_at) from {{ model }}) - interval '{{ lookback_days | int }}' day
    group by _key

)

select
    changes._key,
    changes._position,
    loaded._position as loaded_position
from changes
left join {{ model }} as loaded on changes._key = loaded._key
where loaded._key is null
    or changes._position > loaded._position
{% endtest %}
