"""Values that were given wrongly, and what was passed that Athena refuses: each with its rule in Trino's source.

https://github.com/trinodb/trino/tree/master/core/trino-main/src/main/java/io/trino
"""

from tests.dialect.cases.case import Case as C  # noqa: N817
from tests.dialect.cases.case import Refused as R  # noqa: N817

LONG = "decimal '12345678901234567890.123456789'"
# A zone behind a date: operator/scalar/timestamp/VarcharToTimestampCast.java
TEXTS = "(values '2024-01-15 10:00:00 Europe/Berlin') t(x)"

CASES = [
    C("array[1] || null", None, "array(integer)", source="operator/scalar/ArrayToElementConcatFunction.java: NEVER_NULL"),
    C("cast(null as integer) || array[1]", None, "array(integer)"),
    C("array[1, null] || 2", [1, None, 2], "array(integer)"),
    C("try_cast('2024-01-15 n/a' as timestamp)", None, "timestamp(3)"),
    C(f"cast(x as timestamp) from {TEXTS}", "2024-01-15 10:00:00.000", "timestamp(3)"),
    C(f"cast(array[{LONG}] as json)", "[12345678901234567890.123456789]", "json"),
    C(f"cast(cast({LONG} as json) as decimal(38,9))", "12345678901234567890.123456789", "decimal(38,9)"),
    # A text of Python's memory that COALESCE kept the address of.
    C("coalesce(url_decode(x), 'none') from (values 'a%20text%20longer%20than%20twelve' || '') t(x)", "a text longer than twelve", "varchar"),
    C("regexp_replace('abcdefghijk', '(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)', '$10')", "jk", "varchar(203)", source="type/JoniRegexp: as many digits as make a group"),
    C("regexp_replace('abc', '(a)', '$10')", "a0bc", "varchar(19)"),
    C("length(U&'a\\0000b')", 3, "bigint"),
    C("split(U&'a\\0000b', chr(0))", ["a", "b"], "array(varchar(3))"),
    C("x like y escape z from (values ('a%', 'a#%', '#')) t(x, y, z)", True, "boolean"),
    C("x like y escape z from (values ('ab', 'a^%', '^')) t(x, y, z)", False, "boolean"),
    C("contains('10.0.0.0/8', ipaddress '10.1.2.3')", True, "boolean"),
    C("contains('2001:db8::1/32', ipaddress '2001:db8::2')", True, "boolean", "bits for hosts are looked at in IPv4 alone"),
    C("decimal '99999999999999999999999999999999999999' % decimal '7'", "1", "decimal(1,0)"),
    C("row(1, 2) < all (select 1, 3)", True, "boolean"),
    C("(1, 2) = any (values (1, 2), (3, 4))", True, "boolean"),
    C("cast(json '1234567890123456789.0' as bigint)", 1234567890123456768, "bigint", source="util/JsonUtil.java: a fraction is a double"),
    # operator/scalar/JsonExtract.java copies what it finds, also by a path that is no literal, and before what is no JSON
    C("json_extract('{\"k\": {\"n\": 1, \"n\": 2}}', x) from (values '$.k') t(x)", '{"n":1,"n":2}', "json"),
    C("json_extract('{\"k\": [{\"n\": 1, \"n\": 2}], \"', '$.k')", '[{"n":1,"n":2}]', "json"),
    C("json_size('{\"k\": {\"n\": 1, \"n\": 2}}', x) from (values '$.k') t(x)", 2, "bigint"),
    C("json_array_get('[\"x\", {\"y', n) from (values 0) t(n)", "x", "json"),
    C("json_array_get('[7, \"x\"]', n + 1) from (values bigint '0') t(n)", "x", "json"),
    # metadata/SignatureBinder.java: the keys of a map and the key that is looked for become the type that both can be cast to
    C("element_at(map(array[1], array['x']), bigint '1')", "x", "varchar(1)"),
    C("map(array[1], array['x'])[1e0]", "x", "varchar(1)"),
    C("map(array[decimal '1.5'], array['x'])[decimal '1.50']", "x", "varchar(1)"),
    C("map(array[date '2020-01-01'], array['x'])[timestamp '2020-01-01 00:00:00']", "x", "varchar(1)"),
    # the instant of a key of nanoseconds
    C("map(array[timestamp '2020-01-01 00:00:00.123456789 UTC'], array[1])[timestamp '2020-01-01 01:00:00.123456789 +01:00']", 1, "integer"),
    C("element_at(map(array[timestamp '2020-01-01 00:00:00.123456789 UTC'], array[1]), timestamp '2020-01-01 00:00:00.123456788 UTC')", None, "integer"),
    C("map(array[x], array[1]) = map(array[y], array[1]) from (values (timestamp '2020-01-01 00:00:00.1234567 UTC', timestamp '2020-01-01 01:00:00.1234567 +01:00')) t(x, y)", True, "boolean"),
    C("map(array[x], array[1]) is distinct from map(array[x], array[1]) from (values timestamp '2020-01-01 00:00:00.1234567 UTC') t(x)", False, "boolean"),
    # operator/aggregation/IntervalDayToSecondAverageAggregation.java: Math.round; AverageAggregations, RealSumAggregation: as doubles
    C("avg(x) from (values interval '-0.001' second, interval '-0.002' second) t(x)", "-0 00:00:00.001", "interval day to second"),
    C("avg(x) from (values interval '-1' month, interval '-2' month) t(x)", "-0-1", "interval year to month"),
    C("avg(x) over () from (values interval '4' month, interval '-1' month) t(x) limit 1", "0-2", "interval year to month"),
    C("avg(x) from (values 9007199254740993, 1, 9007199254740993) t(x)", 6004799503160661.0, "double"),
    C("avg(distinct x) from (values 9007199254740993, 9007199254740993, 9007199254740992, 2) t(x)", 6004799503160662.0, "double"),
    C("sum(x) from (values real '3e38', real '2e38') t(x)", float("inf"), "real"),
    C("sum(x) over () from (values real '-3e38', real '-2e38') t(x) limit 1", float("-inf"), "real"),
    C("sum(x) from (values interval '178956970' year, interval '7' month) t(x)", "178956970-7", "interval year to month"),
    C("cast(json '[1234567890123456789.0, 2.5]' as array(bigint))", [1234567890123456768, 3], "array(bigint)"),
]  # fmt: skip

