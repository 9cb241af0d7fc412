"""Correlated subqueries and LATERAL: what Trino plans, and what it refuses.

The values and refusals are those of ``TestSubqueries``, ``TestCorrelatedAggregation`` beside it, and ``AbstractTestEngineOnlyQueries``:
https://github.com/trinodb/trino/blob/master/core/trino-main/src/test/java/io/trino/sql/query/TestSubqueries.java and
https://github.com/trinodb/trino/blob/master/testing/trino-testing/src/main/java/io/trino/testing/AbstractTestEngineOnlyQueries.java
"""

from tests.dialect.shapes import Shape as S  # noqa: N817

T = "(values (1, 2), (1, 3)) t(a, b)"
O = "(values 1, 2) o(x)"  # noqa: E741
A = "(values array[1, 2], array[]) o(x)"

SHAPES = [
    # macros within macros, over a column of the query around
    S("select (select cast(x at time zone 'America/New_York' as timestamp)) from (values timestamp '2024-07-01 06:00:00') t(x)", [("2024-07-01 02:00:00.000",)], ("_col0",)),
    S("select y from (values json '7') t(x) cross join lateral (select cast(x as double) as y) u", [(7.0,)], ("y",)),
    S("select (select cast(from_unixtime(7200, x) as varchar)) from (values 'Asia/Tokyo') t(x)", [("1970-01-01 11:00:00.000 Asia/Tokyo",)], ("_col0",)),
    # subqueries as arguments of what looks at them item by item
    S("select (select a) = (select array[4, 6]), (select a) < (select array[5]), (select a) is distinct from (select a) from (values array[4, 6]) t(a)", [(True, True, False)], ("_col0", "_col1", "_col2")),
    S("select reduce((select a), (select 1), (s, x) -> s * x, s -> s), trim_array((select a), (select 1)), zip_with((select a), (select a), (x, y) -> x + y) from (values array[4, 6]) t(a)", [(24, [4], [8, 12])], ("_col0", "_col1", "_col2")),
    S("select x from unnest(sequence((select min(d) from (values date '2024-02-29') t(d)), (select max(d) from (values date '2024-03-01') t(d)))) u(x) order by x", [("2024-02-29",), ("2024-03-01",)], ("x",)),
    S("select transform_values((select m), (k, v) -> v + 1), (select m) = (select m) from (values map(array['k'], array[4])) t(m)", [({"k": 5}, True)], ("_col0", "_col1")),
    # a subquery as an operand that is looked at more than once
    S("select nullif(m, (select t.m)), m = (select t.m) from (values map(array['k'], array[4])) t(m)", [(None, True)], ("_col0", "_col1")),
    # brackets around conditions
    S("select x, (select a from (values (1, 2), (1, 3)) t(a, b) where (a = x) limit 1) as v from (values 1, 2) o(x) order by 1", [(1, 1), (2, None)]),
    S("select x, exists (select 1 from (values (1, 2), (1, 3)) t(a, b) where ((a) = (x) and (b > 0)) group by b) as e from (values 1, 2) o(x) order by 1", [(1, True), (2, False)]),
    S("select (select t.* from (values 0) where (0 = 0)) v from (values 1) t(a)", [(1,)]),
    # VALUES without a name, joined in brackets
    S("select * from ((values 1) cross join (values 2) u(b))", [(1, 2)]),
    S("select (select v from ((values 1) left join unnest(x) u(v) on true)) as n from (values array[5], null) o(x) order by 1", [(5,), (None,)]),
    S("select * from (values 1, 4) t(x) left join (values 1, 5) u(y) on ((x in (select 1)) = (y in (select 1)) and (x < 4)) order by 1", [(1, 1), (4, None)]),
    # brackets around outer joins that are no joins of DuckDB's
    S("select * from ((values 1) t(a) right join lateral (select 2) u(b) on true)", [(1, 2)]),
    S("select a, b from ((values 1) t(a) right join unnest(array[2, null]) u(b) on true) order by 2", [(1, 2), (1, None)]),
    S("select a, b from ((values 1, 2) t(a) full join (values 1, 3) u(b) on a = b and a = (select 1)) order by 1, 2", [(1, 1), (2, None), (None, 3)]),
    S("select a, b, c from (((values 1) t(a) right join unnest(array[2]) u(b) on true) cross join (values 3) v(c))", [(1, 2, 3)]),
    S(f"select x, (select a from {T} where a = x limit 1) as v from {O} order by 1", [(1, 1), (2, None)]),
    S(f"select x, (select b from {T} where a = x order by b desc limit 1) as v from {O} order by 1", [(1, 3), (2, None)]),
    S(f"select x, (select max(b) + x from {T} where a = x) as v from {O} order by 1", [(1, 4), (2, None)]),
    S(f"select x, (select count(*) from (select a from {T} where a = x limit 1)) as n from {O} order by 1", [(1, 1), (2, 0)]),
    S(f"select x, exists (select 1 from {T} where a = x limit 1) as e from {O} order by 1", [(1, True), (2, False)]),
    S(f"select x, exists (select a + x from {T} where a < x) as e from {O} order by 1", [(1, False), (2, True)]),
    S(f"select x, exists (select 1 from {T} where a = x group by b) as e from {O} order by 1", [(1, True), (2, False)]),
    S(f"select x, exists (select 1 from {T} where a + b < x + 2 group by a, b) as e from {O} order by 1", [(1, False), (2, True)]),
    S(f"select x, (select count(*) from {T} where a = x group by a having count(*) > 1) as n from {O} order by 1", [(1, 2), (2, None)]),
    S(f"select x, (select max(n) from (select a, count(*) as n from {T} where a = x group by a)) as n from {O} order by 1", [(1, 2), (2, None)]),
    S("select (select count(*) from (values (7, 1)) t(k, v) where k = x group by v limit 1) as n from (values 7) o(x)", [(1,)]),
    S(f"select x, x in (select a from {T} where b = x + 1) as i from {O} order by 1", [(1, True), (2, False)]),
    S(f"select x, v from {O}, lateral (select a from {T} where a = x group by a) l(v)", [(1, 1)]),
    S(f"select x, a, n from {O}, lateral (select a, count(*) from {T} where b <= x + 1 group by a) l(a, n) order by 1", [(1, 1, 1), (2, 1, 2)]),
    S(f"select x, v from {O} left join lateral (select a from {T} where b < x + 1 group by a) l(v) on true order by 1", [(1, None), (2, 1)]),
    S(f"select x, v from {O} left join lateral (select distinct a + 5 from {T} where b < x + 1) l(v) on true order by 1", [(1, None), (2, 6)]),
    S(f"select x, v from {O}, lateral (select x + 1) l(v) order by 1", [(1, 2), (2, 3)]),
    S(f"select x, v from {O} left join lateral (select 7 where x = 1) l(v) on true order by 1", [(1, 7), (2, None)]),
    S(f"select (select sum(v) from unnest(x) u(v)) as n from {A} order by 1", [(3,), (None,)]),
    S(f"select (select v from unnest(x) u(v) order by v desc limit 1) as n from {A} order by 1", [(2,), (None,)]),
    S("select (select v from (values 1) left join unnest(x) u(v) on true) as n from (values array[5], null) o(x) order by 1", [(5,), (None,)]),
    # the outer row's columns beside its elements
    S("select i, x from (values ('a', array[1, 2]), ('b', array[3])) t(id, val), lateral (select id i, x from unnest(val) u(x)) order by 2", [("a", 1), ("a", 2), ("b", 3)]),
    S("select id, r from (values ('a', array[1]), ('b', array[])) t(id, val) left join lateral (select row(id, x, o) r from unnest(val) with ordinality u(x, o)) on true order by 1", [("a", ("a", 1, 1)), ("b", None)]),
    S("select (select id || cast(x as varchar) from unnest(val) u(x) order by x desc limit 1) v from (values ('a', array[1, 2])) t(id, val)", [("a2",)]),
    # one row, and a condition that Trino folds
    S("select (select t.* from (select 'a', 'b')) v from (values 1, 2) t(a) order by 1", [(1,), (2,)]),
    S("select (select t.* from (values 0) where 0 = 0) v from (values 1) t(a)", [(1,)]),
    S("select v from (values 0, 1) t(a), lateral (select t.* where 0 = 0) l(v) order by 1", [(0,), (1,)]),
    S("select v from (values 0, 1) t(a), lateral (select t.* offset 0 limit 5) l(v) order by 1", [(0,), (1,)]),
    S(f"select v from {O}, lateral (select l.* from (values 3) u(y), lateral (select o.*) l) m(v) order by 1", [(1,), (2,)]),
    S(f"select v from {O}, lateral (select v from (values 3, 4) u(y), lateral (select u.*) l(v)) order by 1", [(3,), (3,), (4,), (4,)]),
    # each side of a comparison in an outer join is asked by itself: AbstractTestJoinQueries.testJoinWithMultipleInSubqueryClauses
    S("select * from (values 1, 4) t(x) left join (values 1, 5) u(y) on (x in (select 1)) = (y in (select 1)) and x < 4 order by 1", [(1, 1), (4, None)]),
    S("select * from (values 1, 4) t(x) full join (values 1, 5) u(y) on (x > all (values 2)) = (y > all (values 6)) order by 1, 2", [(1, 1), (1, 5), (4, None)]),
    S("select * from (values 1, 4) t(x) right join (values 1, 5) u(y) on (y in (select 1)) is distinct from (x in (select 4)) order by 2", [(1, 1), (4, 5)]),
    # every row of the left by itself
    S("select * from (values 1, null) t(a) right join lateral (select * from (values 2, null)) u(b) on a < b order by 1, 2", [(1, 2), (None, 2), (None, None), (None, None)]),
    S("select count(*) as n from (select 1 where false) t(a) right join lateral (values 2) u(b) on a < b", [(0,)]),
    S("select count(*) as n from (select 1 where false) t(a) full join lateral (values 2) u(b) on true", [(0,)]),
    S("select * from (values 1) t(a) full join lateral (select 1 where false) u(b) on true", [(1, None)]),
    S("select * from (values 1) t(a) right join unnest(array[2, null]) with ordinality on true order by 3", [(1, 2, 1), (1, None, 2)]),
    S("select * from (values array[]) t(a) full join unnest(array[2]) on true", [([], 2)]),
]  # fmt: skip

