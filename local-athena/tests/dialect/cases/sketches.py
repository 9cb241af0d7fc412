"""HyperLogLogs, set digests and quantile digests.

https://trino.io/docs/current/functions/hyperloglog.html, .../setdigest.html, .../qdigest.html. Estimates beyond what is counted one by
one are those of Trino's ``AbstractTestAggregations`` for the 1,000 keys of its customers' orders:
https://github.com/trinodb/trino/blob/master/testing/trino-testing/src/main/java/io/trino/testing/AbstractTestAggregations.java
"""

from tests.dialect.cases.case import Case as C  # noqa: N817
from tests.dialect.cases.case import Refused as R  # noqa: N817

KEYS = "(select n x from table(sequence(1, 1500)) t(n) where n % 3 <> 0)"
TWO = "(values 1, 1, 2, 2, 1, null) t(x)"
PAIRS = "(values (1, 1), (1, 2), (2, 2), (2, 3)) t(k, x)"
PARTS = f"(select approx_set(x) h from {PAIRS} group by k)"

CASES = [
    C(f"cardinality(approx_set(x)) from {KEYS}", 1002, "bigint"),
    C(f"cardinality(approx_set(cast(x as varchar))) from {KEYS}", 1024, "bigint"),
    C(f"cardinality(approx_set(cast(x as double))) from {KEYS}", 1014, "bigint"),
    C(f"cardinality(cast(cast(approx_set(x) as varbinary) as hyperloglog)) from {KEYS}", 1002, "bigint"),
    C(f"cardinality(merge(h)) from (select approx_set(x) h from {KEYS} group by x % 10)", 1002, "bigint"),
    C(f"length(cast(approx_set(x) as varbinary)) from {KEYS}", 2053, "bigint"),
    C(f"cardinality(approx_set(x)) from (select x from {KEYS} where x < 750)", 500, "bigint"),
    C("to_hex(cast(empty_approx_set() as varbinary))", "020C0000", "varchar"),
    C("to_hex(cast(approx_set(x) as varbinary)) from (values 2, 1, 2) t(x)", "020C020080034400802008DE", "varchar"),
    C("cardinality(cast(x'020C0100408A1B00' as hyperloglog))", 1, "bigint"),
    C("cardinality(cast(cast(null as varbinary) as hyperloglog))", None, "bigint"),
    C("try(cardinality(cast(x'00' as hyperloglog)))", None, "bigint"),
    C(f"typeof(cast(h as p4hyperloglog)) from {PARTS} limit 1", "P4HyperLogLog", "varchar"),
    C(f"cardinality(merge(cast(h as p4hyperloglog))) from {PARTS}", 3, "bigint"),
    C(f"cardinality(merge(cast(cast(h as varbinary) as hyperloglog))) from {PARTS}", 3, "bigint"),
    C(f"length(cast(cast(approx_set(x) as p4hyperloglog) as varbinary)) from {TWO}", 2053, "bigint"),
    C("cardinality(approx_set(x)) from (values 1.5, 2.5, 1.5) t(x)", 2, "bigint"),
    C("cardinality(approx_set(x)) from (values cast('a' as char(3)), 'b') t(x)", 2, "bigint"),
    # set digests
    C(f"hash_counts(make_set_digest(x)) from {TWO}", {-2447670524089286488: 2, 19144387141682250: 3}, "map(bigint, smallint)"),
    C(f"map_keys(hash_counts(make_set_digest(x))) from {TWO}", [-2447670524089286488, 19144387141682250], "array(bigint)"),
    C("map_values(hash_counts(make_set_digest(x))) from (select 7 x from table(sequence(1, 40000)) t(n))", [32767], "array(smallint)"),
    C(f"typeof(make_set_digest(x)) from {TWO}", "SetDigest", "varchar"),
    C(f"cardinality(make_set_digest(x)) from {TWO}", 2, "bigint"),
    C(f"cardinality(make_set_digest(x)) from {KEYS}", 1000, "bigint"),
    C(f"cardinality(merge_set_digest(d)) from (select make_set_digest(x) d from {PAIRS} group by k)", 3, "bigint"),
    C(f"hash_counts(merge_set_digest(d))[-2447670524089286488] from (select make_set_digest(x) d from {PAIRS} group by k)", 2, "smallint"),
    C("intersection_cardinality(make_set_digest(x), make_set_digest(y)) from (values (1, 1), (null, 2), (2, 3), (3, 4)) t(x, y)", 3, "bigint"),
    C("jaccard_index(make_set_digest(x), make_set_digest(y)) from (values (1, 1), (null, 2), (2, 3), (null, 4)) t(x, y)", 0.5, "double"),
    C("jaccard_index(make_set_digest(x), null) from (values 1) t(x)", None, "double"),
    # sql/query/TestSetDigestFunctions.java
    C("cardinality(make_set_digest(x)) from (values 'a', 'b', 'a', null) t(x)", 2, "bigint"),
    C("cardinality(make_set_digest(x)) from (values date '2020-02-02', date '2021-02-02', date '2020-02-02') t(x)", 2, "bigint"),
    C("hash_counts(make_set_digest(x)) from (values date '1970-01-02', date '1970-01-03', date '1970-01-02') t(x)", {-2447670524089286488: 1, 19144387141682250: 2}, "map(bigint, smallint)"),
    C("make_set_digest(x) is null from (values cast(null as bigint)) t(x)", True, "boolean"),
    C(f"cardinality(cast(cast(make_set_digest(x) as varbinary) as setdigest)) from {TWO}", 2, "bigint"),
    C(f"cardinality(cast(make_set_digest(x) as hyperloglog)) from {TWO}", 2, "bigint"),
    # quantile digests
    C("value_at_quantile(qdigest_agg(x), null) from (values 1) t(x)", None, "bigint"),
    C("value_at_quantile(qdigest_agg(x), y) from (values (1, cast(null as double))) t(x, y) group by y", None, "bigint"),
    C("value_at_quantile(tdigest_agg(x), null) from (values 1e0) t(x)", None, "double"),
    C("quantile_at_value(qdigest_agg(x), 3) from (values 1, 2, 3, 4) t(x)", 0.5, "double"),
    C("quantile_at_value(qdigest_agg(x), 3.5e0) from (values 1e0, 2e0, 3e0, 4e0) t(x)", 0.75, "double"),
    C("quantile_at_value(qdigest_agg(x), 1) from (values 1, 2) t(x)", 0.0, "double"),
    C("quantile_at_value(qdigest_agg(x), 0) from (values 1, 2) t(x)", None, "double"),
    C("quantile_at_value(qdigest_agg(x), 9) from (values 1, 2) t(x)", None, "double"),
    C("quantile_at_value(qdigest_agg(x, w), 2) from (values (1, 3), (2, 1)) t(x, w)", 0.75, "double"),
]  # fmt: skip

