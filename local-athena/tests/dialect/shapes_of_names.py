"""Names and scopes, and aggregates where they may not stand.

https://trino.io/docs/current/sql/select.html; the messages are those of ``StatementAnalyzer`` and ``AggregationAnalyzer`` in
https://github.com/trinodb/trino/tree/master/core/trino-main/src/main/java/io/trino/sql/analyzer.
"""

from tests.dialect.shapes import Shape as S  # noqa: N817

SHAPES = [
    # words that are calls where a bracket follows, and names elsewhere
    S("select if, 4 from (values 3) t(if)", [(3, 4)], ("if", "_col1")),
    S("select any + 1, t.if from (values (3, 5)) t(any, if) where if > any", [(4, 5)], ("_col0", "if")),
    S("select connect_by_root, count(*) from (values 3) t(connect_by_root) group by 1", [(3, 1)], ("connect_by_root", "_col1")),
    # words of the grammar that are names, and those that are none
    S("select interval, offset, t.grant g from (values (3, 4, 5)) t(interval, offset, grant) order by interval offset 0 rows limit 1", [(3, 4, 5)], ("interval", "offset", "g")),
    S("select 3 as interval", [(3,)], ("interval",)),
    S("select interval - 1, -interval, interval '3' day from (values 3) t(interval)", [(2, -3, "3 00:00:00.000")], ("_col0", "_col1", "_col2")),
    S("select offset, count(*) from (values 3) t(offset) group by offset", [(3, 1)], ("offset", "_col1")),
    S("select limit from (values 3, 4) t(limit) where limit > 2 order by limit limit 1", [(3,)], ("limit",)),
    S("select fetch, tablesample, lateral, revoke, rollback, match_recognize from (values (1, 2, 3, 4, 5, 6)) t(fetch, tablesample, lateral, revoke, rollback, match_recognize)", [(1, 2, 3, 4, 5, 6)], ("fetch", "tablesample", "lateral", "revoke", "rollback", "match_recognize")),
    S("select window, sum(x) over w from (values (3, 4)) t(window, x) window w as (order by window)", [(3, 4)], ("window", "_col1")),
    S("with interval as (select 3 x) select x from interval fetch first row only", [(3,)], ("x",)),
    S("select cast(row(3) as row(interval integer)).interval", [(3,)], ("interval",)),
    # one alias twice
    S("select a.x, y from (values 1) a(x), (values 2) a(y)", [(1, 2)], ("x", "y")),
    S("select * from (values 1) a(x) join (values 2) a(y) on true", [(1, 2)], ("x", "y")),
    S("select x from (values 1) a(x) where exists (select 1 from (values 2) a(y) where x = 1)", [(1,)], ("x",)),
    S("select (select max(y) + x from (values 2) a(y)) as m from (values 1) a(x)", [(3,)], ("m",)),
    # VALUES in set operations
    S("select * from (values 1 union all values 2) t", [(1,), (2,)]),
    S("select x from (values 1, 2 order by 1 desc limit 1) t(x)", [(2,)], ("x",)),
    # outer joins whose condition asks a subquery
    S("select * from (values 1, 2) a(x) left join (values 1) b(y) on x in (select 1)", [(1, 1), (2, None)], ("x", "y")),
    S("select * from (values 1, 2) a(x) right join (values 1, 3) b(y) on x = y and y in (select 3)", [(None, 1), (None, 3)], ("x", "y")),
    S("select * from (values 1, 2) a(x) full join (values 1, 3) b(y) on x = y and x = (select 1)", [(1, 1), (2, None), (None, 3)], ("x", "y")),
    # LATERAL
    S("select * from (values 1, 2) a(x) left join lateral (select x as z) l on x = 1", [(1, 1), (2, None)], ("x", "z")),
    # rows
    S("select (row(1, 'b')).* as (p, q)", [(1, "b")], ("p", "q")),
    S("select (t.r).* as (p, q) from (values row(row(1, 2))) t(r)", [(1, 2)], ("p", "q")),
    S("select t.r.s.* from (values row(cast(row(row(1, 2)) as row(s row(a integer, b integer))))) t(r)", [(1, 2)], ("a", "b")),
    # a column of a nearer query, before a relation of its name farther out
    S("select (select t.x from (values row(cast(row(5) as row(x integer)))) u(t)) as m from (values 1) t(x)", [(5,)], ("m",)),
    S("select (select t.x from (values 1) t(y)) as m from (values 3) t(x)", [(3,)], ("m",)),
    S("select x, (select 1, 2 where false) as s from (values 1) t(x)", [(1, None)], ("x", "s")),
    # GROUP BY an expression with a subquery, and one written in two ways
    S("select x + (select y from (values 1) u(y)) as k, count(*) as n from (values 1, 1) t(x) group by x + (select y from (values 1) u(y))", [(2, 2)], ("k", "n")),
    S("select t.x + 1 as k, count(*) as n from (values 1, 1) t(x) group by x + 1", [(2, 2)], ("k", "n")),
    S("select r.a, count(*) as n from (values row(cast(row(1) as row(a integer)))) t(r) group by r", [(1, 1)], ("a", "n")),
    S("select transform(array[x], v -> v + x) as l from (values 1) t(x) group by x", [([2],)], ("l",)),
    S("select x as k, count(*) as n from (values 1, 2, 2) t(x) group by 1 order by n desc, k", [(2, 2), (1, 1)], ("k", "n")),
    S("select x, sum(count(*)) over (order by x) as n from (values 1, 2, 2) t(x) group by x order by 1", [(1, 1), (2, 3)], ("x", "n")),
    S("select case when t.x > 1 then 'b' else 'a' end as k, sum(x) as s from (values 1, 2) t(x) group by case when x > 1 then 'b' else 'a' end order by k", [("a", 1), ("b", 2)], ("k", "s")),
    # ten steps and no more
    S("with recursive t(n) as (values 1 union all select n + 1 from t where n < 11) select count(*) as n, max(n) as m from t", [(11, 11)], ("n", "m")),
    S("with recursive t(n) as (values 1 union select n % 2 + 1 from t where n < 0) select n from t", [(1,)], ("n",)),
    S("select 1 as x offset 0 limit 1", [(1,)], ("x",)),
    S('select 1 as "order", t."select" from (values 2) t("select")', [(1, 2)], ("order", "select")),
    # words that begin clauses, as names
    S("select limit, offset from (values (1, 2)) t(limit, offset) order by limit", [(1, 2)]),
    S("select sum(x) over groups from (values 1, 2) t(x) window groups as (order by x) order by 1", [(1,), (3,)]),
    S("select sum(x) over (groups order by x) from (values 1, 2) t(x) window groups as () order by 1", [(1,), (3,)]),
    S("select apply(x, y -> y + z) from (values (1, 10), (2, 20)) t(x, z) order by 1", [(11,), (22,)]),
    S("select x apply from (values 1) t(x)", [(1,)], ("apply",)),
    S("select +x, - +x, 1 + +1 from (values 2) t(x)", [(2, -2, 2)]),
    # columns that a grouped query's subqueries may look at
    S("select a, (select t.a + 1), sum((select b)) from (values (1, 5), (1, 6)) t(a, b) group by a", [(1, 2, 11)]),
    S("select (select u.b from (values 9) u(b)) from (values (1, 5)) t(a, b) group by a", [(9,)]),
    S("select count(*) filter (where (select b) > 5) from (values (1, 5), (1, 6)) t(a, b)", [(1,)]),
    S("select a as k from (values (2, 5), (1, 6)) t(a, b) group by a order by (select k)", [(1,), (2,)]),
    S("select a from (values (2, 5), (1, 6)) t(a, b) group by a order by max(b) desc", [(1,), (2,)]),
    S("select 1 as x from (values (1, 2)) t(x, y) group by y order by sum(apply(1, x -> x))", [(1,)]),
    S("select b.r.* from (values row(cast(row(1, 2) as row(f integer, g integer)))) b(r)", [(1, 2)], ("f", "g")),
    S("select * from (values 1, 2) t(x) join (values 1) u(y) join (values 1, 2) v(z) on y = z on x = y", [(1, 1, 1)], ("x", "y", "z")),
    S("select * from (values 1, 2) t(x) left join (values (1, 5)) u(x, y) left join (values 2) v(x) using (x) using (x)", [(1, 5), (2, None)], ("x", "y")),
    S("select count(*) from (values 1, 2) t(x) tablesample bernoulli (50 * 2)", [(2,)]),
]  # fmt: skip

