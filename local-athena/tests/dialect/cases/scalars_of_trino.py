"""Faults that the whole of Trino's own tests of scalar functions showed, and their neighbours.

https://github.com/trinodb/trino/tree/master/core/trino-main/src/test/java/io/trino/operator/scalar
"""

from tests.dialect.cases.case import Case as C  # noqa: N817
from tests.dialect.cases.case import Refused as R  # noqa: N817

_LIKE = "TestLikeFunctions.java: testInvalidLikePattern"
_BARE = "Escape character must be followed by '%', '_' or the escape character itself"
_PERCENTILE = "TestApproximatePercentileAggregation.java"
_TRY = "TryFunction.java"
_GREAT = "from (values 9223372036854775806, 9223372036854775807, 9223372036854775807) t(x)"
_KEYS = "from (values (1, 1), (2, null), (3, 1)) t(k, n)"
_LONG = ("within group (order by k)", "from (select rpad('', 100000, 'a') x, k from unnest(sequence(1, 20)) t(k))")

CASES = [
    # TestMathFunctions.java: bounds whose difference does not fit into their type, and no type at all
    C("random(smallint '-20000', smallint '30000') between -20000 and 29999", True, "boolean"),
    C("random(-9223372036854775808, 9223372036854775807) is null", False, "boolean"),
    C("truncate(null, null)", None, "decimal(1,0)"),
    C("truncate(null)", None, "double"),
    # A pattern that comes from a column is checked as a constant one is.
    C("a like p escape '#' from (values ('a#', 'a##')) t(a, p)", True, "boolean", source=_LIKE),
    C("a not like p escape '\\' from (values ('a%', 'a\\%')) t(a, p)", False, "boolean", source=_LIKE),
    C("a like p escape '%' from (values ('a%', 'a%%')) t(a, p)", True, "boolean", source=_LIKE),
    C("a like p escape '#' from (values (null, '#')) t(a, p)", None, "boolean", source=_LIKE),
    C("a like p escape '##' from (values ('x', null)) t(a, p)", None, "boolean", source=_LIKE),
    C("try('a' like 'a#' escape '#')", None, "boolean", source="AbstractTestLikeFunctions.java: testDynamicPatterns"),
    C("try(a like p escape '#') from (values ('x', 'x#')) t(a, p)", None, "boolean", source=_LIKE),
    C("count(*) from (values 'x') t(a) where false and a like 'a#' escape '#'", 0, "bigint", source=_LIKE),
    C("length(concat(cast('a' as char(40000)), cast('b' as char(25536))))", 65536, "bigint"),
    # Whole numbers beyond the exact doubles, in a q-digest as they are, in a t-digest up to the greatest bigint.
    C(f"approx_percentile(x, 1, 0.1, 0.01) {_GREAT}", 9223372036854775806, "bigint", source=_PERCENTILE),
    C(f"value_at_quantile(qdigest_agg(x), 0.1) {_GREAT}", 9223372036854775806, "bigint", source=_PERCENTILE),
    C("value_at_quantile(qdigest_agg(x), 0.5) from (values real '1', real '2', real '3') t(x)", 2.0, "real"),
    # TestLagFunction.java, TestLeadFunction.java: without an offset there is no value, nor the default
    C(f"array_agg(w) from (select lag(k, null, -1) over (order by k) w {_KEYS})", [None, None, None], "array(integer)"),
    C(f"array_agg(w) from (select lead(k, n, -1) over (order by k) w {_KEYS})", [2, None, -1], "array(integer)"),
    # A constant that cannot be right fails where it is evaluated, and TRY gives NULL for it.
    C("coalesce(try(date_add('_', 1, date '2020-01-01')), date '2020-01-02')", "2020-01-02", "date", source=_TRY),
    C("try(regexp_like('a', '('))", None, "boolean", source=_TRY),
    C("coalesce(try(regexp_count(varchar 'q', '(')), 7)", 7, "bigint", source=_TRY),
    C("parse_presto_data_size('2.23kB')", "2283", "decimal(38,0)", source="TestDataSizeFunctions.java"),
    # A bin that is NULL is read as 0.
    C("width_bucket(1, array[-1, null, 2])", 2, "bigint"),
    C("width_bucket(-1, array[null])", 0, "bigint"),
    C("t_pdf(-32768, 1e308)", 0.0, "double"),
    # TestListaggAggregationFunction.java: what does not fit is counted
    C(f"substr(listagg(x, ',' on overflow truncate with count) {_LONG[0]}, -10) {_LONG[1]}", "aa,...(10)", "varchar"),
    C(
        f"substr(listagg(x, '###' on overflow truncate '' without count) {_LONG[0]}, -10) {_LONG[1]}",
        "aaaaaaa###",
        "varchar",
    ),
    C(
        "listagg(rpad('', 1048577, x) on overflow truncate '~' with count) within group (order by x) from (values 'a') t(x)",
        "~(1)",
        "varchar",
    ),
]

REFUSED = [
    R(
        f"approx_percentile(x, 1, 0.5) {_GREAT}",
        "INVALID_FUNCTION_ARGUMENT",
        "no exact double representation for long: 9223372036854775806",
        source="ApproximateLongPercentileAggregations.java",
    ),
    R(
        "array_sort(array['b', 'a'], 'c')",
        "FUNCTION_NOT_FOUND",
        "Unexpected parameters (array(varchar(1)), varchar(1)) for function array_sort",
    ),
    R(
        "json_extract('[1]', 1e0)",
        "FUNCTION_NOT_FOUND",
        "Unexpected parameters (varchar(3), double) for function json_extract",
    ),
    R("json_size('[1]', decimal '1')", "FUNCTION_NOT_FOUND", "for function json_size"),
    R(
        "concat_ws(array[1, 2], array['a'])",
        "FUNCTION_NOT_FOUND",
        "Unexpected parameters (array(integer), array(varchar(1)))",
    ),
    R("ntile(0) over (order by k) from (values 1) t(k)", "INVALID_FUNCTION_ARGUMENT", "Buckets must be greater than 0"),
    R(
        "max(x, y) from (values (1, 10001)) t(x, y)",
        "INVALID_FUNCTION_ARGUMENT",
        "second argument of max must be less than or equal to 10000; found 10001",
    ),
    R(
        "max_by(x, x, y) from (values (1, 0)) t(x, y)",
        "INVALID_FUNCTION_ARGUMENT",
        "third argument of max_by must be a positive integer; found 0",
    ),
    R("normal_cdf(0, nan(), 0.1985)", "INVALID_FUNCTION_ARGUMENT", "standardDeviation must be > 0"),
    R("inverse_normal_cdf(0, nan(), 0.5)", "INVALID_FUNCTION_ARGUMENT", "sd must be > 0"),
    R("a like p escape '#' from (values ('x', '#')) t(a, p)", "INVALID_FUNCTION_ARGUMENT", _BARE, source=_LIKE),
    R("a like p escape '#' from (values ('x', 'a#b')) t(a, p)", "INVALID_FUNCTION_ARGUMENT", _BARE, source=_LIKE),
    R(
        "concat(cast('a' as char(40000)), cast('' as char(40000)))",
        "TYPE_NOT_FOUND",
        "line 1:8: Unknown type: char(80000)",
        source="TestStringFunctions.java: testCharConcat",
    ),
    R("format('%s', array[8])", "NOT_SUPPORTED", "line 1:21: Type not supported for formatting: array(integer)"),
    R(
        "format(5, 8)",
        "TYPE_MISMATCH",
        "line 1:15: Type of first argument to format() must be VARCHAR (actual: integer)",
    ),
]
