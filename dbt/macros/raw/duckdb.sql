{# A view over whichever files a table's folder holds. CSV is read as text and cast to the declared types: nothing is
   guessed. #}
{% macro duckdb__raw_table_ddl(source, print_only) -%}
    {%- set folder = env_var('RAW_PATH', 'data/raw') ~ '/' ~ source.name -%}
    {%- if print_only -%}
        {%- set globs_by_format = {source.config.meta.format: [folder ~ '/dt=*/*']} -%}
    {%- else -%}
        {%- set globs_by_format = duckdb_globs_with_files(folder) -%}
    {%- endif -%}
    {%- if not globs_by_format -%}
        {%- do exceptions.raise_compiler_error(
            "Raw table " ~ source.name ~ " has no files: looked in " ~ folder
            ~ "/dt=YYYY-MM-DD/ for .parquet, .csv and .json files. "
            ~ "Set RAW_PATH to the folder that holds the raw tables, or generate them (just data)."
        ) -%}
    {%- endif -%}
    {%- set selects = [] -%}
    {%- for format, globs in globs_by_format.items() -%}
        {%- do selects.append(duckdb_select_from_files(source, format, globs)) -%}
    {%- endfor -%}
    {%- set view = source.schema ~ "." ~ source.name -%}
    {{ return(["create or replace view " ~ view ~ " as\n" ~ selects | join("\nunion all\n")]) }}
{%- endmacro %}


{# format -> the patterns that match a file in the folders of arrival days, for the formats that are there at all. #}
{% macro duckdb_globs_with_files(folder) -%}
    {%- set endings_by_format = {
        'parquet': ['.parquet'],
        'csv': ['.csv', '.csv.gz'],
        'json': ['.json', '.jsonl', '.ndjson', '.json.gz', '.jsonl.gz', '.ndjson.gz'],
    } -%}
    {%- set pattern = (folder | replace("'", "''")) ~ '/dt=*/*' -%}
    {%- set files = run_query("select file from glob('" ~ pattern ~ "')").columns[0].values() | join('\n') ~ '\n' -%}
    {%- set found = {} -%}
    {%- for format, endings in endings_by_format.items() -%}
        {%- for ending in endings if ending ~ '\n' in files -%}
            {%- do found.setdefault(format, []).append(pattern ~ ending) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}


{% macro duckdb_select_from_files(source, format, globs) -%}
    {%- set selected = [] -%}
    {%- set json_columns = [] -%}
    {%- for column in raw_columns(source, partition=false) -%}
        {%- do selected.append("cast(" ~ column.name ~ " as " ~ column.data_type ~ ") as " ~ column.name) -%}
        {%- do json_columns.append(column.name ~ ": '" ~ column.data_type ~ "'") -%}
    {%- endfor -%}
    {%- set partition_types = [] -%}
    {%- for column in raw_columns(source, partition=true) -%}
        {%- do selected.append(column.name) -%}
        {%- do partition_types.append(column.name ~ ": " ~ column.data_type) -%}
    {%- endfor -%}
    {%- set options = {
        'parquet': "union_by_name = true",
        'csv': "union_by_name = true, header = true, all_varchar = true, delim = ',', quote = '\"', escape = '\"'",
        'json': "format = 'newline_delimited', columns = {" ~ json_columns | join(', ') ~ "}",
    }[format] -%}
    {%- set sql -%}
select
    {{ selected | join(',\n    ') }}
from read_{{ format }}(
    ['{{ globs | join("', '") }}'],
    {{ options }},
    hive_partitioning = true,
    hive_types = {{ '{' ~ partition_types | join(', ') ~ '}' }}
)
    {%- endset -%}
    {{ return(sql) }}
{%- endmacro %}
