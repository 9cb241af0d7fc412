with

live as (

    select * from {{ ref('base_shop__orders') }}
    where not _deleted

),

final as (

    select
        order_id,
        customer_id,
        store_id,
        {{ stored_timestamp('ordered_at') }} as ordered_at,
        -- Payments tell of what is paid.
        case status when 'paid' then 'placed' else status end as status,
        case channel when 'shop' then 'store' else channel end as channel,
        {{ stored_timestamp('updated_at') }} as updated_at,
        cast(_committed_at as date) as arrived_on
    from live

)

select * from final
