select people.id from {{ ref('people') }} as people inner join {{ ref('visits') }} as visits on people.id = visits.who
