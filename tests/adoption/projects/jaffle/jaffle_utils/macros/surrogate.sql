{% macro surrogate(first, second) -%}
    concat(cast({{ first }} as varchar), '-', cast({{ second }} as varchar))
{%- endmacro %}
