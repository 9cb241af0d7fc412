{# Columns of a customer as the marts have them, of a row of the shop's database: its name is one text, its city is unknown. #}
{% macro shop_customer_columns() -%}
    lower({{ clean_text('email') }}) as email,
        nullif(split_part({{ clean_text('full_name') }}, ' ', 1), '') as first_name,
        nullif(trim(substr({{ clean_text('full_name') }}, length(split_part({{ clean_text('full_name') }}, ' ', 1)) + 1)), '') as last_name,
        {{ clean_text('phone') }} as phone,
        country,
        cast(null as varchar) as city,
        marketing_opt_in as is_marketing_opt_in,
{%- endmacro %}