FAILING = (
    ("select a.x from (values 1) a(x), (values 2) a(x)", "AMBIGUOUS_NAME"),
    ("select * from (values (1, 2)) a(x, y) join (values (1, 3)) b(x, z) using (x, x)", "DUPLICATE_COLUMN_NAME"),
    ("with recursive t(n) as (values 1 union all select n + 1 from t) select * from t", "NOT_SUPPORTED"),
    ("with recursive t(n) as (values 1 union all select n + 1 from t where n < 12) select * from t", "NOT_SUPPORTED"),
    ("select 1 limit 2 offset 1", "SYNTAX_ERROR"),
    ("select 1 from t for system_time as of timestamp '2024-01-01 00:00:00'", "SYNTAX_ERROR"),
    ("select grouping(x) from (values 1) t(x)", "MISSING_GROUP_BY"),
)  # fmt: skip

MESSAGES = (
    ("select x, sum(x) from (values 1) t(x)", "EXPRESSION_NOT_AGGREGATE: line 1:8: 'x' must be an aggregate expression or appear in GROUP BY clause"),
    ("select count(*),\n  t.x || 'a' from (values 'b') t(x)", "EXPRESSION_NOT_AGGREGATE: line 2:7: 'concat(t.x, 'a')' must be an aggregate expression or appear in GROUP BY clause"),
    ("select sum(x) from (values 1) t(x) having x = 1", "EXPRESSION_NOT_AGGREGATE: line 1:45: '(x = 1)' must be an aggregate expression or appear in GROUP BY clause"),
    ("select x from (values (1, 2)) t(x, y) group by x order by y", "EXPRESSION_NOT_AGGREGATE: line 1:59: 'y' must be an aggregate expression or appear in GROUP BY clause"),
    ("select * from (values (1, 2)) t(x, y) group by x", "EXPRESSION_NOT_AGGREGATE: Column 't.y' not in GROUP BY clause"),
    ("select x from (values 1) t(x) where sum(x) = 1", "EXPRESSION_NOT_SCALAR: line 1:44: WHERE clause cannot contain aggregations, window functions or grouping operations: [sum(x)]"),
    ("select x from (values 1) t(x) group by sum(x)", "EXPRESSION_NOT_SCALAR: line 1:40: GROUP BY clause cannot contain aggregations, window functions or grouping operations: [sum(x)]"),
    ("select 1 from (values 1) a(x) join (values 1) b(y) on max(x) = y", "EXPRESSION_NOT_SCALAR: line 1:62: JOIN clause cannot contain aggregations, window functions or grouping operations: [max(x)]"),
    ("select sum(max(x)) from (values 1) t(x)", "NESTED_AGGREGATION: line 1:8: Cannot nest aggregations inside aggregation 'sum': [max(x)]"),
    ("select sum(rank() over ()) from (values 1) t(x)", "NESTED_WINDOW: line 1:8: Cannot nest window functions or row pattern measures inside aggregation 'sum'"),
)  # fmt: skip
