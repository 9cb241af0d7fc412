{# Names of the source's own columns in a changelog, a line each: all but those that the lake adds. #}
{% macro column_names(changes) -%}
    {%- set added = [
        '_op', '_deleted', '_key', '_before', '_commit_lsn', '_lsn', '_rank', '_tx', '_snapshot', '_snapshot_rows',
        '_committed_at', '_captured_at', '_written_at',
    ] -%}
    {%- set names = [] -%}
    {%- if execute -%}
        {%- for column in adapter.get_columns_in_relation(changes) if column.name | lower not in added -%}
            {%- do names.append(column.name) -%}
        {%- endfor -%}
        {%- if not names -%}
            {%- do exceptions.raise_compiler_error(
                changes ~ " has no columns of a source: it is not there, or is no changelog. `just cdc-status` says what is "
                ~ "captured."
            ) -%}
        {%- endif -%}
    {%- endif -%}
    {{- names | join('\n') -}}
{%- endmacro %}


{# The names as the engine quotes them, each with `prefix` (`changes.`) before it and a comma after it. #}
{% macro listed(names, prefix='') -%}
    {%- for name in names %}
        {{ prefix }}{{ adapter.quote(name) }},
    {%- endfor %}
{%- endmacro %}


{# The columns `names` of a changelog, a comma after each: timestamps to the microsecond, which is all that Iceberg stores and
   more than a stand-in of Hive's kind has. #}
{% macro stored(changes, names) -%}
    {%- set types = {} -%}
    {%- if execute -%}
        {%- for column in adapter.get_columns_in_relation(changes) -%}
            {%- do types.update({column.name | lower: column.dtype | lower}) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- for name in names %}
        {%- set type = types.get(name | lower, '') %}
        {% if type.startswith('timestamp') and 'zone' not in type -%}
        cast({{ adapter.quote(name) }} as timestamp(6)) as {{ adapter.quote(name) }},
        {%- else -%}
        {{ adapter.quote(name) }},
        {%- endif %}
    {%- endfor %}
{%- endmacro %}
