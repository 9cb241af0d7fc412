-- depends_on: {{ ref('letters') }}
select letter from {{ source('letters', 'letters') }}
