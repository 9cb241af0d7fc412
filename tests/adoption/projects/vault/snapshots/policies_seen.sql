{% snapshot policies_seen %}

{{ config(unique_key='policy_id', strategy='check', check_cols=['holder'], target_schema=target.schema) }}

select policy_id, holder from {{ ref('raw_policies') }}

{% endsnapshot %}
