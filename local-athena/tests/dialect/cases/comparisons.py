"""Order, extremes and membership where NULL or NaN stand inside arrays, rows, maps and subqueries.

https://trino.io/docs/current/functions/comparison.html
"""

from tests.dialect.cases.case import Case as C  # noqa: N817
from tests.dialect.cases.case import Refused as R  # noqa: N817

NAN = float("nan")
COMPARISON = "https://trino.io/docs/current/functions/comparison.html"
ARRAYS = "https://trino.io/docs/current/functions/array.html"

CASES = [
    C("array[array[1, 4]] < array[array[1, 7]]", True, "boolean"),
    C("array[array[2, null]] < array[array[5, 3]]", True, "boolean", "decided before the NULL"),
    C("row(1, array[4]) > row(1, array[2])", True, "boolean"),
    C("row('k', row(3, 'b')) >= row('k', row(3, 'b'))", True, "boolean"),
    C("row(2, 9) between row(2, 1) and row(3, 0)", True, "boolean"),
    C("greatest(array[3, null], array[4, 1])", [4, 1], "array(integer)"),
    C("greatest(row(7, 'a'), row(7, 'c'), row(2, 'z'))", (7, "c"), "row(integer, varchar(1))"),
    C("least(row(7, 'a'), row(7, 'c'), row(2, 'z'))", (2, "z"), "row(integer, varchar(1))"),
    C("least(array[1], null)", None, "array(integer)"),
    C("array_max(array[array[6, null], array[8, 1]])", [8, 1], "array(integer)", source=ARRAYS),
    C("array_max(array[array[nan()], array[3e0]])", [3.0], "array(double)", "NaN ranks lowest in a maximum"),
    C("array_min(array[array[nan()], array[3e0]])", [3.0], "array(double)", "and highest in a minimum"),
    C("array_min(array[row(2, 'b'), row(1, 'y')])", (1, "y"), "row(integer, varchar(1))"),
    C("array_max(array[array[1], null])", None, "array(integer)"),
    C("array_max(cast(array[] as array(row(integer))))", None, "row(integer)"),
    C("array_sort(array[array[9, null], null, array[2, 5]])", [[2, 5], [9, None], None], "array(array(integer))"),
    C("array_sort(array[row(4, 'c'), row(1, 'b'), row(1, 'a')])", [(1, "a"), (1, "b"), (4, "c")], "array(row(integer, varchar(1)))"),
    C("array_sort(cast(null as array(row(integer))))", None, "array(row(integer))"),
    C("element_at(map(array[nan(), 4e0], array['n', 'f']), nan())", None, "varchar(1)", "NaN equals no key"),
    C("element_at(map(array[nan(), 4e0], array['n', 'f']), 4)", "f", "varchar(1)"),
    C("map(array[nan()], array[6]) = map(array[nan()], array[6])", False, "boolean"),
    C("map(array[row(1, 2)], array['v'])[row(1, 2)]", "v", "varchar(1)"),
    C("array[timestamp '2024-05-01 08:00:00 UTC', null] is distinct from array[timestamp '2024-05-01 10:00:00 +02:00', null]", False, "boolean", "instants are compared"),
    C("row(timestamp '2024-05-01 08:00:00 UTC') is not distinct from row(timestamp '2024-05-01 08:00:01 UTC')", False, "boolean"),
    C("array[map(array[1, 2], array[5, null])] is distinct from array[map(array[2, 1], array[null, 5])]", False, "boolean", "a map has no order"),
    C("map(array['a'], array[map(array[1, 2], array[3, 4])]) is distinct from map(array['a'], array[map(array[2, 1], array[4, 3])])", False, "boolean"),
    C("map(array[1, 2], array[5, null]) is distinct from map(array[2, 1], array[null, 6])", True, "boolean"),
    C("map(array[nan()], array[6]) is distinct from map(array[nan()], array[6])", True, "boolean"),
    C("cast(null as array(map(integer, integer))) is distinct from array[map(array[1], array[1])]", True, "boolean"),
    C("count(x) from (values array[timestamp '2024-05-01 08:00:00 UTC'], null) t(x)", 1, "bigint"),
    C("max(x) from (values row(row(4, null)), row(row(3, 9))) t(x)", (4, None), "row(integer, integer)", "decided before the NULL"),
    C("max(x) from (values array[2, 1], array[2], null) t(x)", [2, 1], "array(integer)"),
    C("min(x) from (values array[2, 1], array[2], null) t(x)", [2], "array(integer)"),
    C("max(x) from (values array[2]) t(x) where false", None, "array(integer)"),
    C("max(x) filter (where x < array[5]) from (values array[2], array[7]) t(x)", [2], "array(integer)"),
    # membership in a query: a row is one value, and its NULL fields are values like others
    C("row(8, null) in (values row(9, 1))", False, "boolean", source=COMPARISON),
    C("row(8, null) not in (values row(9, 1))", True, "boolean"),
    C("row(8, 2) not in (values row(null, 2), row(8, 3))", True, "boolean"),
    C("(8, 2) in (values (8, 2e0), (1, null))", True, "boolean"),
    C("count(*) from (values (1, cast(null as integer)), (3, 4)) t(a, b) where (a, b) not in (select 3, 4)", 1, "bigint"),
    C("row(5, 6) = any (values row(5, 6), row(7, 8))", True, "boolean"),
    C("row(5, 6) <> all (values row(5, 6))", False, "boolean"),
    C("3 = some (values 2, null)", None, "boolean"),
    C("3 <> all (select 3 where false)", True, "boolean"),
    # quantified comparisons are decided by the least or the greatest
    C("nan() > all (values 2e0)", False, "boolean"),
    C("6e0 > all (values 2e0, nan())", True, "boolean", "the greatest is 2"),
    C("1e0 < all (values 2e0, nan())", True, "boolean"),
    C("2e0 < any (values nan())", False, "boolean"),
    C("2e0 < any (values nan(), 3e0)", True, "boolean"),
    C("nan() = all (values nan())", False, "boolean"),
    C("nan() <> any (values nan())", True, "boolean"),
    C("4e0 > all (values 3e0, null)", None, "boolean"),
    C("2e0 > all (values 3e0, null)", False, "boolean"),
    C("4e0 > any (values 3e0, null)", True, "boolean"),
    C("2e0 > any (values 3e0, null)", None, "boolean"),
    C("2e0 > all (select 3e0 where false)", True, "boolean"),
    C("2e0 > any (select 3e0 where false)", False, "boolean"),
    C("count(*) from (values array[1, null]) a(x) join (values array[1, null]) b(x) using (x)", 0, "bigint", "unknown is no match"),
    C("count(*) from (values nan()) a(x) join (values nan()) b(x) using (x)", 0, "bigint"),
    # type/DoubleType.java: NaN equals nothing and lies above nothing; of NaN and NULL nothing is known
    C("array[x = y, x <> y, x < y, x >= y, y = x, y <> x, y > x, y <= x] from (values (nan(), cast(null as double))) t(x, y)", [None] * 8, "array(boolean)"),
    C("array[x = y, x <> y, x <= y, x > y] from (values (real 'NaN', real '7')) t(x, y)", [False, True, False, False], "array(boolean)"),
    C("nan() not in (4e0, nan(), null)", None, "boolean"),
    C("count(*) from (values (nan(), null), (3e0, 4e0)) t(x, y) where x <> y", 1, "bigint"),
]  # fmt: skip

