{# A query of the attempts at a snapshot in a changelog, a row each: `_snapshot`; `snapshot_lsn`, the commit position that it
   was taken at; `taken_at`; `is_complete`, whether as many keys are there as its end says; and `newest`, 1 for the one that
   counts now: the last complete one or, while none is complete, the last. Rows of a snapshot alone are read. #}
{% macro snapshots(changes) -%}
    select
        _snapshot,
        snapshot_lsn,
        taken_at,
        is_complete,
        row_number() over (order by case when is_complete then 0 else 1 end, snapshot_lsn desc, _snapshot desc) as newest
    from (
        select
            _snapshot,
            coalesce(
                min(case when _op = 'r' then _commit_lsn end), min(_commit_lsn)
            ) as snapshot_lsn,
            coalesce(
                min(case when _op = 'r' then _committed_at end), min(_committed_at)
            ) as taken_at,
            count(distinct case when _op = 'r' then _key end)
            >= coalesce(min(case when _op = 's' then _snapshot_rows end), 9223372036854775807) as is_complete
        from {{ changes }}
        where _snapshot is not null
            and _op in ('r', 's')
        group by _snapshot
    ) as attempts
{%- endmacro %}


{# A query of one row, what keys are judged by: `truncated`, the position of the last truncate; `snapshot`, the attempt that
   counts; `snapshot_lsn`, its commit position, null while it is not complete. #}
{% macro marks(changes) -%}
    select
        (
            select max({{ changelog.position() }}) from {{ changes }}
            where _op = 't'
        ) as truncated,
        (select _snapshot from attempts where newest = 1) as snapshot,
        (select snapshot_lsn from attempts where newest = 1 and is_complete) as snapshot_lsn
{%- endmacro %}


{# Whether a row counts: all but those of another attempt at a snapshot. #}
{% macro is_accepted(row) -%}
    ({{ row }}._op <> 'r' or coalesce({{ row }}._snapshot = marks.snapshot, false))
{%- endmacro %}


{# Whether a key is there, its last change being `row`: no delete, nothing before a truncate, nothing that a complete snapshot
   did not see. #}
{% macro is_live(row) -%}
    (
        {{ row }}._op <> 'd'
        and {{ changelog.is_accepted(row) }}
        and (marks.truncated is null or {{ row }}._position > marks.truncated)
        and (marks.snapshot_lsn is null or {{ row }}._op = 'r' or {{ row }}._commit_lsn >= marks.snapshot_lsn)
    )
{%- endmacro %}
