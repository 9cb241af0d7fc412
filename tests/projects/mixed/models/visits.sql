{{ config(materialized='table') }}
select who, cast('{{ var("weight", "1") }}' as integer) as weight from {{ source('till', 'visits') }}
