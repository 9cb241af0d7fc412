{# One amount divided by another, rounded to cents; null when there is nothing to divide by. In doubles, because DuckDB
   and Athena give quotients of decimals different scales. #}
{% macro ratio(numerator, denominator) -%}
    cast(
        round(cast({{ numerator }} as double) / nullif(cast({{ denominator }} as double), cast(0 as double)), 2)
        as decimal(18, 2)
    )
{%- endmacro %}
