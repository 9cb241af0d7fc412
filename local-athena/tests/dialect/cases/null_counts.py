"""Aggregates and digests whose parameters are NULL, and arguments of types that a function has not.

https://github.com/trinodb/trino/blob/master/core/trino-main/src/main/java/io/trino/operator/aggregation: a row is passed over where
a parameter is NULL, unless it is marked as nullable.
"""

from tests.dialect.cases.case import Case as C  # noqa: N817
from tests.dialect.cases.case import Refused as R  # noqa: N817

CASES = [
    C("max_by(x, x, null) from (values 1, 2) t(x)", None, "array(integer)"),
    C("min_by(x, x, cast(null as integer)) from (values 1, 2) t(x)", None, "array(integer)"),
    C("max(x, null) from (values 1e0, 2e0) t(x)", None, "array(double)"),
    C("max_by(x, x, n) from (values (1, null), (3, 2), (2, 2)) t(x, n)", [3, 2], "array(integer)"),
    C("min(x, n) filter (where x > 1) from (values (1, 2), (3, null), (2, 2)) t(x, n)", [2], "array(integer)"),
    C("approx_distinct(x, e) from (values (1, null), (2, 1e-1)) t(x, e)", 1, "bigint"),
    C("approx_most_frequent(2, x, null) from (values 1, 2) t(x)", None, "map(bigint, bigint)"),
    C("array_agg(x order by null, x desc) from (values 1, 2) t(x)", [2, 1], "array(integer)"),
    C("substr(x'010203', null)", None, "varbinary"),
]
REFUSED = [
    R("values_at_quantiles(qdigest_agg(x), array[null]) from (values 1, 2) t(x)", "INVALID_FUNCTION_ARGUMENT", "Percentile cannot be null"),
    R("substr(x'010203', array[1])", "FUNCTION_NOT_FOUND"),
    R("substr(x, y) from (values (x'0102', '1')) t(x, y)", "FUNCTION_NOT_FOUND"),
    R("sequence(1, 5, array[1])", "FUNCTION_NOT_FOUND"),
    R("format('%s', qdigest_agg(x)) from (values 1) t(x)", "NOT_SUPPORTED", "Type not supported for formatting"),
    R("format('%s', st_point(1, 2))", "NOT_SUPPORTED", "Type not supported for formatting"),
]  # fmt: skip
