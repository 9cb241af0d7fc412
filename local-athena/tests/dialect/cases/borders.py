"""Limits of types: overflow, NULL inside values that are compared, times with a zone, and texts as Java reads and writes them."""

from tests.dialect.cases.case import Case as C  # noqa: N817
from tests.dialect.cases.case import Refused as R  # noqa: N817

LONG = "decimal '99999999999999999999999999999999999999'"

CASES = [
    # times with time zone: https://trino.io/docs/current/language/types.html#time-with-time-zone
    C("time '12:34:56.789-00:30'", "12:34:56.789-00:30", "time(3) with time zone"),
    C("time '12:34:56 +05:30'", "12:34:56+05:30", "time(0) with time zone"),
    C("cast(time '12:34:56.789-00:30' as varchar)", "12:34:56.789-00:30", "varchar"),
    C("cast('01:02:03.456' as time(3) with time zone)", "01:02:03.456+00:00", "time(3) with time zone"),
    C("cast(time '01:02:03.456' as time with time zone)", "01:02:03.456+00:00", "time(3) with time zone"),
    C("cast(time '12:00:00.250 +01:00' as time)", "12:00:00.250", "time(3)"),
    C("time '12:00:00+00:00' = time '13:00:00+01:00'", True, "boolean", "one instant"),
    C("time '12:00:00+00:00' < time '12:30:00+01:00'", False, "boolean"),
    C("array[time '12:00:00 +01:00', null]", ["12:00:00+01:00", None], "array(time(0) with time zone)"),
    # sums of decimals
    C(f"sum(x) from (values {LONG}) t(x)", "99999999999999999999999999999999999999", "decimal(38,0)"),
    C(f"sum(x) from (values {LONG}, -{LONG}) t(x)", "0", "decimal(38,0)"),
    C(
        "cast(sum(x) as varchar) from (values decimal '0.00000000000000000000000000000000000001') t(x)",
        "0.00000000000000000000000000000000000001",
        "varchar",
    ),
    C("sum(x) filter (where x > 5) from (values cast(1 as decimal(25,2))) t(x)", None, "decimal(38,2)"),
    C("sum(distinct x) from (values cast(1 as decimal(25,2)), cast(1 as decimal(25,2))) t(x)", "1.00", "decimal(38,2)"),
    C(
        "max(s) from (select sum(x) over (order by x) as s from (values cast(1 as decimal(25,2)), cast(2 as decimal(25,2))) t(x)) u",
        "3.00",
        "decimal(38,2)",
    ),
    # order of arrays and rows, up to the first difference
    C("array[1, 2] < array[1, 3]", True, "boolean"),
    C("array[1, 2] < array[1, 2, 0]", True, "boolean"),
    C("array[2, null] > array[1, 2]", True, "boolean", "the difference comes before the NULL"),
    C("array[1] < array[1, null]", True, "boolean", "the NULL has nothing to be compared with"),
    C("cast(null as array(integer)) < array[1]", None, "boolean"),
    C("array[1] >= cast(null as array(integer))", None, "boolean"),
    C("array['a', 'b'] between array['a'] and array['b']", True, "boolean"),
    C("row(1, 'b') > row(1, 'a')", True, "boolean"),
    C("row(1, cast(null as integer)) < row(2, 0)", True, "boolean"),
    # remainders of the smallest integers
    C("cast(-2147483648 as integer) % -1", 0, "integer"),
    C("cast('-9223372036854775808' as bigint) % -1", 0, "bigint"),
    C("mod(cast('-9223372036854775808' as bigint), x) from (values bigint '-1') t(x)", 0, "bigint"),
    C("x % y from (values (7, -3)) t(x, y)", 1, "integer"),
    C("x % y from (values (-7, 3)) t(x, y)", -1, "integer"),
    C("x % y from (values (cast(null as integer), -1)) t(x, y)", None, "integer"),
    C("current_catalog", "awsdatacatalog", "varchar"),
    C("current_user", "local", "varchar"),
    C("version()", "3", "varchar"),
    C("kurtosis(x) from (values 1, 2, 4, 9) t(x)", 1.5, "double"),
    C("kurtosis(x) from (values 1, 2, 4) t(x)", None, "double", "of four values and more"),
    C(
        "cast(from_iso8601_timestamp_nanos('2024-01-01T00:00:00.123456Z') as varchar)",
        "2024-01-01 00:00:00.123456000 UTC",
        "varchar",
    ),
    # what Java's Double.parseDouble reads and Formatter writes
    C("cast('1d' as double)", 1.0, "double"),
    C("cast('1.5F' as double)", 1.5, "double"),
    C("cast(' 2.5e1D ' as real)", 25.0, "real"),
    C("format('%#o %#x %#08x', 9, 254, 254)", "011 0xfe 0x0000fe", "varchar"),
    C("format('%#o', -1)", "01777777777777777777777", "varchar"),
    C("format('%g', 1.5e0)", "1.50000", "varchar"),
    C("format('%g', 0.0001e0)", "0.000100000", "varchar"),
    C("format('%g', 12345678.9e0)", "1.23457e+07", "varchar"),
    C("format('%.3G', 12345678.9e0)", "1.23E+07", "varchar"),
    C("date_format(cast(null as timestamp), '')", None, "varchar"),
]

