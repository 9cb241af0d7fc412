{# A key made of several columns: the md5 of their texts. Give a timestamp as timestamp_text(...), or engines differ. #}
{% macro surrogate_key(expressions) -%}
    {%- set texts = [] -%}
    {%- for expression in expressions -%}
        {%- do texts.append("coalesce(cast(" ~ expression ~ " as varchar), '')") -%}
    {%- endfor -%}
    {{ dbt.hash(texts | join(" || '|' || ")) }}
{%- endmacro %}
