"""Answers to Trino's own tests of arrays, maps, lambdas and expressions that local Athena once gave otherwise.

https://github.com/trinodb/trino/tree/master/core/trino-main/src/test/java/io/trino: type/TestArrayOperators, type/TestMapOperators,
operator/scalar/TestLambdaExpression, operator/scalar/TestArrayReduceFunction, sql/gen/TestExpressionCompiler
"""

from tests.dialect.cases.case import Case as C  # noqa: N817
from tests.dialect.cases.case import Refused as R  # noqa: N817

ONE = "map(array[timestamp '2020-01-01 00:00 UTC'], array[1])"
SAME = "map(array[timestamp '2020-01-01 01:00 +01:00'], array[1])"
SECONDS = "map(array[from_unixtime(1), from_unixtime(100)], array['a', 'b'])"
LONG = "repeat(1, 200)"
MANY = ", ".join(["x"] * 255)
DIGITS = "decimal '123456789012345678901234567890.12345678'"
NOWHEN = "cast(null as timestamp with time zone)"

CASES = [
    # maps whose keys are zoned timestamps of one zone: a key is found by its instant
    C(f"{SECONDS}[from_unixtime(100)]", "b", "varchar(1)"),
    C(f"element_at({SECONDS}, from_unixtime(2))", None, "varchar(1)"),
    C(f"{SECONDS} = map(array[from_unixtime(100), from_unixtime(1)], array['b', 'a'])", True, "boolean"),
    C(f"{SECONDS} <> map(array[from_unixtime(100), from_unixtime(1)], array['a', 'b'])", True, "boolean"),
    C("map(array[from_unixtime(1)], array[null]) = map(array[from_unixtime(1)], array[null])", None, "boolean"),
    C(f"{ONE} = {SAME}", True, "boolean"),
    C(f"{ONE} is distinct from {SAME}", False, "boolean"),
    C(f"a[b] from (values ({ONE}, timestamp '2020-01-01 01:00 +01:00')) t(a, b)", 1, "integer"),
    C(f"element_at({ONE}, null)", None, "integer"),
    C(f"cardinality({SECONDS})", 2, "bigint"),
    C("map_from_entries(array[(from_unixtime(1), 2)])[from_unixtime(1)]", 2, "integer"),
    C("transform_keys(map(array[1], array[2]), (k, v) -> from_unixtime(k))[from_unixtime(1)]", 2, "integer"),
    # a NULL among the numbers of substr, though the others lie outside the text
    C("substr('hello', 9, cast(null as integer))", None, "varchar(5)"),
    C("substr(x, y, -3) from (values ('hello', cast(null as integer))) t(x, y)", None, "varchar(5)"),
    C("substr(X'AABB', 0, cast(null as integer))", None, "varbinary"),
    C("substr(cast(null as varbinary), 0)", None, "varbinary"),
    # parts of a NULL that is known before the query runs
    C(f"extract(year from {NOWHEN})", None, "bigint"),
    C("extract(second from from_unixtime(cast(null as double) / 1000, 'UTC'))", None, "bigint"),
    C(f"date_diff('day', {NOWHEN}, {NOWHEN})", None, "bigint"),
    C(f"date_trunc('month', {NOWHEN})", None, "timestamp(3) with time zone"),
    C(f"{NOWHEN} + interval '1' day", None, "timestamp(3) with time zone"),
    C("cast(cast(null as timestamp(9) with time zone) as timestamp(0) with time zone)", None, "timestamp(0) with time zone"),
    C("zip(cast(null as array(timestamp(3) with time zone)), array[1])", None, "array(row(timestamp(3) with time zone, integer))"),
    C("combinations(cast(null as array(time(3) with time zone)), 2)", None, "array(array(time(3) with time zone))"),
    # repeat counts entries and bytes
    C("cardinality(repeat('a', 10000))", 10000, "bigint"),
    C("repeat(cast(null as map(integer, integer)), 2)", [None, None], "array(map(integer, integer))"),
    C("repeat(row(1, 'a'), 1)", [(1, "a")], "array(row(integer, varchar(1)))"),
    C("repeat(1, null)", None, "array(integer)"),
    C("cardinality(repeat(array[1, 2, 3], 9999))", 9999, "bigint"),
    # decimals of many digits inside arrays, maps and rows of JSON
    C(f"cast(cast(array[{DIGITS}, decimal '1.2'] as json) as array(decimal(38,8)))", ["123456789012345678901234567890.12345678", "1.20000000"], "array(decimal(38,8))"),
    C(f"cast(cast(map(array['k'], array[array[{DIGITS}]]) as json) as map(varchar, array(decimal(38,8))))", {"k": ["123456789012345678901234567890.12345678"]}, "map(varchar, array(decimal(38,8)))"),
    C(f"cast(cast(cast(row({DIGITS}, 'a,12345678901234567.5') as row(x decimal(38,8), y varchar)) as json) as row(x decimal(38,8), y varchar))", ("123456789012345678901234567890.12345678", "a,12345678901234567.5"), "row(x decimal(38,8), y varchar)"),
    C("cast(json '[\"123456789012345678.5\", 1e3, true, null]' as array(decimal(38,5)))", ["123456789012345678.50000", "1000.00000", "1.00000", None], "array(decimal(38,5))"),
    # constants make arrays of any length
    C(f"cardinality(array[{', '.join(['1'] * 255)}])", 255, "bigint"),
    # the state of reduce grows to what its step gives, which may be no less
    C("reduce(array[1, 2], 0, (s, x) -> s + bigint '1' * x, s -> s)", 3, "bigint"),
    C("reduce(array['a', 'bc'], 'x', (s, x) -> x, s -> s)", "bc", "varchar(2)"),
]  # fmt: skip

