{# The history of a changelog (type 2): a row for each version of a key, with `valid_from` (included) and `valid_to` (excluded;
   null for the version that holds now), both times of commits, and `is_current`. Made whole in each build, as a table or view:

       {{ changelog.history(source('shop_changes', 'customers'), columns=['email', 'country']) }}

   Versions of a key do not overlap. There is a gap where the key was deleted, truncated, or missing in a complete snapshot. Of
   the changes of one instant the last counts, and a change that leaves all `columns` as they were is no version. A commit that
   the source's clock dates before an earlier one counts as of that one's time.

   columns: names of the source's columns; all that the changelog has, where it is left out. #}
{% macro history(changes, columns=none) -%}
    {%- set names = columns or changelog.column_names(changes).split('\n') -%}
with

attempts as (

    {{ changelog.snapshots(changes) }}

),

counted as (

    select * from attempts
    where is_complete or newest = 1

),

changes as (

    select
        {{- changelog.stored(changes, names) }}
        _key,
        _op,
        captured._snapshot,
        {{ changelog.position() }} as _position,
        -- Rows of a snapshot are read one after another, and are all of one instant.
        cast(case when _op = 'r' then counted.taken_at else _committed_at end as timestamp(6)) as _committed_at
    from {{ changes }} as captured
    left join counted on captured._snapshot = counted._snapshot
    where _key is not null
        and (_op in ('c', 'u', 'd') or (_op = 'r' and counted._snapshot is not null))

),

keys as (

    select
        _key,
        min(_position) as first_position
    from changes
    group by _key

),

truncates as (

    select
        {{ changelog.position() }} as _position,
        cast(min(_committed_at) as timestamp(6)) as _committed_at
    from {{ changes }}
    where _op = 't'
    group by 1

),

-- Ends of keys that no delete tells of.
ends as (

    select
        keys._key,
        truncates._position,
        truncates._committed_at
    from keys
    inner join truncates on keys.first_position < truncates._position
    union all
    select
        keys._key,
        lpad(cast(counted.snapshot_lsn as varchar), 20, '0') || '0' as _position,
        cast(counted.taken_at as timestamp(6)) as _committed_at
    from keys
    inner join counted on keys.first_position < lpad(cast(counted.snapshot_lsn as varchar), 20, '0')
    left join changes on keys._key = changes._key and changes._op = 'r' and counted._snapshot = changes._snapshot
    where counted.is_complete
        and changes._key is null

),

events as (

    select
        {{- changelog.listed(names) }}
        _key,
        _op,
        _snapshot,
        _position,
        _committed_at
    from changes
    union all
    select
        {%- for name in names %}
        null as {{ adapter.quote(name) }},
        {%- endfor %}
        _key,
        'd' as _op,
        cast(null as varchar) as _snapshot,
        _position,
        _committed_at
    from ends

),

distinct_events as (

    select
        *,
        row_number() over (partition by _key, _position order by _snapshot desc nulls last) as copy_number
    from events

),

dated as (

    select
        *,
        max(_committed_at) over (
            partition by _key order by _position
            rows between unbounded preceding and current row
        ) as dated_at
    from distinct_events
    where copy_number = 1

),

instants as (

    select
        *,
        row_number() over (partition by _key, dated_at order by _position desc) as place_in_instant
    from dated

),

compared as (

    select
        *,
        lag(_op) over (partition by _key order by _position) as op_before
        {%- for name in names %},
        lag({{ adapter.quote(name) }}) over (partition by _key order by _position)
        is not distinct from {{ adapter.quote(name) }} as is_same_{{ loop.index }}
        {%- endfor %}
    from instants
    where place_in_instant = 1

),

turns as (

    select
        *,
        lead(dated_at) over (partition by _key order by _position) as ended_at
    from compared
    where op_before is null
        or op_before = 'd'
        or _op = 'd'
        {%- for name in names %}
        or not is_same_{{ loop.index }}
        {%- endfor %}

)

select
    {{- changelog.listed(names) }}
    _key,
    _position,
    dated_at as valid_from,
    ended_at as valid_to,
    ended_at is null as is_current
from turns
where _op <> 'd'
{%- endmacro %}
