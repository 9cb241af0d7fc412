{% if var('retail_from') == 'changes' %}

select * from {{ ref('stg_shop__products') }}

{% else %}

with

source as (

    select * from {{ source('retail', 'products') }}

),

cleaned as (

    select
        product_id,
        upper({{ clean_text('sku') }}) as sku,
        {{ clean_text('product_name') }} as product_name,
        lower({{ clean_text('category') }}) as category,
        cast(unit_price as decimal(12, 2)) as unit_price,
        cast(unit_cost as decimal(12, 2)) as unit_cost,
        {{ stored_timestamp(utc_from_iso8601(clean_text('updated_at'))) }} as updated_at,
        dt as arrived_on
    from source

),

ranked as (

    select
        *,
        row_number() over (
            partition by product_id
            order by
                updated_at desc,
                arrived_on desc,
                sku nulls last,
                product_name nulls last,
                category nulls last,
                unit_price nulls last,
                unit_cost nulls last
        ) as version_rank
    from cleaned

),

final as (

    select
        product_id,
        sku,
        product_name,
        category,
        unit_price,
        unit_cost,
        updated_at,
        arrived_on
    from ranked
    where version_rank = 1

)

select * from final

{% endif %}
