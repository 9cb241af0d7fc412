"""Times of the day in all precisions, with zone and without.

Values are those of Trino's own arithmetic, in picoseconds and within a day:
https://github.com/trinodb/trino/tree/master/core/trino-main/src/main/java/io/trino/operator/scalar/time and ``timetz`` beside it.
"""

from tests.dialect.cases.case import Case as C  # noqa: N817
from tests.dialect.cases.case import Refused as R  # noqa: N817

ZONED = "with time zone"
PICO = "time '10:21:32.123456789012'"
EAST = "time '10:21:32.123456789012 +05:45'"

CASES = [
    C(PICO, "10:21:32.123456789012", "time(12)"),
    C("time '10:21:32.1234567'", "10:21:32.1234567", "time(7)"),
    C("time '10:21'", "10:21:00", "time(0)"),
    C(EAST, "10:21:32.123456789012+05:45", f"time(12) {ZONED}"),
    C("time '10:21:32.1234567 -03:30'", "10:21:32.1234567-03:30", f"time(7) {ZONED}"),
    # casts between precisions
    *(C(f"cast({PICO} as time({p}))", text, f"time({p})") for p, text in (
        (0, "10:21:32"), (1, "10:21:32.1"), (3, "10:21:32.123"), (6, "10:21:32.123457"), (7, "10:21:32.1234568"), (9, "10:21:32.123456789"),
        (12, "10:21:32.123456789012"))),
    *(C(f"cast({EAST} as time({p}) with time zone)", f"{text}+05:45", f"time({p}) {ZONED}") for p, text in (
        (0, "10:21:32"), (4, "10:21:32.1235"), (6, "10:21:32.123457"), (8, "10:21:32.12345679"), (12, "10:21:32.123456789012"))),
    C("cast(time '10:21:32.5' as time(9))", "10:21:32.500000000", "time(9)"),
    C("cast(time '23:59:59.9999999' as time(6))", "00:00:00.000000", "time(6)", "midnight follows"),
    C("cast(time '23:59:59.5 -03:30' as time(0) with time zone)", "00:00:00-03:30", f"time(0) {ZONED}"),
    C("cast(time '10:21:32.1234567' as time(2) with time zone)", "10:21:32.12+00:00", f"time(2) {ZONED}"),
    C(f"cast({EAST} as time(7))", "10:21:32.1234568", "time(7)"),
    C("cast('10:21:32.12345678' as time(8))", "10:21:32.12345678", "time(8)"),
    C("cast(x as time(10)) from (values '10:21:32.12345678') t(x)", "10:21:32.1234567800", "time(10)"),
    C("cast(x as time(1) with time zone) from (values '10:21:32.16-03:30') t(x)", "10:21:32.2-03:30", f"time(1) {ZONED}"),
    C("try_cast(x as time) from (values '25:00') t(x)", None, "time(3)"),
    C(f"cast({PICO} as varchar)", "10:21:32.123456789012", "varchar"),
    C(f"cast({EAST} as varchar)", "10:21:32.123456789012+05:45", "varchar"),
    C("cast(timestamp '2024-05-06 10:21:32.987' as time(1))", "10:21:33.0", "time(1)"),
    C("cast(timestamp '2024-05-06 10:21:32.987' as time(9) with time zone)", "10:21:32.987000000+00:00", f"time(9) {ZONED}"),
    C("cast(timestamp '2024-07-06 10:21:32.987 America/New_York' as time(0) with time zone)", "10:21:33-04:00", f"time(0) {ZONED}"),
    C("cast(cast(time '10:21:32.7 +05:45' as timestamp(0)) as time(0))", "10:21:33", "time(0)"),
    C("cast(cast(time '10:21:32.7 +05:45' as timestamp(3) with time zone) as time(3) with time zone)", "10:21:32.700+05:45", f"time(3) {ZONED}"),
    C("cast(time '23:59:59.6' as timestamp(0)) = cast(date_add('day', 1, current_date) as timestamp)", True, "boolean"),
    # parts
    C(f"hour({EAST}) * 10000 + minute({EAST}) * 100 + second({EAST})", 102132, "bigint"),
    C(f"millisecond({PICO})", 123, "bigint"),
    C(f"extract(timezone_hour from {EAST}) * 100 + extract(timezone_minute from {EAST})", 545, "bigint"),
    C("timezone_minute(time '10:21 -03:30')", -30, "bigint"),
    # date_add, date_diff, date_trunc
    C(f"date_add('millisecond', 1, {PICO})", "10:21:32.124456789012", "time(12)"),
    C("date_add('millisecond', 700, time '10:21:32')", "10:21:33", "time(0)", "rounded"),
    C("date_add('hour', -11, time '10:21:32.1 +05:45')", "23:21:32.1+05:45", f"time(1) {ZONED}"),
    C(f"date_add('minute', 100, {EAST})", "12:01:32.123456789012+05:45", f"time(12) {ZONED}"),
    C("date_add('second', 86401, time '10:21:32 -03:30')", "10:21:33-03:30", f"time(0) {ZONED}"),
    C("date_diff('minute', time '10:21:32.1 +05:45', time '10:21:32 -03:30')", 554, "bigint", "by UTC"),
    C(f"date_diff('millisecond', {PICO}, time '10:21:33')", 876, "bigint"),
    *(C(f"date_trunc('{unit}', {EAST})", f"{text}+05:45", f"time(12) {ZONED}") for unit, text in (
        ("millisecond", "10:21:32.123000000000"), ("second", "10:21:32.000000000000"), ("minute", "10:21:00.000000000000"),
        ("hour", "10:00:00.000000000000"))),
    C("date_trunc('hour', time '10:21:32.1234567')", "10:00:00.0000000", "time(7)"),
    # operators
    C(f"{PICO} + interval '1.001' second", "10:21:33.124456789012", "time(12)"),
    C(f"{EAST} - interval '11' hour", "23:21:32.123456789012+05:45", f"time(12) {ZONED}"),
    C(f"{PICO} - time '10:21:31'", "0 00:00:01.123", "interval day to second"),
    C("time '10:21:32.0005001' - time '10:21:32'", "0 00:00:00.001", "interval day to second", "half of one rounded up"),
    C(f"{PICO} > time '10:21:32.123456789011'", True, "boolean"),
    C(f"{EAST} = time '04:36:32.123456789012 +00:00'", True, "boolean"),
    C(f"{PICO} = cast({PICO} as time(6))", False, "boolean"),
    C("max(x) from (values time '10:00:00.1234567', time '10:00:00.12345671') t(x)", "10:00:00.12345671", "time(8)"),
    C("array[time '10:00', time '10:00:00.1234567']", ["10:00:00.0000000", "10:00:00.1234567"], "array(time(7))"),
    # zones
    C(f"{EAST} at time zone '-03:30'", "01:06:32.123456789012-03:30", f"time(12) {ZONED}"),
    C("time '10:21:32.1' at time zone '+05:45'", "16:06:32.1+05:45", f"time(1) {ZONED}"),
    C("time '10:21:32 +05:45' at time zone interval '-3:30' hour to minute", "01:06:32-03:30", f"time(0) {ZONED}"),
    C("typeof(localtime(9)) || typeof(current_time(12))", "time(9)time(12) with time zone", "varchar"),
    C("typeof(current_timestamp(9)) || ' ' || typeof(localtimestamp(12))", "timestamp(9) with time zone timestamp(12)", "varchar"),
    C("cast(current_timestamp(12) as timestamp(6)) = current_timestamp(6) and cast(localtimestamp(7) as timestamp(6)) = localtimestamp(6)", True, "boolean"),
]  # fmt: skip

