{# An external table over the files of the format that the source declares, with projected partitions: no crawler, no
   MSCK REPAIR.
   https://docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html #}
{% macro athena__raw_table_ddl(source, print_only) -%}
    {%- set name = "`" ~ source.schema ~ "`.`" ~ source.name ~ "`" -%}
    {%- set location = "s3://" ~ env_var('RAW_BUCKET_NAME', 'unset') ~ "/" ~ source.name ~ "/" -%}
    {%- set storage = athena_storage(source.config.meta.format) -%}
    {%- set partitions = raw_columns(source, partition=true) -%}
    {%- set properties = {'projection.enabled': 'true'} -%}
    {%- for column in partitions -%}
        {%- do properties.update({
            'projection.' ~ column.name ~ '.type': 'date',
            'projection.' ~ column.name ~ '.format': 'yyyy-MM-dd',
            'projection.' ~ column.name ~ '.range': var('raw_dates'),
        }) -%}
    {%- endfor -%}
    {%- do properties.update(storage.properties) -%}
    {%- set ddl -%}
create external table {{ name }} (
    {{ athena_column_list(raw_columns(source, partition=false)) }}
)
partitioned by (
    {{ athena_column_list(partitions) }}
)
{{ storage.clause }}
location '{{ location }}'
tblproperties (
    {% for key, value in properties.items() -%}
    '{{ key }}' = '{{ value }}'{{ ",\n    " if not loop.last }}
    {%- endfor %}
)
    {%- endset -%}
    {{ return(["drop table if exists " ~ name, ddl]) }}
{%- endmacro %}


{% macro athena_column_list(columns) -%}
    {%- set lines = [] -%}
    {%- for column in columns -%}
        {%- do lines.append("`" ~ column.name ~ "` " ~ (ddl_data_type(column.data_type) | trim)) -%}
    {%- endfor -%}
    {{ return(lines | join(",\n    ")) }}
{%- endmacro %}


{# OpenCSVSerDe: https://docs.aws.amazon.com/athena/latest/ug/csv-serde.html, JsonSerDe: .../openx-json-serde.html #}
{% macro athena_storage(format) -%}
    {{ return({
        'parquet': {'clause': "stored as parquet", 'properties': {}},
        'csv': {
            'clause': "row format serde 'org.apache.hadoop.hive.serde2.OpenCSVSerde'\nstored as textfile",
            'properties': {'skip.header.line.count': '1'},
        },
        'json': {
            'clause': "row format serde 'org.openx.data.jsonserde.JsonSerDe'\nstored as textfile",
            'properties': {},
        },
    }[format]) }}
{%- endmacro %}
