{# The first arrival day that an incremental run must read, as a literal so that the engine can skip the folders before
   it: the last day already loaded (the greatest `column` of the model's table), less var('lookback_days'); or the day of the
   earliest file that the run takes, where the lake says so (DBT_ARRIVED_FROM: docs/EVENTS.md). #}
{% macro arrived_since(column) -%}
    {%- if not execute -%}
        {{ return("date '1900-01-01'") }}
    {%- endif -%}
    {%- set result = run_query("select cast(max(" ~ column ~ ") as varchar) as last_day from " ~ this) -%}
    {%- set last_day = result.columns[0].values()[0] -%}
    {%- if last_day is none -%}
        {{ return("date '1900-01-01'") }}
    {%- endif -%}
    {%- set last_day = modules.datetime.datetime.strptime((last_day | string)[:10], '%Y-%m-%d') -%}
    {%- set since = last_day - modules.datetime.timedelta(days=var('lookback_days') | int) -%}
    {%- set since = since.strftime('%Y-%m-%d') -%}
    {{ return("date '" ~ [since, env_var('DBT_ARRIVED_FROM', '') or since] | min ~ "'") }}
{%- endmacro %}