REFUSED = [
    R(
        "time '10:21:32 +05:45' at time zone z from (values 'UTC') t(z)",
        "SYNTAX_ERROR",
        "line 1:44: mismatched input 'z'. Expecting: 'INTERVAL', <string>",
    ),
    R("time '24:00:00'", "INVALID_LITERAL"),
    R("time '10:21:32 +14:01'", "INVALID_LITERAL"),
    R("cast('10:21:32 +05:45' as time)", "INVALID_CAST_ARGUMENT", "Value cannot be cast to time"),
    R("cast(x as time(9) with time zone) from (values '10:21:61') t(x)", "INVALID_CAST_ARGUMENT"),
    R("cast(1 as time(13))", "INVALID_FUNCTION_ARGUMENT", "TIME precision must be in range [0, 12]: 13"),
    R("date_trunc('day', time '10:21 +05:45')", "INVALID_FUNCTION_ARGUMENT", "not a valid Time field"),
    R("date_add('week', 1, time '10:21 +05:45')", "INVALID_FUNCTION_ARGUMENT"),
    R("time '10:21' + interval '1' month", "TYPE_MISMATCH"),
    R("at_timezone(time '10:21', 'UTC')", "FUNCTION_NOT_FOUND"),
    R("extract(timezone_hour from time '10:21')", "TYPE_MISMATCH", "Cannot extract TIMEZONE_HOUR from time(0)"),
    R(
        "current_timestamp(13)",
        "INVALID_FUNCTION_ARGUMENT",
        "TIMESTAMP WITH TIME ZONE precision must be in range [0, 12]: 13",
    ),
    R("localtimestamp(13)", "INVALID_FUNCTION_ARGUMENT", "TIMESTAMP precision must be in range [0, 12]: 13"),
]
