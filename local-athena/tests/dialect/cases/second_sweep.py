"""A second sweep through the pages of Trino's functions, for what the first one passed over.

https://trino.io/docs/current/functions.html
"""

from tests.dialect.cases.case import Case as C  # noqa: N817
from tests.dialect.cases.case import Refused as R  # noqa: N817

CASES = [
    # The state of reduce is where the initial value and the steps meet, if that settles within four rounds.
    C("reduce(array[decimal '1.5'], cast(0 as decimal(38,1)), (s, x) -> s + x, s -> s)", "1.5", "decimal(38,1)"),
    C("reduce(array[1], cast(0 as decimal(35,2)), (s, x) -> s + x, s -> s)", "1.00", "decimal(38,2)"),
    C("reduce(array[1, 2], 0, (s, x) -> s + x * 1e0, s -> s)", 3.0, "double"),
    C("reduce_agg(x, true, (s, x) -> s and x, (a, b) -> a and b) from (values true, false) t(x)", False, "boolean"),
    C("reduce_agg(x, 1, (s, x) -> s * x, (a, b) -> a * b) from (values 2e0, 3e0) t(x)", 6.0, "double"),
    C(
        "reduce_agg(x, date '2020-01-01', (s, x) -> greatest(s, x), (a, b) -> greatest(a, b)) "
        "from (values date '2021-05-06', date '2020-03-04') t(x)",
        "2021-05-06",
        "date",
    ),
    # Java's parentheses count as part of the width, and infinities have signs.
    C("format('%0(8d|%(8d|%(,.2f', -5, -5, -1234.5e0)", "(000005)|     (5)|(1,234.50)", "varchar"),
    C(
        "format('%+f|%(f|%08.2f|%+08d', infinity(), -infinity(), -3.14159e0, 5)",
        "+Infinity|(Infinity)|-0003.14|+0000005",
        "varchar",
    ),
    C("approx_percentile(x, 2, cast(null as double)) from (values 1, 2, 3) t(x)", None, "bigint"),
    C("approx_percentile(x, cast(null as double)) from (values 1, 2, 3) t(x)", None, "bigint"),
    C("substr('abc', 2, 9223372036854775807)", "bc", "varchar(3)"),
    C("from_iso8601_date('2019-365')", "2019-12-31", "date"),
    # Zones that no literal names are spelled as Trino spells them, and those that do not exist are not.
    C(
        "at_timezone(timestamp '2020-01-01 00:00:00 UTC', z) from (values 'asia/tokyo') t(z)",
        "2020-01-01 09:00:00 Asia/Tokyo",
        "timestamp(0) with time zone",
    ),
    C(
        "at_timezone(timestamp '2020-01-01 00:00:00 UTC', z) from (values 'GMT-03:00') t(z)",
        "2019-12-31 21:00:00 -03:00",
        "timestamp(0) with time zone",
    ),
    C("timestamp '2020-01-01 UTC'", "2020-01-01 00:00:00 UTC", "timestamp(0) with time zone"),
    C("timestamp '2020-01-01 00:00:00 Etc/GMT+5'", "2020-01-01 00:00:00 -05:00", "timestamp(0) with time zone"),
    C("try_cast('2020-01-01T10:00:00Z' as timestamp with time zone)", None, "timestamp(3) with time zone"),
    C("try_cast('2020-01-01 10:00:00 Mars/X' as timestamp with time zone)", None, "timestamp(3) with time zone"),
    C(
        "try_cast(x as timestamp with time zone) from (values '2020-01-01 10:00:00 +25:00') t(x)",
        None,
        "timestamp(3) with time zone",
    ),
    C(
        "try_cast(x as timestamp with time zone) from (values '2020-01-01 10:00:00 UTC+3') t(x)",
        "2020-01-01 10:00:00.000 +03:00",
        "timestamp(3) with time zone",
    ),
    C(
        "try(at_timezone(timestamp '2020-01-01 00:00:00 UTC', z)) from (values 'Mars/X') t(z)",
        None,
        "timestamp(0) with time zone",
    ),
    C("map_filter(map(array[1], array[2]), (k, v) -> null)", {}, "map(integer, integer)"),
    C("regexp_replace('abc', '(b)', g -> null)", None, "varchar"),
    C("approx_percentile(x, cast(null as double)) from (values 1e0, 2e0) t(x)", None, "double"),
    C("approx_percentile(x, cast(null as array(double))) from (values 1, 2) t(x)", None, "array(bigint)"),
]
REFUSED = [
    R("reduce(array[1, 2], decimal '0.0', (s, x) -> s + x, s -> s)", "GENERIC_INTERNAL_ERROR", "does not converge"),
    R("reduce(array[1], cast(0 as decimal(34,2)), (s, x) -> s + x, s -> s)", "GENERIC_INTERNAL_ERROR"),
    R(
        "reduce_agg(x, decimal '0.0', (s, x) -> s + x, (a, b) -> a + b) from (values 1) t(x)",
        "GENERIC_INTERNAL_ERROR",
    ),
    R(
        "reduce_agg(x, '', (s, x) -> s || x, (a, b) -> a || b) from (values 'a', 'b') t(x)",
        "NOT_SUPPORTED",
        "State type not supported for reduce_agg: varchar",
        source="https://trino.io/docs/current/functions/aggregate.html",
    ),
    R(
        "reduce_agg(x, array[], (s, x) -> s || x, (a, b) -> a || b) from (values 'a', 'b') t(x)",
        "NOT_SUPPORTED",
        "array(varchar(1))",
    ),
    R(
        "reduce_agg(x, cast(0 as decimal(38,0)), (s, x) -> s + x, (a, b) -> a + b) from (values 1) t(x)",
        "NOT_SUPPORTED",
        "decimal(38,0)",
    ),
    R("cast('2020-01-01 00:00:00 Mars/X' as timestamp with time zone)", "INVALID_CAST_ARGUMENT", "Mars/X"),
    R("cast(x as timestamp with time zone) from (values '2020-01-01 00:00:00 +25:00') t(x)", "INVALID_CAST_ARGUMENT"),
    R(
        "at_timezone(timestamp '2020-01-01 00:00:00 UTC', z) from (values 'Mars/X') t(z)",
        "INVALID_FUNCTION_ARGUMENT",
        "'Mars/X' is not a valid time zone",
    ),
    R("timestamp '2020-01-01 00:00:00 Mars/X'", "INVALID_LITERAL"),
    # A lambda has the type that its function asks for.
    R("map_filter(map(array[1], array[2]), (k, v) -> 1)", "FUNCTION_NOT_FOUND", "map_filter"),
    R("map_filter(map(array[1], array[2]), (k, v) -> 'true')", "FUNCTION_NOT_FOUND", "map_filter"),
    R("regexp_replace('abc', 'b', g -> 1)", "FUNCTION_NOT_FOUND", "regexp_replace"),
    R("transform(array[1], x -> sum(x))", "EXPRESSION_NOT_SCALAR", "Lambda expression cannot contain aggregations"),
    R("transform(array[1], x -> row_number() over ())", "EXPRESSION_NOT_SCALAR", "window functions"),
    # A year has no more days than it has: Joda reads the number within the year.
    R("from_iso8601_date('2019-366')", "INVALID_FUNCTION_ARGUMENT"),
    R("from_iso8601_date('2020-000')", "INVALID_FUNCTION_ARGUMENT"),
    R("from_iso8601_timestamp('2019-366')", "INVALID_FUNCTION_ARGUMENT"),
    R("approx_percentile(x, null) from (values 1, 2, 3) t(x)", "AMBIGUOUS_FUNCTION_CALL", "Explicit type casts"),
    R("now(1)", "FUNCTION_NOT_FOUND", "now"),
    R(
        "approx_percentile(x, array[0.5e0, null]) from (values 1, 2, 3) t(x)",
        "INVALID_FUNCTION_ARGUMENT",
        "cannot be null",
    ),
    R(
        "approx_percentile(x, 2, array[0.5e0, null]) from (values 1, 2, 3) t(x)",
        "INVALID_FUNCTION_ARGUMENT",
        "cannot be null",
    ),
]
