"""Rounding and parsing of dates and times: fractions of a millisecond, hours that a clock shows twice, texts.

Trino's rules stand in core/trino-main/src/main/java/io/trino/operator/scalar/{time,timestamp,timestamptz,timetz} of its
source.
"""

from tests.dialect.cases.case import Case as C  # noqa: N817
from tests.dialect.cases.case import Refused as R  # noqa: N817

NY = "America/New_York"
AGAIN = f"timestamp '2024-11-03 06:45:30.000 UTC' at time zone '{NY}'"  # 01:45:30 there, for the second time
DAYS, MONTHS = "interval day to second", "interval year to month"
TZ = "timestamp(3) with time zone"

CASES = [
    # differences of moments are whole milliseconds, rounded
    C("timestamp '2024-01-01 00:00:00.0007' - timestamp '2024-01-01 00:00:00.0000'", "0 00:00:00.001", DAYS),
    C("timestamp '2024-01-01 00:00:00.0000' - timestamp '2024-01-01 00:00:00.0005'", "0 00:00:00.000", DAYS, "a half goes up"),
    C("timestamp '2024-01-01 00:00:00.0000' - timestamp '2024-01-01 00:00:00.0007'", "-0 00:00:00.001", DAYS),
    C("timestamp '2024-01-01 00:00:00.0000 UTC' - timestamp '2024-01-01 00:00:00.0005 UTC'", "-0 00:00:00.001", DAYS, "with zone a half goes away from zero"),
    C("timestamp '2024-01-01 00:00:00.0004 UTC' - timestamp '2023-12-31 23:59:59.9999 UTC'", "0 00:00:00.000", DAYS, "rounded are the fractions, after the milliseconds"),
    C("time '10:00:00.0007' - time '10:00:00'", "0 00:00:00.001", DAYS),
    C("x - y from (values (timestamp '1969-12-31 23:59:59.999200', timestamp '1970-01-01 00:00:00.000000')) t(x, y)", "-0 00:00:00.001", DAYS),
    # date_diff counts from whole milliseconds to whole milliseconds
    C("date_diff('millisecond', timestamp '2024-01-01 00:00:00.000700', timestamp '2024-01-01 00:00:00.001200')", 1, "bigint"),
    C("date_diff('second', timestamp '2024-01-01 00:00:00.000700', timestamp '2024-01-01 00:00:01.000200')", 1, "bigint"),
    C("date_diff('millisecond', timestamp '1969-12-31 23:59:59.999700', timestamp '1970-01-01 00:00:00.000200')", 1, "bigint"),
    C(f"date_diff('day', timestamp '2024-03-09 12:00:00.000 {NY}', timestamp '2024-03-10 12:00:00.000 {NY}')", 1, "bigint"),
    C(f"date_diff('day', timestamp '2024-03-09 12:00:00.000000 {NY}', timestamp '2024-03-10 12:00:00.000000 {NY}')", 0, "bigint", "beyond milliseconds the calendar is that of UTC"),
    # date_add rounds milliseconds to what the type shows
    C("date_add('millisecond', 700, timestamp '2024-01-01 00:00:00')", "2024-01-01 00:00:01", "timestamp(0)"),
    C("date_add('millisecond', 14, timestamp '2024-01-01 00:00:00.12')", "2024-01-01 00:00:00.13", "timestamp(2)"),
    C("date_add('millisecond', 700, timestamp '2024-01-01 00:00:00 UTC')", "2024-01-01 00:00:01 UTC", "timestamp(0) with time zone"),
    C("date_add('millisecond', 700, time '23:59:59')", "00:00:00", "time(0)"),
    C("date_add('millisecond', 7, timestamp '2024-01-01 00:00:00.123456')", "2024-01-01 00:00:00.130456", "timestamp(6)"),
    # patterns show milliseconds, rounded
    C("date_format(timestamp '2024-12-31 23:59:59.9997', '%Y %s.%f')", "2025 00.000000", "varchar"),
    C("date_format(timestamp '2024-12-31 23:59:59.9997', x) from (values '%Y %s.%f') t(x)", "2025 00.000000", "varchar"),
    C(f"date_format(timestamp '2024-12-31 23:59:59.9997 {NY}', '%Y %s')", "2025 00", "varchar"),
    C("format_datetime(timestamp '2024-12-31 23:59:59.9997', 'yyyy ss.SSS')", "2025 00.000", "varchar"),
    C("format_datetime(timestamp '2024-12-31 23:59:59.9994', 'yyyy ss.SSS')", "2024 59.999", "varchar"),
    C("date_format(cast(null as timestamp), '%')", None, "varchar"),
    # the hour that a clock shows twice
    C(f"to_unixtime(date_trunc('hour', {AGAIN}))", 1730613600.0, "double"),
    C(f"to_unixtime(date_trunc('minute', {AGAIN}))", 1730616300.0, "double"),
    C(f"to_unixtime(date_trunc('second', x)) from (values {AGAIN}) t(x)", 1730616330.0, "double"),
    C(f"to_unixtime(date_trunc('day', {AGAIN}))", 1730606400.0, "double"),
    C("date_trunc('hour', timestamp '2024-01-01 10:20:30 +05:30')", "2024-01-01 10:00:00 +05:30", "timestamp(0) with time zone"),
    # zones given as intervals
    C("timestamp '2024-01-01 00:00:00' at time zone interval '-90' minute", "2023-12-31 22:30:00 -01:30", "timestamp(0) with time zone"),
    C("timestamp '2024-01-01 00:00:00' at time zone interval '0' hour", "2024-01-01 00:00:00 UTC", "timestamp(0) with time zone"),
    C("at_timezone(x, y) from (values (timestamp '2024-01-01 00:00:00 UTC', interval '3' hour)) t(x, y)", "2024-01-01 03:00:00 +03:00", "timestamp(0) with time zone"),
    # fields of a time with time zone are those of its own clock
    C("hour(time '10:11:12.345+05:30')", 10, "bigint"),
    C("minute(time '10:11:12.345+05:30')", 11, "bigint"),
    C("second(time '10:11:12.345+05:30')", 12, "bigint"),
    C("millisecond(time '10:11:12.345+05:30')", 345, "bigint"),
    C("extract(hour from time '10:11:12-05:30')", 10, "bigint"),
    C("timezone_hour(time '10:11:12-05:30')", -5, "bigint"),
    C("timezone_minute(time '10:11:12-05:30')", -30, "bigint"),
    # epochs
    C("from_unixtime(-0.0005)", "1970-01-01 00:00:00.000 UTC", TZ, "a half goes up"),
    C("from_unixtime(-0.0015)", "1969-12-31 23:59:59.999 UTC", TZ),
    C("from_unixtime(x) from (values 0.0005) t(x)", "1970-01-01 00:00:00.001 UTC", TZ),
    # texts of timestamps: spaces around and what follows the time count for nothing
    C("cast(' 2024-02-03 04:05:06 ' as timestamp)", "2024-02-03 04:05:06.000", "timestamp(3)"),
    C("cast(x as timestamp(6)) from (values '  2024-02-03 ') t(x)", "2024-02-03 00:00:00.000000", "timestamp(6)"),
    C("cast('2024-02-03 04:05:06 UTC' as timestamp)", "2024-02-03 04:05:06.000", "timestamp(3)", "its zone is not looked at"),
    C("cast('2024-02-03 04:05:06.5+09:00' as timestamp)", "2024-02-03 04:05:06.500", "timestamp(3)"),
    C("cast('2024-02-03 Asia/Tokyo' as timestamp)", "2024-02-03 00:00:00.000", "timestamp(3)"),
    C("try_cast('2024-02-03T04:05:06' as timestamp)", None, "timestamp(3)"),
    C("try_cast('2024-02-03 24:00:00' as timestamp)", None, "timestamp(3)"),
    C("try_cast('2024-02-031' as timestamp)", None, "timestamp(3)"),
    C("cast(' 2024-02-03 04:05:06 UTC ' as timestamp with time zone)", "2024-02-03 04:05:06.000 UTC", TZ),
    # fractions longer than the type are rounded, once
    C("cast('2024-02-03 04:05:06.9999997' as timestamp(6))", "2024-02-03 04:05:07.000000", "timestamp(6)"),
    C("cast(x as timestamp(6)) from (values '2024-02-03 04:05:06.1234567') t(x)", "2024-02-03 04:05:06.123457", "timestamp(6)"),
    C("cast(x as timestamp(3)) from (values '2024-02-03 04:05:06.1234996') t(x)", "2024-02-03 04:05:06.123", "timestamp(3)"),
    C("cast(x as timestamp(3) with time zone) from (values '2024-02-03 04:05:06.1235 +01:00') t(x)", "2024-02-03 04:05:06.124 +01:00", TZ),
    C("cast(x as timestamp(6) with time zone) from (values '2024-02-03 04:05:06.1234567 UTC') t(x)", "2024-02-03 04:05:06.123457 UTC", "timestamp(6) with time zone"),
    C("cast(cast(null as varchar) as timestamp(3) with time zone)", None, TZ),
    C("cast(x as time(6)) from (values '23:59:59.9999997') t(x)", "00:00:00.000000", "time(6)"),
    # ISO 8601 as Joda reads it
    C("from_iso8601_timestamp('2024-2-3T4:5:6Z')", "2024-02-03 04:05:06.000 UTC", TZ),
    C("from_iso8601_timestamp('2024-02-03T')", "2024-02-03 00:00:00.000 UTC", TZ),
    C("from_iso8601_timestamp('2024-02-03T+09:00')", "2024-02-03 00:00:00.000 +09:00", TZ),
    C("from_iso8601_timestamp('2024-02-03T10.25')", "2024-02-03 10:15:00.000 UTC", TZ, "a fraction of the hour"),
    C("from_iso8601_timestamp('2024-02-03T10:30,5')", "2024-02-03 10:30:30.000 UTC", TZ),
    C("from_iso8601_timestamp('2024-02-03t10:20z')", "2024-02-03 10:20:00.000 UTC", TZ),
    C("from_iso8601_timestamp('2024-02-03T10:20:30.1239999Z')", "2024-02-03 10:20:30.123 UTC", TZ),
    C("from_iso8601_date('2024-2-3')", "2024-02-03", "date"),
    C("from_iso8601_date('2024-W5-6')", "2024-02-03", "date"),
    C("from_iso8601_timestamp_nanos('2024-02-03T10:30+01:00[Europe/Berlin]')", "2024-02-03 10:30:00.000000000 Europe/Berlin", "timestamp(9) with time zone"),
    C("from_iso8601_timestamp_nanos('2024-02-03T10:30')", "2024-02-03 10:30:00.000000000 UTC", "timestamp(9) with time zone"),
    # names and halves of the day are read in the three cases that Joda knows; a year ends where the next number begins
    C("parse_datetime('05JAN2024', 'ddMMMyyyy')", "2024-01-05 00:00:00.000 UTC", TZ),
    C("parse_datetime('05january2024', 'ddMMMyyyy')", "2024-01-05 00:00:00.000 UTC", TZ),
    C("parse_datetime('20240206', 'yyyyMMdd')", "2024-02-06 00:00:00.000 UTC", TZ),
    C("parse_datetime('+2024-2-6', 'yyyy-MM-dd')", "2024-02-06 00:00:00.000 UTC", TZ),
    C("try(date_parse('6-fEb-2024', '%e-%b-%Y'))", None, "timestamp(3)"),
    # sequences
    C("sequence(date '2024-01-31', date '2024-04-30', interval '1' month)", ["2024-01-31", "2024-02-29", "2024-03-31", "2024-04-30"], "array(date)", "each step from the start"),
    C("sequence(date '2024-01-05', date '2024-01-01', interval '-2' day)", ["2024-01-05", "2024-01-03", "2024-01-01"], "array(date)"),
    C("sequence(x, y, interval '1' day) from (values (date '2024-01-05', cast(null as date))) t(x, y)", None, "array(date)"),
    C("sequence(timestamp '2024-01-01 02:00:00', timestamp '2024-01-01 00:00:00', interval '-1' hour)", ["2024-01-01 02:00:00", "2024-01-01 01:00:00", "2024-01-01 00:00:00"], "array(timestamp(0))"),
    # intervals: what is left out at the end is zero
    C("interval '7' day to second", "7 00:00:00.000", DAYS),
    C("interval '7 5' day to second", "7 05:00:00.000", DAYS),
    C("interval '7 5:04' day to second", "7 05:04:00.000", DAYS),
    C("interval '5:04' hour to second", "0 05:04:00.000", DAYS),
    C("interval -'4' minute to second", "-0 00:04:00.000", DAYS),
    C("interval '3' year to month", "3-0", MONTHS),
    C("interval '1.9876' second", "0 00:00:01.987", DAYS),
    C("interval '7' month / 2", "0-3", MONTHS),
    C("interval '-7' month / 2", "-0-3", MONTHS),
    C("1.5 * interval '3' day", "4 12:00:00.000", DAYS),
    C("interval '3' day / decimal '1.5'", "2 00:00:00.000", DAYS),
    C("x * y from (values (interval '1' day, cast(null as double))) t(x, y)", None, DAYS),
    C("day_of_month(interval '50' hour)", 2, "bigint"),
    C("day(interval '-50' hour)", -2, "bigint"),
    # durations: a half goes up
    C("parse_duration('0.5ms')", "0 00:00:00.001", DAYS),
    C("parse_duration('2.5ms')", "0 00:00:00.003", DAYS),
    C("parse_duration('2500.4us')", "0 00:00:00.003", DAYS),
]  # fmt: skip

