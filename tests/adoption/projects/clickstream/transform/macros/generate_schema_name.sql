{% macro generate_schema_name(custom_schema_name, node) -%}
    {%- if custom_schema_name is none -%}
        {{ target.schema }}
    {%- elif target.name == 'production' -%}
        {{ target.schema }}_{{ custom_schema_name | trim }}
    {%- else -%}
        {{ target.schema }}_{{ env_var('SCHEMA_SUFFIX', 'work') }}_{{ custom_schema_name | trim }}
    {%- endif -%}
{%- endmacro %}
