with

source as (

    select * from {{ source('ecom', 'orders') }}

),

renamed as (

    select
        id as order_id,
        customer as customer_id,
        order_total as order_total_cents,
        {{ cents_to_euros('order_total') }} as order_total,
        cast(ordered_at as date) as ordered_on
    from source

)

select * from renamed
