{{ config(materialized='table') }}
{{ changelog.history(source('shop', 'items')) }}
