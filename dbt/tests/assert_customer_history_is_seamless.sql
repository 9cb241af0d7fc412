-- A customer's versions follow each other without gap or overlap, and the last one is the only current one. From changes, a
-- customer who was deleted has none, and one who came back has a gap: there, `changelog.seamless` tests the history.
{{ config(enabled=var('retail_from') == 'files') }}
with

versions as (

    select
        *,
        lead(valid_from) over (partition by customer_id order by valid_from) as next_valid_from
    from {{ ref('dim_customers') }}

)

select * from versions
where valid_from >= valid_to
    or (next_valid_from is null and (valid_to is not null or not is_current))
    or (next_valid_from is not null and (valid_to is null or valid_to <> next_valid_from or is_current))
