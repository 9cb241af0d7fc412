{# Whether a row of `left` and one of `right` differ in any of the `columns`; NULL is equal to NULL. #}
{% macro differs(left, right, columns) -%}
    (
    {%- for column in columns %}
        {{ left }}.{{ column }} is distinct from {{ right }}.{{ column }}{{ " or" if not loop.last }}
    {%- endfor %}
    )
{%- endmacro %}
