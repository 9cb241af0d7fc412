select id, amount from {{ ref('doubled') }}