_REFUSED = (
    f"select (select b from {T} where a = x limit 1) from {O}",
    f"select (select b from {T} where a = x and b > x order by b limit 1) from {O}",
    f"select (select a from {T} where a = x order by a fetch first row with ties) from {O}",
    f"select (select a from {T} where a = x offset 1) from {O}",
    f"select (select count(*) from {T} where a = x group by b limit 1) from {O}",
    f"select (select a + x from {T}) from {O}",
    f"select (select x from {T} where a = x) from {O}",
    f"select (select x * 2 where x = 1) from {O}",
    f"select (values x) from {O}",
    f"select (select x from (select 1 limit 0)) from {O}",
    f"select (select x from (values 0) where 0 = 1) from {O}",
    f"select (select rank() over (order by a) from {T} where a = x) from {O}",
    f"select (select sum(a + x) from {T}) from {O}",
    f"select (select avg(n) from (select count(*) from {T} where a = x) u(n)) from {O}",
    f"select exists (select 1 from {T} where a + b < x group by a) from {O}",
    f"select exists (select count(*) from {T} where a = x having count(*) > 3) from {O}",
    f"select exists (select 1 from {T} where a = x union all select 2) from {O}",
    f"select 1 from {O} where x in (select a from {T} where b = x order by 1 limit 1)",
    f"select 1 from {O} where x in (select max(a) from {T} where b = x)",
    f"select 1 in (select x) from {O}",
    f"select * from {O}, lateral (values x, 2)",
    f"select * from {O}, lateral (select x * 2 where x > 1)",
    f"select * from {O}, lateral (select a, count(*) from {T} where a = x group by grouping sets ((a, b), (a)))",
    f"select (select sum(v) from unnest(x) u(v) where v > 1) from {A}",
    f"select exists (select 1 from unnest(x) u(v) where v = 1) from {A}",
    f"select 1 in (select v from unnest(x) u(v)) from {A}",
    f"select * from {O} left join lateral (select a, count(*) from {T} where b < x group by a) on true",
    f"select * from {O}, lateral (select a from {T} where b < x group by a having count(*) > 1)",
    f"select * from {O}, lateral (select distinct a from {T} where b < x limit 1)",
    f"select * from {O}, lateral (select o.* limit 0)",
    f"select * from {O}, lateral (select x offset 1)",
    f"select (select o.* limit 0) from {O}",
    # LATERAL beside rows that are more than one
    f"select * from {O}, lateral (select * from {T}, lateral (select x + b))",
    f"select * from {O}, lateral (select * from {T}, lateral (select o.*))",
    f"select (select max(v) from (values 3, 4), lateral (select x) l(v)) from {O}",
    # an equality that casts the column inside leaves it no one value
    "select exists (select 1 from (values (1, null)) t(a, b) where t.a = u.b group by t.b) from (values 1.0, 2.0) u(b)",
    "select exists (select 1 from (values (null, null)) t(a, b) where t.a = u.b group by t.b) from (values 1, 2) u(b)",
    "select * from (values 1, 3) o(id) left join lateral (select v from (values 'c', 'a') i(v) where o.id = 3 order by o.id limit 1) on true",
)

