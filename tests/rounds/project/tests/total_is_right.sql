select * from {{ ref('last') }} where total <> 120