REFUSED = [
    R("date_format(timestamp '2024-01-01 00:00:00', '')", "INVALID_FUNCTION_ARGUMENT", "Both printing and parsing not supported"),
    R("date_format(timestamp '2024-01-01 00:00:00', '%')", "INVALID_FUNCTION_ARGUMENT"),
    R("date_parse('2024', '')", "INVALID_FUNCTION_ARGUMENT"),
    R("timestamp '2024-01-01 00:00:00' at time zone interval '90' second", "INVALID_FUNCTION_ARGUMENT", "interval contains seconds"),
    R("timestamp '2024-01-01 00:00:00' at time zone interval '15' hour", "INVALID_FUNCTION_ARGUMENT"),
    R("from_iso8601_timestamp('T')", "INVALID_FUNCTION_ARGUMENT"),
    R("from_iso8601_timestamp('')", "INVALID_FUNCTION_ARGUMENT"),
    R("from_iso8601_timestamp_nanos('2024-02-03')", "INVALID_FUNCTION_ARGUMENT"),
    R("from_iso8601_timestamp_nanos('2024-02-03T10:30+0100')", "INVALID_FUNCTION_ARGUMENT"),
    R("from_iso8601_timestamp_nanos('2024-02-30T10:30Z')", "INVALID_FUNCTION_ARGUMENT"),
    R("parse_datetime('05jAN2024', 'ddMMMyyyy')", "INVALID_FUNCTION_ARGUMENT"),
    R("parse_datetime('2024-+2-6', 'yyyy-MM-dd')", "INVALID_FUNCTION_ARGUMENT"),
    R("parse_datetime('3 Pm', 'h a')", "INVALID_FUNCTION_ARGUMENT"),
    R("sequence(date '2024-01-03', date '2024-01-01', interval '1' day)", "INVALID_FUNCTION_ARGUMENT", "stop value should be greater"),
    R("sequence(date '2024-01-01', date '2024-01-03', interval '-1' month)", "INVALID_FUNCTION_ARGUMENT", "stop value should be greater"),
    R("sequence(date '2024-01-01', date '2024-01-03', interval '0' day)", "INVALID_FUNCTION_ARGUMENT", "step must not be zero"),
    R("sequence(timestamp '2024-01-01 03:00:00', timestamp '2024-01-01 00:00:00', interval '1' hour)", "INVALID_FUNCTION_ARGUMENT"),
    R("sequence(1, 3, 0)", "INVALID_FUNCTION_ARGUMENT", "step must not be zero"),
    R("timestamp '2024-01-01 00:00:00 +14:01'", "INVALID_LITERAL"),
    R("timestamp '2023-02-29 10:00:00'", "INVALID_LITERAL"),
    R("timestamp '2024-01-01 24:00:00'", "INVALID_LITERAL"),
    R("timestamp '2024-01-01T10:00:00'", "INVALID_LITERAL"),
    R("timestamp ' 2024-01-01 10:00:00'", "INVALID_LITERAL"),
    R("time '10'", "INVALID_LITERAL"),
    R("date '2023-02-29'", "INVALID_LITERAL"),
    R("interval '7 -5' day to hour", "INVALID_LITERAL"),
    R("interval '--7' day", "INVALID_LITERAL"),
    R("interval '1--2' year to month", "INVALID_LITERAL"),
    R("interval '7 5' day", "INVALID_LITERAL"),
    R("interval '1' day / 0", "INVALID_FUNCTION_ARGUMENT", "Cannot divide by double 0E0"),
    R("interval '1' month / 0e0", "INVALID_FUNCTION_ARGUMENT"),
    R("interval '1' day * nan()", "INVALID_FUNCTION_ARGUMENT", "Cannot multiply by double NaN"),
    R("nan() * interval '1' month", "INVALID_FUNCTION_ARGUMENT"),
    R("year(time '10:11:12+01:00')", "FUNCTION_NOT_FOUND"),
]  # fmt: skip
