{% if var('retail_from') == 'changes' %}

select * from {{ ref('stg_shop__stores') }}

{% else %}

with

source as (

    select * from {{ source('retail', 'stores') }}

),

cleaned as (

    select
        cast({{ clean_text('store_id') }} as bigint) as store_id,
        {{ clean_text('store_name') }} as store_name,
        upper({{ clean_text('country') }}) as country,
        {{ clean_text('city') }} as city,
        {{ clean_text('time_zone') }} as time_zone,
        cast({{ clean_text('opened_on') }} as date) as opened_on,
        dt as arrived_on
    from source

),

ranked as (

    select
        *,
        row_number() over (
            partition by store_id
            order by
                arrived_on desc,
                store_name nulls last,
                country nulls last,
                city nulls last,
                time_zone nulls last,
                opened_on nulls last
        ) as version_rank
    from cleaned

),

final as (

    select
        store_id,
        store_name,
        country,
        city,
        time_zone,
        opened_on,
        arrived_on
    from ranked
    where version_rank = 1

)

select * from final

{% endif %}
