{# Text without the blanks around it; nothing at all is null (a CSV does not tell an empty field from a missing one). #}
{% macro clean_text(expression) -%}
    nullif(trim({{ expression }}), '')
{%- endmacro %}