REFUSED = [
    R(f"array[{MANY}] from (values 1) t(x)", "NOT_SUPPORTED", "Too many arguments for array constructor"),
    R(f"array[{MANY.replace('x', 'rand()')}]", "NOT_SUPPORTED", "Too many arguments for array constructor"),
    R("cast(cast(array[decimal '99999999999999999.99'] as json) as array(decimal(10,2)))", "INVALID_CAST_ARGUMENT"),
    R("map(array[from_unixtime(1), from_unixtime(1)], array[1, 2])", "INVALID_FUNCTION_ARGUMENT", "Duplicate map keys (1970-01-01 00:00:01.000 UTC) are not allowed"),
    R(f"{ONE}[timestamp '2020-01-01 00:00 +01:00']", "INVALID_FUNCTION_ARGUMENT", "Key not present in map"),
    R(f"map_concat({ONE}, {SAME})", "NOT_SUPPORTED", "on times or timestamps with time zone", ours=True),
    R("transform_keys(map(array['+01:00', 'UTC'], array[1, 2]), (k, v) -> from_unixtime(1, k))", "NOT_SUPPORTED", "of several zones", ours=True),
    R(f"repeat({LONG}, 9999)", "INVALID_FUNCTION_ARGUMENT", "result of repeat function must not take more than 1000000 bytes"),
    R("repeat(x, 9999) from (values rpad('l', 100, 'o')) t(x)", "INVALID_FUNCTION_ARGUMENT", "must not take more than 1000000 bytes"),
    R(f"repeat((1, {LONG}), 9999)", "INVALID_FUNCTION_ARGUMENT", "must not take more than 1000000 bytes"),
    R("repeat(1, 'x')", "FUNCTION_NOT_FOUND", "Unexpected parameters (integer, varchar(1)) for function repeat"),
    R("array_join(array[array[1]], '-')", "OPERATOR_NOT_FOUND", "Cannot cast array(integer) to varchar"),
    R("array_join(array[row(1)], '-')", "OPERATOR_NOT_FOUND", "Cannot cast row(integer) to varchar"),
    R("reduce(array[1, null, 2], 0, (s, x) -> cast(s + x as tinyint), s -> s)", "FUNCTION_NOT_FOUND", "for function reduce"),
    R("count(x -> x)", "FUNCTION_NOT_FOUND", "Unexpected parameters (<function>) for function count. Expected: count(), count(t) T"),
    R("max(x -> x)", "FUNCTION_NOT_FOUND", "Unexpected parameters (<function>) for function max. Expected: max(e, bigint) E:orderable, max(t) T:orderable"),
    R("min(m) from (values map(array[1], array[2])) t(m)", "FUNCTION_NOT_FOUND", "for function min. Expected: min(e, bigint) E:orderable, min(t) T:orderable"),
]  # fmt: skip
