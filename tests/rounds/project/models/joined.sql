select l.n, r.total, (select count(*) from {{ ref('grown') }}) as grown from {{ ref('left_side') }} l cross join {{ ref('right_side') }} r