REFUSED = [
    # months are stored as integers: spi/type/AbstractIntType.java
    R("sum(x) from (values interval '178956970' year, interval '8' month) t(x)", "NUMERIC_VALUE_OUT_OF_RANGE", "Value 2147483648 exceeds MAX_INT"),
    R("interval '178956970' year + interval '8' month", "NUMERIC_VALUE_OUT_OF_RANGE", "Value 2147483648 exceeds MAX_INT"),
    R("x - interval '9' month from (values interval '-178956970' year) t(x)", "NUMERIC_VALUE_OUT_OF_RANGE", "Value -2147483649 is less than MIN_INT"),
    R("interval '178956970' year * 2", "NUMERIC_VALUE_OUT_OF_RANGE", "Value 4294967280 exceeds MAX_INT"),
    R("interval '-178956970' year / 5e-1", "NUMERIC_VALUE_OUT_OF_RANGE", "Value -4294967280 is less than MIN_INT"),
    R("-(interval '-178956970' year - interval '8' month)", "NUMERIC_VALUE_OUT_OF_RANGE", "Value 2147483648 exceeds MAX_INT"),
    R("sum(x) over () from (values 9223372036854775807, 1) t(x)", "NUMERIC_VALUE_OUT_OF_RANGE", "bigint addition overflow"),
    # type/DecimalCasts.java, DecimalOperators' sisters, ArraySubscriptOperator.java, MathFunctions.java: what a value is, in their words
    R("cast('' as decimal(2,1))", "INVALID_CAST_ARGUMENT", "Cannot cast VARCHAR '' to DECIMAL(2, 1). Value is not a number."),
    R("cast('234.0' as decimal(2,0))", "INVALID_CAST_ARGUMENT", "Cannot cast VARCHAR '234.0' to DECIMAL(2, 0). Value too large."),
    R("cast('' as integer)", "INVALID_CAST_ARGUMENT", "Cannot cast '' to INT"),
    R("cast('it''s' as integer)", "INVALID_CAST_ARGUMENT", "Cannot cast 'it's' to INT"),
    R("smallint '-32768' / smallint '-1'", "NUMERIC_VALUE_OUT_OF_RANGE", "smallint division overflow: -32768 / -1"),
    R("abs(-2147483648)", "NUMERIC_VALUE_OUT_OF_RANGE", "Value -2147483648 is out of range for abs(integer)"),
    R("array[1][-1]", "INVALID_FUNCTION_ARGUMENT", "Array subscript is negative: -1"),
    R("json_value('[1, 2]', 'lax $[*]' error on error)", "JSON_VALUE_RESULT_ERROR", "cannot extract SQL scalar from JSON: JSON path found multiple items"),
    R("json_value('[]', 'lax $[0]' error on empty)", "JSON_VALUE_RESULT_ERROR", "cannot extract SQL scalar from JSON: JSON path found no items"),
    R("cast('2024-01-15 n/a' as timestamp)", "INVALID_CAST_ARGUMENT", "Value cannot be cast to timestamp: 2024-01-15 n/a"),
    R("-(-9223372036854775808)", "NUMERIC_VALUE_OUT_OF_RANGE", "bigint negation overflow: -9223372036854775808"),
    R("9223372036854775807 + 1", "NUMERIC_VALUE_OUT_OF_RANGE", "bigint addition overflow: 9223372036854775807 + 1"),
    R("x * 2 from (values 2147483647) t(x)", "NUMERIC_VALUE_OUT_OF_RANGE", "integer multiplication overflow: 2147483647 * 2"),
    R("cast('2024-02-03 10' as timestamp)", "INVALID_CAST_ARGUMENT", "Value cannot be cast to timestamp", source="10 is no zone"),
    R("cast(x as date) from (values '2024-02-30') t(x)", "INVALID_CAST_ARGUMENT", "Value cannot be cast to date: 2024-02-30"),
    R("extract(timezone_hour from timestamp '2024-01-01 00:00:00')", "TYPE_MISMATCH", "Cannot extract TIMEZONE_HOUR from timestamp(0)"),
    R("extract(hour from date '2024-01-01')", "TYPE_MISMATCH", "Cannot extract HOUR from date"),
    R("contains(array[array[1, null]], array[1, 2])", "NOT_SUPPORTED", "contains does not support arrays with elements that are null or contain null"),
    R("array_position(array[row(1, null)], row(1, 2))", "NOT_SUPPORTED", "array_position does not support arrays"),
    R("contains('10.0.0.1/8', ipaddress '10.0.0.1')", "INVALID_FUNCTION_ARGUMENT", "Invalid CIDR"),
    R("contains('10.0.0.0/33', ipaddress '10.0.0.1')", "INVALID_FUNCTION_ARGUMENT", "Prefix length exceeds address length"),
    R("listagg(x, ',') within group (order by x) over () from (values 'a') t(x)", "SYNTAX_ERROR", "mismatched input '('"),
    R("x like y escape z from (values ('a', 'a', '##')) t(x, y, z)", "INVALID_FUNCTION_ARGUMENT", "single character"),
    R("x like y escape z from (values ('a', '#a', '#')) t(x, y, z)", "INVALID_FUNCTION_ARGUMENT", "Escape character must be followed by"),
    R("'a' ilike 'A'", "SYNTAX_ERROR", "line 1:18: mismatched input ''A''. Expecting: ',', 'EXCEPT'"),
    R("1 << 2", "SYNTAX_ERROR"),
    R("cast(1 as decimal(3, 5))", "INVALID_FUNCTION_ARGUMENT", "DECIMAL scale must be in range [0, precision (3)]: 5"),
    R("cast('a' as char(65537))", "INVALID_FUNCTION_ARGUMENT", "CHAR length must be in range [0, 65536], got 65537"),
    R("row(1, 2) = all (select row(1, 2))", "TYPE_MISMATCH"),
]  # fmt: skip
