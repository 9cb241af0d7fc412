{% snapshot history %}
{{ config(unique_key='id', strategy='timestamp', updated_at='changed_at', target_schema=env_var('GLUE_DATABASE_NAME')) }}
select * from {{ ref('stg') }}
{% endsnapshot %}
