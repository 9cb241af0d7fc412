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


{# The calendar day of a UTC timestamp in an IANA time zone, which may be a column. #}
{% macro local_date(utc_timestamp, time_zone) -%}
    {{ return(adapter.dispatch('local_date')(utc_timestamp, time_zone)) }}
{%- endmacro %}

{% macro duckdb__local_date(utc_timestamp, time_zone) -%}
    cast(({{ utc_timestamp }} at time zone 'UTC') at time zone {{ time_zone }} as date)
{%- endmacro %}

{% macro athena__local_date(utc_timestamp, time_zone) -%}
    cast(at_timezone(with_timezone({{ utc_timestamp }}, 'UTC'), {{ time_zone }}) as date)
{%- endmacro %}


{# A timestamp as text to the microsecond, the same on every engine: what a hash of it needs. #}
{% macro timestamp_text(expression) -%}
    {{ return(adapter.dispatch('timestamp_text')(expression)) }}
{%- endmacro %}

{% macro duckdb__timestamp_text(expression) -%}
    strftime({{ expression }}, '%Y-%m-%d %H:%M:%S.%f')
{%- endmacro %}

{% macro athena__timestamp_text(expression) -%}
    cast(cast({{ expression }} as timestamp(6)) as varchar)
{%- endmacro %}


{# Day of the week of a date, Monday = 1 to Sunday = 7. #}
{% macro iso_day_of_week(expression) -%}
    {{ return(adapter.dispatch('iso_day_of_week')(expression)) }}
{%- endmacro %}

{% macro duckdb__iso_day_of_week(expression) -%}
    isodow({{ expression }})
{%- endmacro %}

{% macro athena__iso_day_of_week(expression) -%}
    day_of_week({{ expression }})
{%- endmacro %}


{# A query of one column, date_day: every day from first to last, both ISO 8601 dates and both included. #}
{% macro days_between(first, last) -%}
    {{ return(adapter.dispatch('days_between')(first, last)) }}
{%- endmacro %}

{% macro duckdb__days_between(first, last) -%}
    select cast(days.date_day as date) as date_day
    from generate_series(date '{{ first }}', date '{{ last }}', interval '1' day) as days (date_day)
{%- endmacro %}

{% macro athena__days_between(first, last) -%}
    select cast(days.date_day as date) as date_day
    from unnest(sequence(date '{{ first }}', date '{{ last }}', interval '1' day)) as days (date_day)
{%- endmacro %}
