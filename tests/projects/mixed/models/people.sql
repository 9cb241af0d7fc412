{{ config(materialized='table') }}
select id, cast('{{ var("weight", "1") }}' as integer) as weight from {{ source('crm', 'people') }}
