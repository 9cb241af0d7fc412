{% macro cents_to_euros(column_name) -%}
    {{ return(adapter.dispatch('cents_to_euros')(column_name)) }}
{%- endmacro %}

{% macro default__cents_to_euros(column_name) -%}
    cast({{ column_name }} as decimal(16, 2)) / {{ var('cents_in_a_unit') }}
{%- endmacro %}
