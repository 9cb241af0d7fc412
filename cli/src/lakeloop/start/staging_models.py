"""A staging model for a raw table, in SQL that both engines take: texts trimmed and cast, the rest as it is.

https://docs.getdbt.com/best-practices/how-we-structure/2-staging
"""

from __future__ import annotations

import re

from lakeloop_raw.sql import identifier

from lakeloop.sources import Column, SourceTable

# https://trino.io/docs/current/language/reserved.html, and what DuckDB reserves beside them
_RESERVED = """
all alter analyse analyze and any array as asc asymmetric auto between both by case cast check collate column
constraint create cross cube current_catalog current_date current_path current_role current_schema current_time
current_timestamp current_user deallocate default deferrable delete desc describe distinct do drop else end escape
except execute exists extract false fetch for foreign from full group grouping having in initially inner insert
intersect into is join json_array json_exists json_object json_query json_table json_value lambda lateral leading left
like limit listagg localtime localtimestamp natural normalize not null offset on only or order outer pivot placing
prepare primary qualify recursive references returning right rollup select show skip some summarize symmetric table
then to trailing trim true uescape union unique unnest unpivot using values variadic when where window with
"""
MACROS = {
    "stored_timestamp": """\
{# A timestamp as the engine stores it: Iceberg knows microseconds only, Athena's views and Hive tables milliseconds. #}
{% macro stored_timestamp(expression) -%}
    {{ return(adapter.dispatch('stored_timestamp')(expression)) }}
{%- endmacro %}

{% macro default__stored_timestamp(expression) -%}
    cast({{ expression }} as timestamp)
{%- endmacro %}

{% macro athena__stored_timestamp(expression) -%}
    {{ cast_timestamp(expression) }}
{%- endmacro %}
""",
    "utc_from_iso8601": """\
{# The instant of an ISO 8601 text with an offset, as a timestamp in UTC. #}
{% macro utc_from_iso8601(expression) -%}
    {{ return(adapter.dispatch('utc_from_iso8601')(expression)) }}
{%- endmacro %}

{% macro duckdb__utc_from_iso8601(expression) -%}
    cast({{ expression }} as timestamptz) at time zone 'UTC'
{%- endmacro %}

{% macro athena__utc_from_iso8601(expression) -%}
    cast(at_timezone(from_iso8601_timestamp({{ expression }}), 'UTC') as timestamp)
{%- endmacro %}
""",
}


def name_of(table: SourceTable) -> str:
    """``stg_<source>__<table>``."""
    return f"stg_{table.source}__{table.identifier}"


def model(table: SourceTable) -> str:
    """The SQL of the staging model of a complete *table*."""
    lines = ",\n".join(f"        {_expression(column)}" for column in table.columns)
    return f"""\
with

source as (

    select * from {{{{ source('{table.source}', '{table.name}') }}}}

),

final as (

    select
{lines}
    from source

)

select * from final
"""


def _expression(column: Column) -> str:
    name = _quoted(column.name.lower())
    alias = _quoted(re.sub(r"[^a-z0-9]+", "_", column.name.lower()).strip("_") or "column_1")
    kind = column.type
    held = column.holds
    if kind is not None and kind.name == "timestamp" and not column.partition:
        return f"{{{{ stored_timestamp({_argument(name)}) }}}} as {alias}"
    if kind is None or not kind.is_text or column.partition:
        return name if name == alias else f"{name} as {alias}"
    text = f"nullif(trim({name}), '')"
    if held is None:
        return f"{text} as {alias}"
    if held.name == "timestamp with time zone":
        instant = f"utc_from_iso8601({_argument(text)})"
        return f"{{{{ stored_timestamp({instant}) }}}} as {alias}"
    if held.name == "timestamp":
        return f"{{{{ stored_timestamp({_argument(f"replace({text}, 'T', ' ')")}) }}}} as {alias}"
    if held.name == "boolean":
        text = f"lower({text})"
    return f"cast({text} as {held}) as {alias}"


def _argument(sql: str) -> str:
    """*sql* as a text in Jinja."""
    return '"' + sql.replace('"', '\\"') + '"' if "'" in sql or '"' in sql else f"'{sql}'"


def _quoted(name: str) -> str:
    return name if re.fullmatch(r"[a-z_][a-z0-9_]*", name) and name not in _RESERVED.split() else identifier(name)