REFUSED = [
    R(f"sum(x) from (values {LONG}, decimal '1') t(x)", "NUMERIC_VALUE_OUT_OF_RANGE", "Decimal overflow"),
    R(f"sum(x) over () from (values {LONG}, decimal '1') t(x)", "NUMERIC_VALUE_OUT_OF_RANGE"),
    R("array[1, null] < array[1, 2]", "NOT_SUPPORTED", "null elements"),
    R("array[1, 2] >= array[1, null]", "NOT_SUPPORTED", "null elements"),
    R("row(1, cast(null as integer)) < row(1, 2)", "NOT_SUPPORTED", "null elements"),
    R("cast('d' as double)", "INVALID_CAST_ARGUMENT"),
    R("cast('1dd' as double)", "INVALID_CAST_ARGUMENT"),
    R("true is unknown", "SYNTAX_ERROR", "mismatched input 'unknown'"),
    R("true is not unknown", "SYNTAX_ERROR"),
    R("regr_count(1e0, 2e0)", "FUNCTION_NOT_FOUND"),
    R("regr_r2(1e0, 2e0)", "FUNCTION_NOT_FOUND"),
    R("fail('no')", "GENERIC_USER_ERROR", "no"),
    R("format('%g', 1)", "INVALID_FUNCTION_ARGUMENT"),
    # clauses and operators of other engines
    R("* exclude (x) from (values (1, 2)) t(x, y)", "SYNTAX_ERROR"),
    R("t.* except (x) from (values (1, 2)) t(x, y)", "SYNTAX_ERROR"),
    R("* replace (5 as x) from (values (1, 2)) t(x, y)", "SYNTAX_ERROR"),
    R("* rename (x as z) from (values (1, 2)) t(x, y)", "SYNTAX_ERROR"),
    R("x from (values 1, 2) t(x) limit 1 by x", "SYNTAX_ERROR"),
    R("x from (values 1, 2) t(x) limit 50 percent", "SYNTAX_ERROR"),
    R("x from (values 1, 2) t(x) fetch first 50 percent rows only", "SYNTAX_ERROR"),
    R("x from (values 1) t(x) tablesample (10 rows)", "SYNTAX_ERROR"),
    R("x from (values 1) t(x) tablesample bernoulli (100) repeatable (1)", "SYNTAX_ERROR"),
    R("'a' rlike 'a'", "SYNTAX_ERROR"),
    R("'a' regexp 'a'", "SYNTAX_ERROR"),
    R("1 <=> 1", "SYNTAX_ERROR"),
    R("1 == 1", "SYNTAX_ERROR", "line 1:11: mismatched input '='. Expecting: 'ALL', 'ANY', 'SOME', <expression>"),
    R("!true", "SYNTAX_ERROR"),
    R("1x", "SYNTAX_ERROR", "must not start with a digit"),
]
