{{ config(materialized='incremental', incremental_strategy='merge', unique_key='n') }}
select * from {{ ref('numbers') }}
