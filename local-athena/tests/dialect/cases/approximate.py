"""Hashes of values and approximate aggregates, whose answers are those of Trino's own algorithms.

Estimates of 1,000 keys are those of ``AbstractTestAggregations``; hashes of nested values follow ``ArrayType``, ``MapType`` and
``RowType`` of Trino's SPI, over XXH64 of their elements:
https://github.com/trinodb/trino/blob/master/testing/trino-testing/src/main/java/io/trino/testing/AbstractTestAggregations.java
https://github.com/trinodb/trino/tree/master/core/trino-spi/src/main/java/io/trino/spi/type
"""

from tests.dialect.cases.case import Case as C  # noqa: N817
from tests.dialect.cases.case import Refused as R  # noqa: N817

KEYS = "(select n x from table(sequence(1, 1500)) t(n) where n % 3 <> 0)"
SAME = "checksum(x) = checksum(y) from (values ({}, {})) t(x, y)"
NAN, INF = float("nan"), float("inf")

CASES = [
    C(f"approx_distinct(x) from {KEYS}", 990, "bigint"),
    C(f"approx_distinct(cast(x as smallint), 0.023) from {KEYS}", 990, "bigint"),
    C(f"approx_distinct(cast(x % 128 as tinyint)) from {KEYS}", 128, "bigint"),
    C(f"approx_distinct(cast(x as double)) from {KEYS}", 1014, "bigint"),
    C(f"approx_distinct(cast(x as real)) from {KEYS}", 1006, "bigint"),
    C(f"approx_distinct(cast(x as varchar)) from {KEYS}", 1036, "bigint"),
    C(f"approx_distinct(cast(cast(x as varchar) as char(20))) from {KEYS}", 1036, "bigint"),
    C(f"approx_distinct(to_utf8(cast(x as varchar))) from {KEYS}", 1036, "bigint"),
    C(f"approx_distinct(cast(x as decimal(18,0))) from {KEYS}", 990, "bigint"),
    C(f"approx_distinct(cast(x as decimal(25,20))) from {KEYS}", 988, "bigint"),
    C(f"approx_distinct(cast(from_unixtime(x) as time)) from {KEYS}", 969, "bigint"),
    C(f"approx_distinct(cast(from_unixtime(x) as time(9))) from {KEYS}", 969, "bigint"),
    C(f"approx_distinct(cast(from_unixtime(x, 8, 35) as time with time zone)) from {KEYS}", 1013, "bigint"),
    C(f"approx_distinct(cast(from_unixtime(x, 8, 35) as time(12) with time zone)) from {KEYS}", 969, "bigint"),
    C("approx_distinct(x) from (values true, false, null) t(x)", 2, "bigint"),
    C("approx_distinct(null, 0.1)", 0, "bigint"),
    C("approx_distinct(x) from (values 3) t(x) where false", 0, "bigint"),
    C("approx_distinct(x, e) from (values (4, 0.1), (5, 0.1), (null, 0.1), (6, null)) t(x, e)", 2, "bigint"),
    C("approx_distinct(x) from (values array[4, 5], array[4, 5], array[5, 4], null) t(x)", 2, "bigint"),
    C("approx_distinct(x) from (values map(array[4, 5], array[6, 7]), map(array[5, 4], array[7, 6])) t(x)", 1, "bigint"),
    C("approx_distinct(x) from (values timestamp '2024-02-03 00:00:00.000000004 UTC', timestamp '2024-02-03 02:00:00.000000004 +02:00') t(x)", 1, "bigint"),
    C("approx_distinct(x) from (values 0e0, -0e0, nan(), infinity() - infinity()) t(x)", 2, "bigint"),
    C("approx_distinct(x) over (partition by x > 4) from (values 3, 4) t(x) limit 1", 2, "bigint"),
    # checksums
    C("to_hex(checksum(x)) from (values array[1]) t(x)", "938FC30AB52DE5D4", "varchar", "one element hashes as itself"),
    C("to_hex(checksum(x)) from (values 1) t(x)", "938FC30AB52DE5D4", "varchar"),
    C("to_hex(checksum(x)) from (values cast(array[] as array(integer)), array[null]) t(x)", "0000000000000000", "varchar"),
    C(SAME.format("array[bigint '7', null]", "array[smallint '7', null]"), True, "boolean"),
    C(SAME.format("map(array[4, 5], array['p', 'q'])", "map(array[5, 4], array['q', 'p'])"), True, "boolean"),
    C(SAME.format("array[4, 5]", "array[5, 4]"), False, "boolean"),
    C(SAME.format("row(4, 5)", "array[4, 5]"), False, "boolean", "a row's hash begins with 1"),
    C(SAME.format("row(4)", "array[1, 4]"), False, "boolean", "31 is not hashed"),
    C(SAME.format("timestamp '2024-02-03 04:05:06.000000007 UTC'", "timestamp '2024-02-03 06:05:06.000000007 +02:00'"), True, "boolean"),
    C(SAME.format("timestamp '2024-02-03 04:05:06.000000007'", "timestamp '2024-02-03 04:05:06.000000008'"), False, "boolean"),
    C(SAME.format("time '04:05:06+02:00'", "time '02:05:06.000+00:00'"), True, "boolean"),
    C(SAME.format("uuid '00000000-0000-0000-0000-000000000000'", "decimal '0.00000000000000000000'"), True, "boolean", "both halves hash alike"),
    C("checksum(distinct x) = checksum(x) from (values array[4], array[4]) t(x)", False, "boolean"),
    # the most frequent
    C("approx_most_frequent(3, x, 15) from (values 8, 5, 5, 7, 6) t(x)", {5: 2, 8: 1, 7: 1}, "map(bigint, bigint)", "of equally many those that came first"),
    C("approx_most_frequent(2, x, 2) from (values 'a', 'b', 'b', 'c', 'd') t(x)", {"d": 3, "c": 2}, "map(varchar, bigint)", "a new value takes the place of the rarest"),
    C("approx_most_frequent(b, x, 9) from (values (2, 'a'), (2, 'b'), (2, null)) t(b, x)", {"a": 1, "b": 1}, "map(varchar, bigint)"),
    # histograms
    C("numeric_histogram(2, n) from (select cast(n as double) n from table(sequence(1, 103)) t(n))", {32.5: 64.0, 84.0: 39.0}, "map(double, double)", "merged once at 102 values"),
    C("map_keys(numeric_histogram(2, x)) from (values nan(), 4e0) t(x)", [4.0, NAN], "array(double)"),
    C("map_keys(numeric_histogram(2, x)) from (values nan(), 4e0, 6e0) t(x)", [5.0, NAN], "array(double)"),
    C("numeric_histogram(2, x, w) from (values (1e0, -1e0), (2e0, 3e0), (7e0, 1e0)) t(x, w)", {2.5: 2.0, 7.0: 1.0}, "map(double, double)"),
    C("numeric_histogram(b, x) from (values (2, 4e0), (2, 6e0)) t(b, x)", {4.0: 1.0, 6.0: 1.0}, "map(double, double)"),
    C("numeric_histogram(2, x, w) from (values (real '4.5', 2e0)) t(x, w)", {4.5: 2.0}, "map(real, real)", "by the type of the values alone"),
    C("numeric_histogram(2, 4, null)", None, "map(real, real)"),
    C("numeric_histogram(2, x) from (values infinity(), 1e0, 2e0) t(x)", {1.5: 2.0, INF: 1.0}, "map(double, double)"),
    # percentages that are columns
    C("approx_percentile(x, p) from (values (4, 0.5), (6, 0.5), (8, null)) t(x, p)", 6, "bigint"),
    C("approx_percentile(0.25e0, x) from (values 1, 1) t(x)", 0.25, "double"),
    C("approx_percentile(x, array[p, 1]) from (values (4, 0.1), (6, 0.1)) t(x, p)", [4, 6], "array(bigint)"),
    C("approx_percentile(x, 2, p) from (values (4, 0.5), (6, 0.5)) t(x, p)", 5, "bigint"),
    C("approx_percentile(x, 1, 0.5, a) from (values (4, 0.1), (6, 0.1)) t(x, a)", 6, "bigint"),
    C("approx_percentile(x, 0.5) from (values 9223372036854775807) t(x)", 9223372036854775807, "bigint"),
    C("value_at_quantile(qdigest_agg(x, w) filter (where w > 0), 0.5) from (values (4, 1), (6, 0), (null, 0)) t(x, w)", 4, "bigint"),
    C("values_at_quantiles(qdigest_agg(x), array[0.9, 0.1]) from (values 4, 5, 6) t(x)", [6, 4], "array(bigint)"),
]  # fmt: skip

