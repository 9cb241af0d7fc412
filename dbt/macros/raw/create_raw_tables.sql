{# Makes the raw tables that the sources declare: views over the files (DuckDB) or external tables (Athena).

     dbt run-operation create_raw_tables --target dev
     dbt run-operation create_raw_tables --target dev --args '{print_only: true}'

   Every table is dropped and made anew: it holds no data of its own, so this is safe at any time and follows each
   change of the declaration. `print_only` prints the statements and asks nothing of the engine. #}
{% macro create_raw_tables(print_only=false) -%}
    {%- if execute -%}
        {%- for source in graph.sources.values() | sort(attribute='unique_id') -%}
            {%- set statements = adapter.dispatch('raw_table_ddl')(source, print_only) -%}
            {%- if print_only -%}
                {%- for statement in statements -%}
                    {%- do print(statement ~ ';\n') -%}
                {%- endfor -%}
            {%- else -%}
                {%- set schema = api.Relation.create(database=source.database, schema=source.schema) -%}
                {%- if not adapter.check_schema_exists(source.database, source.schema) -%}
                    {%- do adapter.create_schema(schema) -%}
                {%- endif -%}
                {%- for statement in statements -%}
                    {%- do run_query(statement) -%}
                {%- endfor -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}


{# At the start of each run: DuckDB's views must list the files that are there now; Athena finds new files by itself. #}
{% macro attach_raw_files() -%}
    {{ return(adapter.dispatch('attach_raw_files')()) }}
{%- endmacro %}

{% macro default__attach_raw_files() -%}
{%- endmacro %}

{% macro duckdb__attach_raw_files() -%}
    {%- do create_raw_tables() -%}
{%- endmacro %}


{# Where the partition column of a source comes from is its folder, dt=YYYY-MM-DD; all the others are in the files. #}
{% macro raw_columns(source, partition) -%}
    {%- set found = [] -%}
    {%- for column in source.columns.values() if (column.config.meta.partition or false) == partition -%}
        {%- do found.append(column) -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}
