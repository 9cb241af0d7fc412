{{ config(materialized='incremental', unique_key='id', incremental_strategy='merge') }}
select id, amount, '{{ run_started_at }} {{ invocation_id }}' as loaded_by from {{ ref('facts') }}
{% if is_incremental() %} where id > (select max(id) from {{ this }}) {% endif %}
