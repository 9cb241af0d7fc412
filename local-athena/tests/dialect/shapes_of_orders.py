"""ORDER BY where the order hangs on NULL or NaN: inside arrays and rows, and with NULLS FIRST.

In Trino two arrays or rows cannot be compared where the first difference between them is a NULL; NaN is the greatest number, with
NULLS FIRST the least (``TypeOperators.getOrderingOperator`` in core/trino-spi of its source).
"""

from tests.dialect.shapes import Shape as S  # noqa: N817

NAN, INF = float("nan"), float("inf")
UTC, TOKYO = "timestamp '2024-03-04 05:00:00 UTC'", "timestamp '2024-03-04 14:00:00 Asia/Tokyo'"

SHAPES = [
    S("select rank() over (order by x) from (select if(a < 3, cast(row(a) as row(n integer))) x from (values 3, 2, 1) t(a)) order by 1", [(1,), (2,), (3,)]),
    S("select x from (values array[4, null], array[5, 1], array[3, 9], null) t(x) order by x", [([3, 9],), ([4, None],), ([5, 1],), (None,)], ("x",)),
    S("select x from (values array[4, null], array[5, 1], array[4], null) t(x) order by x desc nulls first", [(None,), ([5, 1],), ([4, None],), ([4],)], ("x",)),
    S("select x from (values array[array[4, null]], array[array[5, 1]]) t(x) order by 1 desc", [([[5, 1]],), ([[4, None]],)], ("x",)),
    S("select x, y from (values (array[4, null], 2), (array[4, 8], 1)) t(x, y) order by y, x", [([4, 8], 1), ([4, None], 2)], ("x", "y")),
    S("select y from (values (array[4, null], 2), (array[4, 8], 1)) t(x, y) order by y desc, row(x, y)", [(2,), (1,)], ("y",)),
    S("select y from (values (array[4, null], 2), (array[6], 1)) t(x, y) order by x desc limit 1", [(1,)], ("y",)),
    S("select y from (values (array[4, null], 2), (array[6], 1)) t(x, y) order by x offset 1", [(1,)], ("y",)),
    S("select distinct x, y from (values (array[4], 2), (array[7], 1), (array[4], 2)) t(x, y) order by x desc, 2", [([7], 1), ([4], 2)], ("x", "y")),
    S("select x from (values array[4, null], array[6]) t(x) union all select array[5] order by x desc", [([6],), ([5],), ([4, None],)], ("x",)),
    S("select x, count(*) as n from (values array[4], array[6], array[6]) t(x) group by x order by x desc", [([6], 2), ([4], 1)], ("x", "n")),
    S("select y, max(x) as m from (values (array[4], 1), (array[6], 2)) t(x, y) group by y having max(x) > array[3] order by max(x) desc", [(2, [6]), (1, [4])], ("y", "m")),
    S("select x, row_number() over (order by x desc) as n from (values array[4], array[6]) t(x) order by x", [([4], 2), ([6], 1)], ("x", "n")),
    S("select x from (values array[4], array[6], array[4]) t(x) order by x fetch first 1 row with ties", [([4],), ([4],)], ("x",)),
    S("select array_agg(x order by x desc) from (values array[4], array[6]) t(x) order by 1", [([[6], [4]],)], ("_col0",)),
    S("with t as (select 2 as random_share union all select 2) select distinct random_share + 1 from t order by random_share + 1", [(3,)], ("_col0",)),
    S("select distinct 'random' || x from (values 'b', 'a') t(x) order by 'random' || x desc", [("randomb",), ("randoma",)], ("_col0",)),
    # NaN
    S("select y from (values (row(nan()), 1), (row(6e0), 2), (null, 3)) t(x, y) order by x", [(2,), (1,), (3,)], ("y",)),
    S("select y from (values (row(nan()), 1), (row(6e0), 2), (null, 3)) t(x, y) order by x desc", [(1,), (2,), (3,)], ("y",)),
    S("select y from (values (row(nan()), 1), (row(6e0), 2), (null, 3)) t(x, y) order by x nulls first", [(3,), (1,), (2,)], ("y",)),
    S("select y from (values (array[row(nan())], 1), (array[row(6e0)], 2), (null, 3)) t(x, y) order by x desc nulls first", [(3,), (2,), (1,)], ("y",)),
    S("select y, rank() over (order by x nulls first) as n from (values (array[nan()], 1), (array[6e0], 2)) t(x, y) order by y", [(1, 1), (2, 2)], ("y", "n")),
    S("select x from (values nan(), 6e0, infinity(), null) t(x) order by x", [(6.0,), (INF,), (NAN,), (None,)], ("x",)),
    S("select x from (values nan(), 6e0, infinity(), null) t(x) order by x nulls first", [(None,), (NAN,), (6.0,), (INF,)], ("x",)),
    S("select x from (values nan(), 6e0, infinity(), null) t(x) order by 1 desc nulls first", [(None,), (INF,), (6.0,), (NAN,)], ("x",)),
    S("select distinct x from (values real '6', real 'NaN', real '6') t(x) order by x nulls first", [(NAN,), (6.0,)], ("x",)),
    S("select x, row_number() over (order by x nulls first) as n from (values nan(), 6e0) t(x) order by 2", [(NAN, 1), (6.0, 2)], ("x", "n")),
    S("select x, sum(x) over (order by x nulls first range 2 preceding) as n from (values 6e0, 5e0, null) t(x) order by x", [(5.0, 5.0), (6.0, 11.0), (None, None)], ("x", "n")),
    # one instant in two zones is one value
    S(f"select y, z from (values ({UTC}, 8, 'b'), ({TOKYO}, 3, 'a')) t(x, y, z) order by x, y desc", [(8, "b"), (3, "a")], ("y", "z")),
    S(f"select x, y from (select y, x from (values ({UTC}, 8), ({TOKYO}, 3)) t(x, y)) order by x, y desc", [("2024-03-04 05:00:00 UTC", 8), ("2024-03-04 14:00:00 Asia/Tokyo", 3)], ("x", "y")),
    S(f"select y from (values ({UTC}, 3), ({TOKYO}, 8)) t(x, y) order by row(x, y) desc", [(8,), (3,)], ("y",)),
]  # fmt: skip

