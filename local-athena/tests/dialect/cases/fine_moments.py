"""Timestamps finer than microseconds, with time zone and without, as Trino's tests of them look at them:

https://github.com/trinodb/trino/tree/master/core/trino-main/src/test/java/io/trino/operator/scalar/timestamp
https://github.com/trinodb/trino/tree/master/core/trino-main/src/test/java/io/trino/operator/scalar/timestamptz
"""

from datetime import datetime, timedelta

from tests.dialect.cases.case import Case as C  # noqa: N817
from tests.dialect.cases.case import Refused as R  # noqa: N817

N = "timestamp '2020-05-10 12:34:56.123456789'"
Z = "timestamp '2020-05-10 12:34:56.123456789 Asia/Tokyo'"
LAST = "2020-05-10 23:59:59.9999999999"
ROWS = f"(values ({N}, {Z}), (timestamp '2020-05-10 12:34:56.123456788', {Z}), (null, null)) t(x, y)"


def _rounded(fraction: str, digits: int) -> str:
    """``2020-05-10 23:59:59`` and *fraction* with so many *digits*, half of the last one rounded up."""
    step = 10 ** (12 - digits)
    picos = (int(f"{fraction:0<12}") + step // 2) // step * step
    moment = datetime(2020, 5, 10, 23, 59, 59) + timedelta(seconds=picos // 10**12)
    return f"{moment}" + (f".{picos % 10**12:012}"[: digits + 1] if digits else "")


def _casts() -> list[C]:
    """From each precision to one digit fewer, to microseconds and to the finest."""
    made = []
    for digits in range(13):
        for fraction in ("5" * digits, "4" * digits, "9" * digits):
            written = "2020-05-10 23:59:59" + (f".{fraction}" if fraction else "")
            for target in sorted({max(digits - 1, 0), 6, 12}):
                shown = _rounded(fraction, target)
                made.append(C(f"cast(timestamp '{written}' as timestamp({target}))", shown, f"timestamp({target})"))
                t = f"timestamp({target}) with time zone"
                made.append(C(f"cast(timestamp '{written} +01:00' as {t})", f"{shown} +01:00", t))
    return made


CASES = [
    # Java's moments have nanoseconds, shown in groups of three digits
    *(C(f"format('%s', {moment})", text, "varchar") for moment, text in (
        ("timestamp '2020-05-10 12:34:56.1234567'", "2020-05-10T12:34:56.123456700"), ("timestamp '2020-05-10 12:34:56.123456789512'", "2020-05-10T12:34:56.123456790"),
        ("timestamp '2020-05-10 23:59:59.999999999999'", "2020-05-11T00:00"), ("timestamp '2020-05-10 12:34:56.1234567891 +01:30'", "2020-05-10T12:34:56.123456789+01:30"),
        ("time '12:34:56.12345678'", "12:34:56.123456780"), ("time '12:34:56.123456789012'", "12:34:56.123456789"))),
    C("format('%tN', timestamp '2020-05-10 12:34:56.123456789')", "123456789", "varchar"),
    *_casts(),
    C(N, "2020-05-10 12:34:56.123456789", "timestamp(9)"),
    C(Z, "2020-05-10 12:34:56.123456789 Asia/Tokyo", "timestamp(9) with time zone"),
    C("cast('2020-05-10 12:34:56.1234567895' as timestamp(9))", "2020-05-10 12:34:56.123456790", "timestamp(9)"),
    C(f"cast('{LAST} Asia/Tokyo' as timestamp(9) with time zone)", "2020-05-11 00:00:00.000000000 Asia/Tokyo", "timestamp(9) with time zone"),
    C("try_cast('x' as timestamp(9))", None, "timestamp(9)"),
    C("cast(null as timestamp(12))", None, "timestamp(12)"),
    C("cast(cast(null as timestamp(9)) as varchar)", None, "varchar"),
    # other types
    C(f"cast({N} as varchar)", "2020-05-10 12:34:56.123456789", "varchar"),
    C(f"cast({Z} as varchar)", "2020-05-10 12:34:56.123456789 Asia/Tokyo", "varchar"),
    C(f"cast({N} as json)", '"2020-05-10 12:34:56.123456789"', "json"),
    C(f"cast({N} as date)", "2020-05-10", "date"),
    C(f"cast({Z} as date)", "2020-05-10", "date"),
    C(f"cast({N} as time(9))", "12:34:56.123456789", "time(9)"),
    C(f"cast({Z} as time(7))", "12:34:56.1234568", "time(7)"),
    C(f"cast({Z} as time(6) with time zone)", "12:34:56.123457+09:00", "time(6) with time zone"),
    C(f"cast(timestamp '{LAST}' as time(3))", "00:00:00.000", "time(3)"),
    C(f"cast({N} as timestamp(7) with time zone)", "2020-05-10 12:34:56.1234568 UTC", "timestamp(7) with time zone"),
    C(f"cast({Z} as timestamp(12))", "2020-05-10 12:34:56.123456789000", "timestamp(12)"),
    C("cast(date '2020-05-10' as timestamp(9))", "2020-05-10 00:00:00.000000000", "timestamp(9)"),
    C(f"cast(array[{N}] as array(timestamp(3)))", ["2020-05-10 12:34:56.123"], "array(timestamp(3))"),
    C(f"cast(row({N}) as row(x timestamp(12)))", ("2020-05-10 12:34:56.123456789000",), "row(x timestamp(12))"),
    # comparison
    C(f"{N} > timestamp '2020-05-10 12:34:56.123456'", True, "boolean"),
    C(f"{N} = timestamp '2020-05-10 12:34:56.123456789000'", True, "boolean"),
    C(f"{N} between timestamp '2020-05-10 12:34:56.12345678' and timestamp '2020-05-10 12:34:56.2'", True, "boolean"),
    C(f"{N} is distinct from timestamp '2020-05-10 12:34:56.12345678'", True, "boolean"),
    C(f"{Z} = timestamp '2020-05-10 03:34:56.123456789 UTC'", True, "boolean"),
    C(f"{Z} < timestamp '2020-05-10 03:34:56.123456790 UTC'", True, "boolean"),
    C(f"{N} = date '2020-05-10'", False, "boolean"),
    C(f"{N} in ({N}, timestamp '2020-05-10 12:34:56')", True, "boolean"),
    C(f"greatest({N}, timestamp '2020-05-10 12:34:56.1')", "2020-05-10 12:34:56.123456789", "timestamp(9)"),
    C(f"max(x) from {ROWS}", "2020-05-10 12:34:56.123456789", "timestamp(9)"),
    C(f"count(distinct x) from {ROWS}", 2, "bigint"),
    C(f"array_agg(x order by x) from {ROWS}", ["2020-05-10 12:34:56.123456788", "2020-05-10 12:34:56.123456789", None], "array(timestamp(9))"),
    C(f"array_sort(array[{N}, timestamp '2020-05-10 12:34:56'])", ["2020-05-10 12:34:56.000000000", "2020-05-10 12:34:56.123456789"], "array(timestamp(9))"),
    C(f"element_at(map(array[{N}], array['a']), {N})", "a", "varchar(1)"),
    C(f"coalesce(null, {N}, date '2020-05-10')", "2020-05-10 12:34:56.123456789", "timestamp(9)"),
    # arithmetic
    C(f"{N} + interval '1' month", "2020-06-10 12:34:56.123456789", "timestamp(9)"),
    C(f"{Z} - interval '1' day", "2020-05-09 12:34:56.123456789 Asia/Tokyo", "timestamp(9) with time zone"),
    C(f"{N} - timestamp '2020-05-09 12:34:56.123'", "1 00:00:00.000", "interval day to second", source="TimestampOperators.java: picoseconds count for nothing"),
    C(f"date_add('millisecond', 1, {N})", "2020-05-10 12:34:56.124456789", "timestamp(9)"),
    C(f"date_trunc('hour', {Z})", "2020-05-10 12:00:00.000000000 Asia/Tokyo", "timestamp(9) with time zone"),
    C(f"date_diff('second', {N}, timestamp '2020-05-10 12:34:58')", 1, "bigint"),
    C(f"{Z} at time zone 'UTC'", "2020-05-10 03:34:56.123456789 UTC", "timestamp(9) with time zone"),
    C(f"with_timezone({N}, 'Asia/Tokyo') = {Z}", True, "boolean"),
    C(f"extract(second from {N})", 56, "bigint"),
    C(f"millisecond({Z})", 123, "bigint"),
    C(f"timezone_hour({Z})", 9, "bigint"),
    C(f"to_iso8601({N})", "2020-05-10T12:34:56.123456789", "varchar(32)"),
    C(f"to_iso8601({Z})", "2020-05-10T12:34:56.123456789+09:00", "varchar(38)"),
    C(f"to_unixtime({N})", 1589114096.1234567, "double"),
    C(f"date_format({N}, '%f')", "123000", "varchar"),
    C("from_unixtime_nanos(1234567890123456789)", "2009-02-13 23:31:30.123456789 UTC", "timestamp(9) with time zone"),
    C("from_iso8601_timestamp_nanos('2020-05-11T11:15:05.123456789+01:00')", "2020-05-11 11:15:05.123456789 +01:00", "timestamp(9) with time zone"),
    C("from_unixtime_nanos(-1)", "1969-12-31 23:59:59.999999999 UTC", "timestamp(9) with time zone"),
    C(f"cast({Z} as time(9) with time zone)", "12:34:56.123456789+09:00", "time(9) with time zone"),
    C(f"cast({Z} as time(7) with time zone)", "12:34:56.1234568+09:00", "time(7) with time zone"),
    C("cast(timestamp '2020-05-10 23:59:59.99999999 -07:30' as time(7) with time zone)", "00:00:00.0000000-07:30", "time(7) with time zone"),
    C("cast(cast(null as timestamp(9) with time zone) as time(9) with time zone)", None, "time(9) with time zone"),
    C("cast(cast(time '03:04:05.987654321' as timestamp(9)) as time(9))", "03:04:05.987654321", "time(9)"),
    C("cast(cast(time '03:04:05.987654321' as timestamp(8)) as time(9))", "03:04:05.987654320", "time(9)"),
    C("date_diff('day', current_date, cast(time '23:59:59.9999999999' as timestamp(9)))", 1, "bigint"),
    C("cast(cast(time '03:04:05.987654321 +05:30' as timestamp(9) with time zone) as time(9) with time zone)", "03:04:05.987654321+05:30", "time(9) with time zone"),
    C("cast(x as timestamp(9)) from (values cast(null as time(9))) t(x)", None, "timestamp(9)"),
    C(f"last_day_of_month({N})", "2020-05-31", "date"),
    C(f"last_day_of_month({Z})", "2020-05-31", "date"),
]  # fmt: skip

REFUSED = [
    R("timestamp '2020-05-10 12:34:56.1234567890123'", "INVALID_FUNCTION_ARGUMENT", "TIMESTAMP precision must be in range [0, 12]: 13"),
    R("cast('x' as timestamp(9))", "INVALID_CAST_ARGUMENT", "Value cannot be cast to timestamp: x"),
    R(f"sequence({N}, {N}, interval '1' day)", "NOT_SUPPORTED", ours=True),
]  # fmt: skip