REFUSED = [
    R("cardinality(cast(x'00' as hyperloglog))", "INVALID_FUNCTION_ARGUMENT", "Cannot deserialize HyperLogLog"),
    R("make_set_digest(x) from (values 1e0) t(x)", "NOT_SUPPORTED", "make_set_digest of double"),
    R("cardinality(cast(x'' as hyperloglog))", "INVALID_FUNCTION_ARGUMENT", "Cannot deserialize HyperLogLog"),
    R("cardinality(cast(x'020C0200408A1B00' as hyperloglog))", "INVALID_FUNCTION_ARGUMENT", "Cannot deserialize HyperLogLog"),
    R("cardinality(cast(x'030C' as hyperloglog))", "INVALID_FUNCTION_ARGUMENT", "Cannot deserialize HyperLogLog"),
    R("cardinality(cast(x'02' as setdigest))", "INVALID_FUNCTION_ARGUMENT", "Cannot deserialize SetDigest"),
    R("cardinality(merge(h)) from (select cast(cast(make_set_digest(n) as hyperloglog) as p4hyperloglog) h from table(sequence(1, 2)) t(n) union all select approx_set(n) from table(sequence(1, 600)) t(n))", "INVALID_FUNCTION_ARGUMENT", "Cannot merge HLLs with different number of buckets: "),
    R("approx_set(x, 0.1) from (values 1) t(x)", "FUNCTION_NOT_FOUND"),
    R("approx_set(date '2020-01-01')", "FUNCTION_NOT_FOUND"),
    R("approx_set(true)", "FUNCTION_NOT_FOUND"),
    R("approx_set(array[1])", "FUNCTION_NOT_FOUND"),
    R("merge_set_digest(approx_set(1))", "FUNCTION_NOT_FOUND"),
    R("merge(make_set_digest(1))", "FUNCTION_NOT_FOUND"),
    R("cast(approx_set(1) as varchar)", "TYPE_MISMATCH", "Cannot cast HyperLogLog to varchar"),
    R("cast(1 as setdigest)", "TYPE_MISMATCH", "Cannot cast integer to SetDigest"),
    R("quantile_at_value(tdigest_agg(x), 1e0) from (values 1e0) t(x)", "FUNCTION_NOT_FOUND"),
    R("make_set_digest(1)", "NOT_SUPPORTED", "SetDigest in a result", ours=True),
    R("cast(tdigest_agg(1) as varbinary)", "NOT_SUPPORTED", "A cast of tdigest to varbinary", ours=True),
]  # fmt: skip
