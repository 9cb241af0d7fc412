{{ config(materialized='view') }}
select id, amount, cast(changed_at as timestamp(6)) as changed_at from {{ ref('payments') }}
