"""Values that are told apart otherwise than DuckDB would: moments with zones by their instants, maps without the order of entries.

https://github.com/trinodb/trino/blob/master/core/trino-spi/src/main/java/io/trino/spi/type/ShortTimestampWithTimeZoneType.java,
https://github.com/trinodb/trino/blob/master/core/trino-spi/src/main/java/io/trino/spi/type/MapType.java
"""

from tests.dialect.cases.case import Case as C  # noqa: N817
from tests.dialect.cases.case import Refused as R  # noqa: N817

ZONED = "(values timestamp '2020-01-01 00:00:00 UTC', timestamp '2020-01-01 01:00:00 +01:00') t(x)"
ARRAYS = "(values array[timestamp '2020-01-01 00:00:00 UTC', null], array[timestamp '2020-01-01 01:00:00 +01:00', null]) t(x)"
CLOCKS = "(values time '00:00:00+00:00', time '01:00:00+01:00') t(x)"
KEYED = "map(array[map(array[1, 2], array[3, 4])], array[1])"
MAPS = "(values map(array[1, 2], array[3, 4]), map(array[2, 1], array[4, 3])) t(x)"
UTC, BERLIN = "select timestamp '2020-01-01 00:00:00 UTC' a", "select timestamp '2020-01-01 01:00:00 Europe/Berlin'"

CASES = [
    C(f"count(*) from (select distinct x, 1 from {ZONED})", 1, "bigint"),
    C(f"count(*) from (select distinct x from {ARRAYS})", 1, "bigint"),
    C(f"count(*) from (select distinct row(x, 1) from {CLOCKS})", 1, "bigint"),
    C(f"count(*) from (select distinct x from {MAPS})", 1, "bigint"),
    C(f"count(*) from (select distinct array[x] from {MAPS})", 1, "bigint"),
    C("x from (select distinct x from (values timestamp '2020-01-01 00:00:00 UTC', timestamp '2019-01-01 01:00:00 +01:00') t(x) order by x limit 1)", "2019-01-01 01:00:00 +01:00", "timestamp(0) with time zone"),
    C(f"count(*) from ({UTC} union {BERLIN} union {UTC})", 1, "bigint"),
    C(f"count(*) from ({UTC} intersect {BERLIN})", 1, "bigint"),
    C(f"count(*) from ({UTC} except {BERLIN})", 0, "bigint"),
    C(f"count(*) from ({UTC}, null except {BERLIN}, 2)", 1, "bigint"),
    C("count(*) from (select map(array[1, 2], array[3, 4]), null intersect select map(array[2, 1], array[4, 3]), null)", 1, "bigint"),
    C(f"count(*) from {ZONED} group by x", 2, "bigint"),
    C(f"x from {ZONED} group by 1 having x > timestamp '2019-01-01 00:00:00 UTC' and count(x) = 2 order by x", "2020-01-01 00:00:00 UTC", "timestamp(0) with time zone"),
    C(f"c from (select t.*, year(x), count(*) c, max(x) from {ZONED} group by x)", 2, "bigint"),
    C(f"count(*) from {CLOCKS} group by row(x, 1)", 2, "bigint"),
    C(f"count(*) from {MAPS} group by array[x]", 2, "bigint"),
    C("c from (select from_iso8601_timestamp(x) d, count(*) c from (values '2020-01-01T00:00:00Z', '2020-01-01T02:00:00+02:00') t(x) group by from_iso8601_timestamp(x) order by d)", 2, "bigint"),
    C("count(*) from (select x, y from (values (timestamp '2020-01-01 00:00:00 UTC', 1), (null, 1), (null, 1)) t(x, y) group by x, y)", 2, "bigint"),
    C("array[map(array[1], array[2])] in (values array[map(array[1], array[2])])", True, "boolean"),
    C(f"count(distinct x) from {ARRAYS}", 1, "bigint"),
    C(f"count(*) over (partition by x) from {ARRAYS} limit 1", 2, "bigint"),
    C("checksum(x) = checksum(y) from (values (time '00:00:01', bigint '1000000000000'), (null, null)) t(x, y)", True, "boolean"),
    C("checksum(x) = checksum(y) from (values (time '00:00:01.000000000', bigint '1000000000000')) t(x, y)", True, "boolean"),
    C("checksum(x) = checksum(y) from (values (timestamp '1970-01-01 01:00:01 +01:00', bigint '1000')) t(x, y)", True, "boolean"),
    C(f"approx_distinct(x) from {MAPS}", 1, "bigint"),
    # aggregates that make maps: of equal keys the first stays
    C(f"histogram(x) from {ZONED}", {"2020-01-01 00:00:00 UTC": 2}, "map(timestamp(0) with time zone, bigint)"),
    C(f"histogram(x) from {CLOCKS}", {"00:00:00+00:00": 2}, "map(time(0) with time zone, bigint)"),
    C(f"map_values(histogram(x)) from {MAPS}", [2], "array(bigint)"),
    C(f"map_keys(histogram(x)) from {MAPS}", [{1: 3, 2: 4}], "array(map(integer, integer))"),
    C(f"map_values(histogram(x)) from {ARRAYS}", [2], "array(bigint)"),
    C(f"histogram(x) from {ZONED} where false", None, "map(timestamp(0) with time zone, bigint)"),
    C(f"map_agg(x, year(x)) from {ZONED}", {"2020-01-01 00:00:00 UTC": 2020}, "map(timestamp(0) with time zone, bigint)"),
    C("map_agg(x, 7)[timestamp '2020-01-01 01:00:00 +01:00'] from (values timestamp '2020-01-01 00:00:00 UTC') t(x)", 7, "integer"),
    C(f"map_values(map_agg(x, 7)) from {MAPS}", [7], "array(integer)"),
    C(f"multimap_agg(x, day(x)) from {ZONED}", {"2020-01-01 00:00:00 UTC": [1, 1]}, "map(timestamp(0) with time zone, array(bigint))"),
    C(f"map_values(multimap_agg(x, x[1])) from {MAPS}", [[3, 3]], "array(array(integer))"),
    C(f"map_union(map(array[x], array[hour(x)])) from {ZONED}", {"2020-01-01 00:00:00 UTC": 0}, "map(timestamp(0) with time zone, bigint)"),
    C("histogram(x) from (values timestamp '2020-01-01 00:00:00.0000001 UTC', timestamp '2020-01-01 01:00:00.0000001 +01:00') t(x)", {"2020-01-01 00:00:00.0000001 UTC": 2}, "map(timestamp(7) with time zone, bigint)"),
]  # fmt: skip

REFUSED = [
    R(f"(select x) from {ZONED} group by x", "NOT_SUPPORTED", "A subquery that looks at a column", ours=True),
    R(f"1 from {ZONED} group by date_trunc('day', x), rollup(x)", "NOT_SUPPORTED", "zones are not known", ours=True),
    R(f"histogram(distinct x) from {ZONED}", "NOT_SUPPORTED", "zones are not known", ours=True),
    R(f"{KEYED}[map(array[2, 1], array[4, 3])]", "NOT_SUPPORTED", "on maps keyed by maps", ours=True),
    R(f"{KEYED} = {KEYED}", "NOT_SUPPORTED", "Comparison of maps keyed by map(integer, integer)", ours=True),
    R(f"{KEYED} is distinct from {KEYED}", "NOT_SUPPORTED", "Comparison of maps keyed by map(integer, integer)", ours=True),
]  # fmt: skip
