"""Shapes of queries on small relations: https://trino.io/docs/current/sql/select.html. Each line: query, rows, columns' names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Shape:
    """A whole query with its rows (in order where the query orders them) and the names of its columns."""

    sql: str
    rows: list[tuple[Any, ...]]
    names: tuple[str, ...] | None = None


T = "(values (1, 'a'), (2, 'b'), (3, null)) as t(id, name)"
U = "(values (1, 10), (1, 20), (4, 40)) as u(id, n)"
S = Shape

SHAPES = [
    # names
    S("select 1", [(1,)], ("_col0",)),
    S("select 1 as A, 2, 3 as \"From\"", [(1, 2, 3)], ("a", "_col1", "from")),
    S(f"select ID, t.Name from {T} where id = 1", [(1, "a")], ("id", "name")),
    S("select 1 a, 2 a", [(1, 2)], ("a", "a")),
    S("select x.a.b from (select cast(row(row(1)) as row(a row(b integer))) x) t", [(1,)], ("b",)),
    S("values 1, 2", [(1,), (2,)], ("_col0",)),
    S("select * from (values (1, 2)) t", [(1, 2)], ("_col0", "_col1")),
    S("select count(*), max(x) as m from (values 1) t(x)", [(1, 1)], ("_col0", "m")),
    S("select * from (select 1, 2 as b)", [(1, 2)], ("_col0", "b")),
    S("select t.* from (values (1, 2)) t(a, b)", [(1, 2)], ("a", "b")),
    S("select *, a + 1 from (values 1) t(a)", [(1, 2)], ("a", "_col1")),
    S("select (r).* from (select cast(row(1, 'x') as row(a integer, b varchar)) r) t", [(1, "x")], ("a", "b")),
    S("select row(1, 'x').*", [(1, "x")], ("_col0", "_col1")),
    S("(select 1 as x)", [(1,)], ("x",)),
    S("select 1 as \"a b\", 2 as \"c-d\"", [(1, 2)], ("a b", "c-d")),
    S('select "select" from (values 1) t("select")', [(1,)], ("select",)),
    # joins
    S(f"select t.id, n from {T} join {U} on t.id = u.id order by n", [(1, 10), (1, 20)]),
    S(f"select t.id, n from {T} left join {U} on t.id = u.id order by 1, 2", [(1, 10), (1, 20), (2, None), (3, None)]),
    S(f"select u.id, name from {T} right join {U} on t.id = u.id order by 1, 2", [(1, "a"), (1, "a"), (4, None)]),
    S(f"select t.id, u.id from {T} full join {U} on t.id = u.id order by 1, 2", [(1, 1), (1, 1), (2, None), (3, None), (None, 4)]),
    S(f"select count(*) from {T} cross join {U}", [(9,)]),
    S(f"select count(*) from {T}, {U} where t.id = u.id", [(2,)]),
    S(f"select id, name, n from {T} full join {U} using (id) order by id, n", [(1, "a", 10), (1, "a", 20), (2, "b", None), (3, None, None), (4, None, 40)]),
    S(f"select * from {T} join {U} using (id) order by n", [(1, "a", 10), (1, "a", 20)], ("id", "name", "n")),
    S("select a.x, b.x from (values 1) a(x) join ((values 1, 2) b(x) join (values 2) c(y) on b.x = c.y) on a.x < b.x", [(1, 2)]),
    S(f"select t.id from {T} join {U} on t.id = u.id and u.n > 15", [(1,)]),
    S("select a.x + b.x from (values 1) a(x), (values 2) b(x), lateral (select a.x + 10) c(z) where z = 11", [(3,)]),
    S("select x from (values 1.5) a(x) join (values 1, 2) b(y) on a.x < b.y", [(1.5,)]),
    S("select count(*) from (values 1, 2) a(x) left join (values 1) b(y) on false", [(2,)]),
    # subqueries
    S(f"select (select max(n) from {U} where u.id = t.id) from {T} order by t.id", [(20,), (None,), (None,)]),
    S(f"select id from {T} where id in (select id from {U})", [(1,)]),
    S(f"select id from {T} where id not in (select id from {U}) order by id", [(2,), (3,)]),
    S(f"select id from {T} where exists (select 1 from {U} where u.id = t.id)", [(1,)]),
    S(f"select id from {T} where not exists (select 1 from {U} where u.id = t.id) order by 1", [(2,), (3,)]),
    S(f"select id from {T} where id >= all (select id from (values 1, 2) v(id)) order by id", [(2,), (3,)]),
    S(f"select id from {T} where id = any (values 1, 3) order by 1", [(1,), (3,)]),
    S("select 2 = some (values 1, 2)", [(True,)]),
    S("select 1 > all (select 1 where false)", [(True,)]),
    S("select (select 1, 2) = row(1, 2)", [(True,)]),
    S(f"select id from {T} where (id, name) in (select 1, 'a')", [(1,)]),
    S("select 1 in (select cast(1 as bigint))", [(True,)]),
    S(f"select id, (select count(*) from {U} where u.id = t.id) c from {T} order by id", [(1, 2), (2, 0), (3, 0)]),
    # WITH
    S("with a as (select 1 x), b as (select x + 1 y from a) select x, y from a, b", [(1, 2)]),
    S("with a(p, q) as (select 1, 2) select q, p from a", [(2, 1)], ("q", "p")),
    S("with recursive t(n) as (values 1 union all select n + 1 from t where n < 4) select sum(n) from t", [(10,)]),
    S("with t as (select 1 x) select * from (with t as (select 2 x) select x from t) u, t", [(2, 1)]),
    S("with a as (select 1 x) select * from a union all select * from a", [(1,), (1,)]),
    S("select * from (with a as (select 5 v) select v from a) q", [(5,)]),
    # set operations
    S("select 1 union all select 2.5 order by 1", [(1.0,), (2.5,)]),
    S("select 1 union select 1", [(1,)]),
    S("select x from (values 1, 1, 2) t(x) intersect select 1", [(1,)]),
    S("select x from (values 1, 1, 2) t(x) except select 2", [(1,)]),
    S("select x from (values 1, 1, 2) t(x) except all select 1 order by 1", [(1,), (2,)]),
    S("select x from (values 1, 1, 2) t(x) intersect all (values 1, 1) order by 1", [(1,), (1,)]),
    S("select 'a' as x union all select 'bcd' order by x", [("a",), ("bcd",)], ("x",)),
    S("(select 1 as x order by 1) union all (select 2) order by x desc limit 1", [(2,)]),
    S("select null union all select 1 order by 1", [(1,), (None,)]),
    S("select 1 a union all select 2 b order by a desc", [(2,), (1,)], ("a",)),
    S("select date '2024-01-01' union all select timestamp '2024-01-01 10:00:00' order by 1", [("2024-01-01 00:00:00",), ("2024-01-01 10:00:00",)]),
    S("select 1 intersect select 1 union select 2 order by 1", [(1,), (2,)]),
    # GROUP BY
    S(f"select id, sum(n) from {U} group by id order by 1", [(1, 30), (4, 40)]),
    S(f"select id + 1, count(*) from {U} group by id + 1 order by 1", [(2, 2), (5, 1)]),
    S(f"select id as k, count(*) c from {U} group by 1 having count(*) > 1", [(1, 2)]),
    S(f"select id, n, sum(n), grouping(id, n) from {U} group by grouping sets ((id), (n), ()) order by 4, 1, 2", [(1, None, 30, 1), (4, None, 40, 1), (None, 10, 10, 2), (None, 20, 20, 2), (None, 40, 40, 2), (None, None, 70, 3)]),
    S(f"select id, count(*) from {U} group by rollup (id) order by 1", [(1, 2), (4, 1), (None, 3)]),
    S(f"select id, count(*) from {U} group by cube (id) order by 1", [(1, 2), (4, 1), (None, 3)]),
    S(f"select sum(n) from {U} having sum(n) > 100", []),
    S(f"select id from {U} group by id having any_match(array_agg(n), x -> x > 30)", [(4,)]),
    S("select 'x', count(*) from (values 1) t(a) group by 'x'", [("x", 1)]),
    S("select max(a) over () from (values 1, 2) t(a) group by a", [(2,), (2,)]),
    S("select a from (values 1, 2) t(a) group by a order by count(*), a desc", [(2,), (1,)]),
    S("select upper(n), count(*) from (values 'a', 'A') t(n) group by upper(n)", [("A", 2)]),
    S("select if(a > 1, 'big', 'small') k, sum(a) from (values 1, 2, 3) t(a) group by if(a > 1, 'big', 'small') order by 1", [("big", 5), ("small", 1)]),
    S("select date_trunc('month', d), count(*) from (values date '2024-01-05', date '2024-01-09') t(d) group by 1", [("2024-01-01", 2)]),
    # ORDER BY, LIMIT
    S(f"select name from {T} order by name", [("a",), ("b",), (None,)]),
    S(f"select name from {T} order by name desc", [("b",), ("a",), (None,)]),
    S(f"select name from {T} order by name desc nulls first", [(None,), ("b",), ("a",)]),
    S(f"select id from {T} order by id desc limit 1", [(3,)]),
    S(f"select id from {T} order by id offset 1 limit 1", [(2,)]),
    S(f"select id from {T} order by id offset 1 rows fetch next 1 row only", [(2,)]),
    S("select x from (values 1, 1, 2) t(x) order by x fetch first 1 row with ties", [(1,), (1,)]),
    S("select x from (values 1, 2, 2, 3) t(x) order by x offset 1 rows fetch first row with ties", [(2,), (2,)]),
    S("select -x as y from (values 1, 2) t(x) order by y", [(-2,), (-1,)]),
    S("select -x as x from (values 1, 2) t(x) order by x + 0", [(-2,), (-1,)]),
    S("select distinct x % 2 from (values 1, 2, 3) t(x) order by x % 2", [(0,), (1,)]),
    S("select a from (values (1, 2), (2, 1)) t(a, b) order by b", [(2,), (1,)]),
    S("select x from (values 1) t(x) limit all", [(1,)]),
    S("select x from (values 1) t(x) limit 0", []),
    S("select x from (values 'b', 'B', 'a') t(x) order by lower(x), x", [("a",), ("B",), ("b",)]),
    # UNNEST
    S("select x from unnest(array[1, 2]) as t(x)", [(1,), (2,)]),
    S("select * from unnest(array[1, 2], array['a']) as t(x, y)", [(1, "a"), (2, None)]),
    S("select * from unnest(map(array['k'], array[5])) as t(k, v)", [("k", 5)]),
    S("select * from unnest(array[row(1, 'a'), row(2, 'b')]) as t(x, y)", [(1, "a"), (2, "b")]),
    S("select * from unnest(array['a', 'b']) with ordinality as t(x, o)", [("a", 1), ("b", 2)]),
    S("select id, x from (values (1, array[10, 20]), (2, array[])) t(id, a) cross join unnest(a) as u(x) order by 2", [(1, 10), (1, 20)]),
    S("select id, x from (values (1, array[10]), (2, array[])) t(id, a) left join unnest(a) as u(x) on true order by 1", [(1, 10), (2, None)]),
    S("select id, x, o from (values (1, array[10, 20])) t(id, a), unnest(a) with ordinality as u(x, o) order by o desc", [(1, 20, 2), (1, 10, 1)]),
    S("select u.name from (select cast(array[row(1, 'q')] as array(row(id integer, name varchar))) a) t cross join unnest(a) as u", [("q",)]),
    S("select count(*) from unnest(sequence(1, 100)) as t(x)", [(100,)]),
    S("select sum(x) from unnest(cast(null as array(integer))) as t(x)", [(None,)]),
    S("select * from unnest(array[1]) cross join unnest(array[2])", [(1, 2)], ("_col0", "_col1")),
    S("select x + y from unnest(array[1], array[2]) t(x, y)", [(3,)]),
    # table functions, VALUES, samples, lateral
    S("select * from table(sequence(start => 1, stop => 3))", [(1,), (2,), (3,)], ("sequential_number",)),
    S("select sequential_number * 2 from table(sequence(1, 5, 2)) t", [(2,), (6,), (10,)]),
    S("select * from (values (1, 'a'), (2, 'bc')) t(x, y) where x > 1", [(2, "bc")]),
    S("select count(*) from (values 1, 2) t(x) tablesample bernoulli (100)", [(2,)]),
    S("select t.x, y from (values 1, 2) t(x) cross join lateral (select t.x * 10) as l(y) order by 1", [(1, 10), (2, 20)]),
    S("select x from ((values 1)) t(x)", [(1,)]),
    S("select * from (((select 1 as x)))", [(1,)]),
    S("select distinct data.* from (values (1, 'a')) data(k, v) join (values (1, 1)) r(k2, rn) on data.k = r.k2 where rn = 1", [(1, "a")]),
    S("select case when x > 1 then 'y' end c from (values 1, 2) t(x) order by x", [(None,), ("y",)]),
    S("-- a comment\nselect /* another */ 1;", [(1,)]),
    S("select * from (select 1 x) as __dbt_sbq where false limit 0", []),
    S("select count(*) as failures, count(*) != 0 as should_warn from (select 1 where false) dbt_internal_test", [(0, False)], ("failures", "should_warn")),
    S("select x, row_number() over (partition by x order by x) from (values 1, 1) t(x) order by 2", [(1, 1), (1, 2)]),
    S("select sum(sum(x)) over () from (values 1, 2) t(x) group by x order by 1", [(3,), (3,)]),
    S("table_alias.x from (values 1) table_alias(x)".replace("table_alias.x", "select table_alias.x"), [(1,)]),
]  # fmt: skip
