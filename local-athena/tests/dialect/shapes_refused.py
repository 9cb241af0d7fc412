"""Queries that Trino's analyser refuses: where a name, a window, a grouping or a query of WITH RECURSIVE may not stand.

Queries and codes are those of ``TestAnalyzer``, shortened:
https://github.com/trinodb/trino/blob/master/core/trino-main/src/test/java/io/trino/sql/analyzer/TestAnalyzer.java
"""

T = "(values (1, 2)) t(a, b)"
R = "with recursive t(n) as (select 1 union all {}) select * from t"

FAILING = (
    # output columns in ORDER BY
    (f"select a as x, a as x from {T} order by x", "AMBIGUOUS_NAME"),
    (f"select a, a from {T} order by a", "AMBIGUOUS_NAME"),
    (f"select sum(b) as b from {T} group by a order by sum(b)", "COLUMN_NOT_FOUND"),
    (f"select 1 as a from {T} group by b order by sum(b) filter (where a > 0)", "COLUMN_NOT_FOUND"),
    (f"select a from {T} group by a order by grouping(a)", "INVALID_ARGUMENTS"),
    ("select x.c as x from (values 1) x(c) order by x.c", "TYPE_MISMATCH"),
    (f"select distinct random() from {T} order by random()", "EXPRESSION_NOT_IN_DISTINCT"),
    (f"select distinct uuid() from {T} order by uuid()", "EXPRESSION_NOT_IN_DISTINCT"),
    (f"select distinct shuffle(array[a]) from {T} order by shuffle(array[a])", "EXPRESSION_NOT_IN_DISTINCT"),
    (f"select a from {T} fetch first 0 rows only", "NUMERIC_VALUE_OUT_OF_RANGE"),
    # clauses of Trino's that came after Athena's
    (f"select * from {T} pivot (sum(b) for a in (1, 2))", "SYNTAX_ERROR"),
    ("select (1, 3) overlaps (2, 4)", "SYNTAX_ERROR"),
    ("select row(1 as x, 2)", "SYNTAX_ERROR"),
    ("select array[1 as x]", "SYNTAX_ERROR"),
    ("select (1 as x)", "SYNTAX_ERROR"),
    ("select lower('A' as x)", "SYNTAX_ERROR"),
    # stars
    ("select x.* from (values ('a', 1)) t(x, y)", "TABLE_NOT_FOUND"),
    ("select (select o.* from (values 1) i) from (values 2) o", "NOT_SUPPORTED"),
    (f"select t.a.* from {T}", "TABLE_NOT_FOUND"),
    (f"select s.t.* from {T}", "TABLE_NOT_FOUND"),
    (f"select s.t.a from {T}", "COLUMN_NOT_FOUND"),
    ("select (r).* from (values row(row(1, 2))) t(r)", "TABLE_NOT_FOUND"),
    ("select t.r.a.* from (values row(cast(row(1) as row(a integer)))) t(r)", "TYPE_MISMATCH"),
    # windows of the WINDOW clause, used or not
    (f"select a from {T} window w as (order by a), w as ()", "DUPLICATE_WINDOW_NAME"),
    (f"select a from {T} window v as (w order by b), w as (partition by a)", "INVALID_WINDOW_REFERENCE"),
    (f"select a from {T} window w as (order by a), v as (w partition by b)", "INVALID_PARTITION_BY"),
    (f"select max(b) over (w order by a) from {T} window w as (order by b)", "INVALID_ORDER_BY"),
    (f"select a from {T} window w as (range current row), v as (w order by b)", "INVALID_WINDOW_REFERENCE"),
    (f"select a from {T} window w as (range unbounded following)", "INVALID_WINDOW_FRAME"),
    (f"select max(a) from {T} group by b window w as (order by a)", "EXPRESSION_NOT_AGGREGATE"),
    (f"select a from {T} window w as (order by count(a) over ())", "NESTED_WINDOW"),
    (f"select avg(a) over (partition by sum(b) over ()) from {T}", "NESTED_WINDOW"),
    (f"select sum(sum(a) over ()) over () from {T}", "NESTED_WINDOW"),
    (f"select 1 from {T} having count(*) over () > 1", "NESTED_WINDOW"),
    ("select rank() over (rows 5e-1 preceding)", "TYPE_MISMATCH"),
    ("select rank() over (rows between current row and 'a' following)", "TYPE_MISMATCH"),
    (f"select max(a) over (order by a range between 'a' preceding and 'z' following) from {T}", "TYPE_MISMATCH"),
    ("select max(x) over (order by x range interval '1' day preceding) from (values interval '1' year) t(x)", "TYPE_MISMATCH"),
    # groups
    (f"select 1 from {T} group by rollup (a + 1)", "INVALID_COLUMN_REFERENCE"),
    (f"select 1 from {T} group by grouping sets (a, (a, b + 1))", "INVALID_COLUMN_REFERENCE"),
    (f"select a from {T} group by cube (1)", "INVALID_COLUMN_REFERENCE"),
    (f"select 1 from {T} group by cube (a, a, a, a, a, a), cube (b, b, b, b, b, b)", "TOO_MANY_GROUPING_SETS"),
    ("select grouping(x.f) from (values row(cast(row(1) as row(f bigint)))) t(x) group by x.f", "INVALID_ARGUMENTS"),
    (f"select a, sum(b), grouping(a) from {T}", "MISSING_GROUP_BY"),
    ("select distinct x from (select approx_set(1) x)", "TYPE_MISMATCH"),
    ("select x from (select approx_set(1) x) order by x", "TYPE_MISMATCH"),
    # WITH
    (f"with q(x, x) as (select * from {T}) select * from q", "DUPLICATE_COLUMN_NAME"),
    (f"with recursive q as (select * from {T}) select * from q", "MISSING_COLUMN_ALIASES"),
    ("with recursive t(n) as (select * from (with recursive u(m) as (select 1) select m from u)) select * from t", "NESTED_RECURSIVE"),
    ("with recursive t(n) as (select 1 from t union all select n + 1 from t) select * from t", "INVALID_RECURSIVE_REFERENCE"),
    ("with recursive t(n) as (select 1 intersect select n from t) select * from t", "INVALID_RECURSIVE_REFERENCE"),
    ("with recursive t(n) as (with u as (select 1 x) select 1 union all select n from t) select * from t", "NOT_SUPPORTED"),
    (R.format("select n + 1 from t where n < 3 order by 1"), "NOT_SUPPORTED"),
    (R.format("select n + 1 from t where n < 3 limit 1"), "INVALID_LIMIT_CLAUSE"),
    (R.format("((select n + 1 from t where n < 3) limit 1)"), "INVALID_LIMIT_CLAUSE"),
    (R.format("select t.n from t, t as u where t.n < 3"), "INVALID_RECURSIVE_REFERENCE"),
    (R.format("select 2 where (select n < 3 from t)"), "INVALID_RECURSIVE_REFERENCE"),
    (R.format("select n + 1 from (select 9) u left join t on true where n < 3"), "INVALID_RECURSIVE_REFERENCE"),
    (R.format("select n + 1 from t right join (select 9) u on true where n < 3"), "INVALID_RECURSIVE_REFERENCE"),
    (R.format("select n + 1 from ((select 9) intersect all (select n from t)) u(n)"), "INVALID_RECURSIVE_REFERENCE"),
    # joins that have no condition, or another than TRUE
    ("select * from (values 1) a(x) cross join (values 1) b(y) on true", "SYNTAX_ERROR"),
    ("select * from (values array[1]) a(x) left join unnest(x) b(x) using (x)", "NOT_SUPPORTED"),
    ("select * from (values 1) a(x) full join lateral (values 2) b(x) using (x)", "NOT_SUPPORTED"),
    # a comma behind the last of a list
    (f"select a, from {T}", "SYNTAX_ERROR"),
    (f"select a from {T} group by a,", "SYNTAX_ERROR"),
    ("select array[1,]", "SYNTAX_ERROR"),
    ("select abs(1,)", "SYNTAX_ERROR"),
    (f"select count(distinct *) from {T}", "SYNTAX_ERROR"),
    # expressions
    ("select map(array[1], array[2]) < all (values map(array[1], array[2]))", "TYPE_MISMATCH"),
    ("select count() respect nulls over ()", "NULL_TREATMENT_NOT_ALLOWED"),
    ("select 'a' like char 'a'", "TYPE_MISMATCH"),
    ("select 'a' like 'a' escape char '#'", "TYPE_MISMATCH"),
    ("select cast(null as unknown)", "TYPE_MISMATCH"),
    ("select interval '12' year to day", "INVALID_LITERAL"),
    ("select reduce(array[1], 0, s -> s, s -> s)", "INVALID_PARAMETER_USAGE"),
    (f"select * from {T} tablesample bernoulli ('a')", "TYPE_MISMATCH"),
)  # fmt: skip
