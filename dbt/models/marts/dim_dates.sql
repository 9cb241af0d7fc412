with

days as (

    {{ days_between(var('calendar_from'), var('calendar_to')) }}

),

numbered as (

    select
        date_day,
        cast(year(date_day) as integer) as year_number,
        cast(quarter(date_day) as integer) as quarter_of_year,
        cast(month(date_day) as integer) as month_of_year,
        cast(week(date_day) as integer) as iso_week_of_year,
        cast(day(date_day) as integer) as day_of_month,
        cast({{ iso_day_of_week('date_day') }} as integer) as iso_day_of_week
    from days

),

final as (

    select
        date_day,
        year_number,
        quarter_of_year,
        month_of_year,
        iso_week_of_year,
        day_of_month,
        iso_day_of_week,
        case iso_day_of_week
            when 1 then 'Monday'
            when 2 then 'Tuesday'
            when 3 then 'Wednesday'
            when 4 then 'Thursday'
            when 5 then 'Friday'
            when 6 then 'Saturday'
            when 7 then 'Sunday'
        end as day_name,
        iso_day_of_week >= 6 as is_weekend
    from numbered

)

select * from final
