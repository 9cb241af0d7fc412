with

live as (

    select * from {{ ref('base_shop__customers') }}
    where not _deleted

),

final as (

    select
        {{ surrogate_key(['customer_id', timestamp_text('updated_at')]) }} as customer_key,
        customer_id,
        {{ shop_customer_columns() }}
        {{ stored_timestamp('created_at') }} as signed_up_at,
        {{ stored_timestamp('updated_at') }} as updated_at,
        cast(_committed_at as date) as arrived_on
    from live

)

select * from final