REFUSED = [
    R("array[array[1, null]] < array[array[1, 3]]", "NOT_SUPPORTED", "arrays with null elements"),
    R("greatest(array[2, null], array[2, 5])", "NOT_SUPPORTED", "arrays with null elements"),
    R("least(row(2, cast(null as integer)), row(2, 5))", "NOT_SUPPORTED", "fields with null elements"),
    R("array_max(array[array[6, null], array[6, 1]])", "NOT_SUPPORTED", "arrays with null elements"),
    R("array_sort(array[row(3, 'x'), row(3, null)])", "NOT_SUPPORTED", "fields with null elements"),
    R("map(array[nan()], array[1])[nan()]", "INVALID_FUNCTION_ARGUMENT", "Key not present in map"),
    R("map(array[array[4, null]], array['v'])", "INVALID_FUNCTION_ARGUMENT", "map key cannot be indeterminate"),
    R("map_from_entries(array[row(row(4, null), 'v')])", "INVALID_FUNCTION_ARGUMENT", "indeterminate"),
    R("multimap_from_entries(array[row(row(4, null), 'v')])", "INVALID_FUNCTION_ARGUMENT", "indeterminate"),
    R("row(1, 2)[x] from (values 1) t(x)", "EXPRESSION_NOT_CONSTANT"),
    R("row(1, 2)[0]", "INVALID_FUNCTION_ARGUMENT", "ROW indices start at 1"),
    R("row(1, 2)[9999999999]", "TYPE_MISMATCH", "requires integer index, found bigint"),
    R("max(x) from (values row(row(4, null)), row(row(4, 9)), row(row(1, 1))) t(x)", "NOT_SUPPORTED", "fields with null elements"),
    R("min(x) from (values array[6, null], array[6, 2], array[8]) t(x)", "NOT_SUPPORTED", "arrays with null elements"),
    R("5 = any (values 'a')", "TYPE_MISMATCH"),
    R("array[map(array[1], array[2])] in (values array[map(array[1], array[2])])", "NOT_SUPPORTED", "Telling values", ours=True),
    R("count(distinct x) from (values array[timestamp '2024-05-01 08:00:00 UTC']) t(x)", "NOT_SUPPORTED", "Telling values", ours=True),
]  # fmt: skip