_INVALID = "INVALID_FUNCTION_ARGUMENT"

REFUSED = [
    R("approx_distinct(x, e) from (values (1, 0.3)) t(x, e)", _INVALID, "Max standard error must be in [0.0040625, 0.26]: 0.3"),
    R("approx_distinct(st_point(1, 2))", "FUNCTION_NOT_FOUND"),
    R("checksum(st_point(1, 2))", "FUNCTION_NOT_FOUND"),
    R("histogram(st_point(1, 2))", "FUNCTION_NOT_FOUND"),
    R("map_agg(st_point(1, 2), 1)", "FUNCTION_NOT_FOUND"),
    R("multimap_agg(st_point(1, 2), 1)", "FUNCTION_NOT_FOUND"),
    R("checksum(bing_tile(1, 2, 3))", "NOT_SUPPORTED", "The hash of a BingTile", ours=True),
    R("approx_most_frequent(b, x, 9) from (values (1, 1)) t(b, x)", _INVALID, "approx_most_frequent bucket count must be greater than one"),
    R("approx_most_frequent(3, x, 0) from (values 1) t(x)", "NOT_SUPPORTED", "with a capacity below 1", ours=True),
    R("numeric_histogram(2, x) from (values nan(), nan(), nan()) t(x)", "NOT_SUPPORTED", "Merging NaN", ours=True),
    R("numeric_histogram(2, x, w) from (values (1e0, 0e0), (2e0, 0e0), (7e0, 0e0)) t(x, w)", "NOT_SUPPORTED", "Merging NaN", ours=True),
    R("approx_percentile(x, 0.5) from (values nan(), 1e0) t(x)", _INVALID, "value must be finite; was NaN"),
    R("approx_percentile(x, 0.5) from (values real '-Infinity') t(x)", _INVALID, "value must be finite; was -Infinity"),
    R("approx_percentile(x, 0.5) from (values 9007199254740993, 1) t(x)", _INVALID, "no exact double representation for long: 9007199254740993"),
    R("approx_percentile(x, w, 0.5) from (values (1e0, 0.5)) t(x, w)", _INVALID, "weight must be >= 1, was 0.5"),
    R("approx_percentile(x, infinity(), 0.5) from (values 1e0) t(x)", _INVALID, "weight must be finite, was Infinity"),
    R("approx_percentile(x, 0, 0.5, 0.5) from (values 1e0) t(x)", _INVALID, "percentile weight must be > 0"),
    R("approx_percentile(x, array[0.5, 2]) from (values 1) t(x)", _INVALID, "Percentile must be between 0 and 1"),
    R("approx_percentile(x, nan()) from (values 1) t(x)", _INVALID, "Percentile must be between 0 and 1"),
    R("approx_percentile(x, p) from (values (1, 1.5)) t(x, p)", _INVALID, "Percentile must be between 0 and 1"),
    R("approx_percentile(distinct x, p) from (values (1, 0.5)) t(x, p)", "NOT_SUPPORTED", "DISTINCT in approx_percentile", ours=True),
    R("value_at_quantile(qdigest_agg(x, w), 0.5) from (values (1, 0)) t(x, w)", _INVALID, "Percentile weight must be > 0, was 0"),
    R("value_at_quantile(qdigest_agg(x, -1), 0.5) from (values 1) t(x)", _INVALID, "Percentile weight must be > 0, was -1"),
    R("value_at_quantile(qdigest_agg(x, 1, 2), 0.5) from (values 1) t(x)", _INVALID, "Percentile accuracy must be exclusively between 0 and 1, was 2.0"),
    R("value_at_quantile(qdigest_agg(x, 1, nan()), 0.5) from (values 1) t(x)", _INVALID, "was NaN"),
    R("qdigest_agg(x, 1e0) from (values 1) t(x)", "FUNCTION_NOT_FOUND"),
    R("value_at_quantile(tdigest_agg(x, w), 0.5) from (values (1e0, 0.5)) t(x, w)", _INVALID, "weight must be >= 1, was 0.5"),
    R("value_at_quantile(tdigest_agg(x), 0.5) from (values infinity()) t(x)", _INVALID, "value must be finite; was Infinity"),
    R("values_at_quantiles(tdigest_agg(x), array[0.9, 0.1]) from (values 1, 2) t(x)", _INVALID, "percentiles must be sorted in increasing order"),
]  # fmt: skip