FAILING = (
    ("select x from (values array[4, null], array[4, 8]) t(x) order by x", "NOT_SUPPORTED"),
    ("select x from (values array[4, 8], array[4, 9], array[4, null]) t(x) order by 1 desc limit 1", "NOT_SUPPORTED"),
    ("select x from (values array[null], array[3]) t(x) order by x", "NOT_SUPPORTED"),
    ("select y from (values (row(4, null), 1), (row(4, null), 2)) t(x, y) order by x", "NOT_SUPPORTED"),
    ("select y from (values (row(4, row(null)), 1), (row(4, row(5)), 2)) t(x, y) order by x nulls first", "NOT_SUPPORTED"),
    ("select y from (values (row(4, null), 1), (row(4, 5), 1)) t(x, y) order by y, x", "NOT_SUPPORTED"),
    ("select distinct x from (values array[4, null], array[4, 8]) t(x) order by x", "NOT_SUPPORTED"),
    ("select array[4, null] as x union all select array[4, 8] order by x", "NOT_SUPPORTED"),
    ("select x, count(*) from (values array[4, null], array[4, 8]) t(x) group by x order by x", "NOT_SUPPORTED"),
    ("select rank() over (order by x) from (values array[4, null], array[4, 8]) t(x)", "NOT_SUPPORTED"),
    ("select array_agg(y order by x) from (values (array[4, null], 1), (array[4, 8], 2)) t(x, y)", "NOT_SUPPORTED"),
    ("select x from (values array[4, null], array[4, 8]) t(x) order by x fetch first 1 row with ties", "NOT_SUPPORTED"),
    ("select x from (values 1) t(x) order by row(map(array[x], array[x]))", "TYPE_MISMATCH"),
    ("select x from (values array[json '1']) t(x) order by x", "TYPE_MISMATCH"),
)  # fmt: skip
