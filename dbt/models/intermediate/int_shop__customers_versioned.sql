with

versions as (

    select * from {{ ref('hist_shop__customers') }}

),

final as (

    select
        {{ surrogate_key(['customer_id', timestamp_text('valid_from')]) }} as customer_key,
        customer_id,
        {{ shop_customer_columns() }}
        {{ stored_timestamp('created_at') }} as signed_up_at,
        {{ stored_timestamp('valid_from') }} as valid_from,
        {{ stored_timestamp('valid_to') }} as valid_to
    from versions

)

select * from final
