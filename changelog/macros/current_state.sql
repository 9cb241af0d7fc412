{# The current state of a changelog: a row for each key that was ever named, with the columns of its last change; `_deleted`
   says that it is gone. For an incremental model:

       {{ config(materialized='incremental', incremental_strategy='merge', unique_key='_key') }}
       {{ changelog.current_state(source('shop_changes', 'orders')) }}

   A run reads changes whose commit position is not older than `lookback_days` (days, by the source's clock) before the last
   one that is in the table; all of them with none. A change counts if its position is higher than its key's. A truncate or a
   snapshot that became complete is applied to keys that were loaded before, and what follows the snapshot is read again.
   Twice the same is once.

   columns: names of the source's columns; all that the changelog has, where it is left out. #}
{% macro current_state(changes, columns=none, lookback_days=var('changelog_lookback_days', 3)) -%}
    {%- set names = columns or changelog.column_names(changes).split('\n') -%}
    {%- set since, again = none, false -%}
    {%- if is_incremental() -%}
        {%- set asked = run_query(changelog.window(changes, this, lookback_days)).rows[0] -%}
        {%- set since, again = asked[0], asked[1] | int == 1 -%}
        {%- if again and since is not none -%}
            {%- set since = [since | int, asked[2] | int] | min -%}
        {%- endif -%}
    {%- endif -%}
with

attempts as (

    {{ changelog.snapshots(changes) }}

),

marks as (

    {{ changelog.marks(changes) }}

),

candidates as (

    select
        {{- changelog.stored(changes, names) }}
        _key,
        _op,
        _snapshot,
        {{ changelog.position() }} as _position,
        _commit_lsn,
        cast(_committed_at as timestamp(6)) as _committed_at
    from {{ changes }}
    where _op in ('r', 'c', 'u', 'd')
        and _key is not null
    {%- if since is not none %}
        and _commit_lsn >= {{ since }}
    {%- endif %}
    {%- if again %}
    union all
    select
        {{- changelog.listed(names) }}
        _key,
        _op,
        _snapshot,
        _position,
        _commit_lsn,
        _committed_at
    from {{ this }}
    {%- endif %}

),

judged as (

    select
        candidates.*,
        case when {{ changelog.is_accepted('candidates') }} then '1' else '0' end || candidates._position as place,
        {{ changelog.is_live('candidates') }} as is_live
    from candidates
    cross join marks

),

ranked as (

    select
        *,
        row_number() over (partition by _key order by place desc, _snapshot desc nulls last) as place_in_key
    from judged

),

final as (

    select
        {{- changelog.listed(names) }}
        _key,
        _op,
        not is_live as _deleted,
        _snapshot,
        _position,
        _commit_lsn,
        _committed_at,
        place
    from ranked
    where place_in_key = 1

)

select
    {{- changelog.listed(names, 'final.') }}
    final._key,
    final._op,
    final._deleted,
    final._snapshot,
    final._position,
    final._commit_lsn,
    final._committed_at
from final
{%- if is_incremental() %}
cross join marks
left join {{ this }} as loaded on final._key = loaded._key
where
    loaded._key is null
    or final.place > case when {{ changelog.is_accepted('loaded') }} then '1' else '0' end || loaded._position
    or (
        final._position = loaded._position
        and (final._deleted <> loaded._deleted or final._snapshot is distinct from loaded._snapshot)
    )
{%- endif %}
{%- endmacro %}


{# A query of one row, what a run upon `loaded` has to read: the commit position to read from (null for all of it); 1 if a key
   is there that should not be, is not although it should, or nothing since the complete snapshot that counts was read; that
   snapshot's commit position, to read from there in that case. #}
{% macro window(changes, loaded, lookback_days) -%}
with

attempts as (

    {{ changelog.snapshots(changes) }}

),

marks as (

    {{ changelog.marks(changes) }}

)

select
    {% if lookback_days is none -%}
    cast(null as bigint) as since,
    {%- else -%}
    (
        select min(_commit_lsn) from {{ changes }}
        where _committed_at >= (select max(_committed_at) from {{ loaded }}) - interval '{{ lookback_days | int }}' day
    ) as since,
    {%- endif %}
    case
        when (
            select count(*) from {{ loaded }} as loaded
            cross join marks
            where loaded._deleted = {{ changelog.is_live('loaded') }}
        ) > 0 then 1
        when marks.snapshot_lsn > (select max(_commit_lsn) from {{ loaded }}) then 1
        else 0
    end as reads_again,
    coalesce(marks.snapshot_lsn, 0) as since_snapshot
from marks
{%- endmacro %}
