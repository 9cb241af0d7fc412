{# A timestamp as the engine stores it: Iceberg knows microseconds only, Athena's views milliseconds. #}
{% macro stored_timestamp(expression) -%}
    {{ return(adapter.dispatch('stored_timestamp')(expression)) }}
{%- endmacro %}

{% macro default__stored_timestamp(expression) -%}
    cast({{ expression }} as timestamp)
{%- endmacro %}

{% macro athena__stored_timestamp(expression) -%}
    {{ cast_timestamp(expression) }}
{%- endmacro %}
