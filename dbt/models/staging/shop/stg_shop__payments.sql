with

live as (

    select * from {{ ref('base_shop__payments') }}
    where not _deleted

),

final as (

    select
        payment_id,
        order_id,
        kind,
        method,
        amount,
        {{ stored_timestamp('paid_at') }} as paid_at,
        {{ stored_timestamp('updated_at') }} as updated_at,
        cast(_committed_at as date) as arrived_on
    from live

)

select * from final