FAILING = (
    *((sql, "NOT_SUPPORTED", "Given correlated subquery is not supported") for sql in _REFUSED),
    (f"select (select count(*) from {T} group by x) from {O}", "NOT_SUPPORTED", "Grouping field should originate"),
    (f"select * from {O} left join {T} on exists (select 1 where x = a)", "NOT_SUPPORTED", "Reference to column 'x' from outer scope not allowed in this context"),
    (f"select * from {O} left join {T} on exists (select o.*)", "NOT_SUPPORTED", "Reference to column 'o.x' from outer scope not allowed in this context"),
    (f"select (select max(a) from {T} left join (values 1) u(c) on c = x) from {O}", "NOT_SUPPORTED", "Reference to column 'x'"),
    (f"select * from {O} right join lateral (select x) l(v) on true", "INVALID_COLUMN_REFERENCE", "LATERAL reference not allowed in RIGHT JOIN"),
    (f"select * from {O} right join lateral (select o.*) l(v) on true", "INVALID_COLUMN_REFERENCE", "LATERAL reference not allowed in RIGHT JOIN"),
    (f"select * from {O} join lateral (values 1) l(x) using (x)", "NOT_SUPPORTED", "Correlated join with criteria other than ON is not supported"),
    (f"select * from {A} full join unnest(x) on true", "INVALID_COLUMN_REFERENCE", "LATERAL reference not allowed in FULL JOIN"),
    (f"select * from {O} full join lateral (values 1) l(v) on x = v", "NOT_SUPPORTED", "FULL JOIN involving LATERAL relation is only supported with condition ON TRUE"),
)  # fmt: skip
