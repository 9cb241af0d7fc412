{% macro hash_key(columns) -%}
    {{ return(adapter.dispatch('hash_key')(columns)) }}
{%- endmacro %}

{% macro default__hash_key(columns) -%}
    md5(concat_ws('||', {% for column in columns %}cast({{ column }} as varchar){{ ", " if not loop.last }}{% endfor %}))
{%- endmacro %}

{% macro athena__hash_key(columns) -%}
    lower(to_hex(md5(to_utf8(concat_ws('||', {% for column in columns %}cast({{ column }} as varchar){{ ", " if not loop.last }}{% endfor %})))))
{%- endmacro %}
