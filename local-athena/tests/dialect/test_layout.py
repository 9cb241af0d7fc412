"""SHOW CREATE VIEW's layout of queries.

https://github.com/trinodb/trino/blob/master/core/trino-parser/src/test/java/io/trino/sql/TestSqlFormatter.java and
``SqlFormatter`` and ``ExpressionFormatter``, which it tests
"""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from tests.dialect import all_shapes
from tests.dialect.conftest import Run
from tests.dialect.test_expressions import same
from tests.dialect.test_fuzz import QUERY

from local_athena.dialect.layout import laid_out
from local_athena.dialect.parsing import recognizer

QUERIES = (
    ("select  id from\nt -- all", "SELECT id\nFROM\n  t"),
    ("select distinct a.b as C, * , t.* from s.t as T (a, b)", "SELECT DISTINCT\n  a.b C\n, *\n, t.*\nFROM\n  s.t T (a, b)"),
    ("select 1", "SELECT 1"),
    ("table t", "TABLE t"),
    ("values 1, (2, 'a')", " VALUES \n  1\n, ROW (2, 'a')"),
    ("select x from (select x from t) where x > 1 and y = 'a' or not z", "SELECT x\nFROM\n  (\n   SELECT x\n   FROM\n     t\n) \nWHERE (((x > 1) AND (y = 'a')) OR (NOT z))"),
    ("with a as (select 1 x), b (y) as (table a) select * from b", "WITH\n  a AS (\n   SELECT 1 x\n\n) \n, b (y) AS (\nTABLE a\n) \nSELECT *\nFROM\n  b"),
    ("select * from a join b on a.x = b.x left join c using (x, \"Y\"), d cross join unnest(d.m) with ordinality u (k, n)", "SELECT *\nFROM\n  ((a\nINNER JOIN b ON (a.x = b.x))\nLEFT JOIN c USING (x, \"Y\"))\n, (d\nCROSS JOIN UNNEST(d.m) WITH ORDINALITY u (k, n))"),
    ("select * from a natural full outer join (b join c on true)", "SELECT *\nFROM\n  (a\nNATURAL FULL JOIN (b\nINNER JOIN c ON true))"),
    ("select * from (t x) y", "SELECT *\nFROM\n  ( t x) y"),
    ("select * from (values 1) t (a)", "SELECT *\nFROM\n  (\n VALUES \n     1\n)  t (a)"),
    ("select a from t union all select b from u except (select c from v order by 1 desc nulls first limit 3) order by 1 offset 2 limit 1",
     "SELECT a\nFROM\n  t\nUNION ALL SELECT b\nFROM\n  u\nEXCEPT (\n   SELECT c\n   FROM\n     v\n   ORDER BY 1 DESC NULLS FIRST\n   LIMIT 3\n) ORDER BY 1 ASC\nOFFSET 2 ROWS\nLIMIT 1"),
    ("select a, count(*) from t group by (a), (a, b), f(a, b), (), rollup (a, b), grouping sets ((a, b), c) having count(*) > 1 fetch next 5 row with ties",
     "SELECT\n  a\n, count(*)\nFROM\n  t\nGROUP BY a, (a, b), f(a, b), (), ROLLUP (a, b), GROUPING SETS ((a, b), (c))\nHAVING (count(*) > 1)\nFETCH FIRST 5 ROWS WITH TIES"),
    ("select * from t x tablesample system (10), u tablesample bernoulli (1 + 1)", "SELECT *\nFROM\n  ( t x) TABLESAMPLE SYSTEM (10)\n, u TABLESAMPLE BERNOULLI ((1 + 1))"),
    ("select 1 from t window w as (order by a)", "SELECT 1\nFROM\n  t\nWINDOW w AS (ORDER BY a ASC)"),
    ("select 1 from t window w as (partition by a), v as (w rows 1 preceding) order by 1", "SELECT 1\nFROM\n  t\nWINDOW\n   w AS (PARTITION BY a),\n   v AS (w ROWS 1 PRECEDING)\nORDER BY 1 ASC"),
    ("select limit limit, offset from t limit 2", "SELECT\n  limit limit\n, offset\nFROM\n  t\nLIMIT 2"),
)  # fmt: skip
EXPRESSIONS = (
    ("1 + 2 * - x - -3", "((1 + (2 * -x)) - -3)"), ("a || b || 'it''s'", "concat(concat(a, b), 'it''s')"),
    ("a and (b and c) and d", "(a AND (b AND c) AND d)"), ("x != 1", "(x <> 1)"), ("not x between 1 and 2", "(NOT (x BETWEEN 1 AND 2))"),
    ("x not in (1, 2)", "(NOT (x IN (1, 2)))"), ("x is not null and y is null", "((x IS NOT NULL) AND (y IS NULL))"),
    ("x is not distinct from y", "(NOT (x IS DISTINCT FROM y))"), ("x not like 'a' escape 'b'", "(NOT (x LIKE 'a' ESCAPE 'b'))"),
    ("x = any (select 1)", "(x = ANY (SELECT 1\n\n))"), ("exists (values 1)", "(EXISTS ( VALUES \n  1\n))"),
    ("x in (select y from t)", "(x IN (SELECT y\nFROM\n  t\n))"), ("(select 1) + 1", "((SELECT 1\n\n) + 1)"),
    ("1.50", "1.5E0"), ("1e5", "1E5"), ("0.001", "1E-3"), ("0.0", "0E0"), ("12345.678", "1.2345678E4"), ("0x1F", "31"), ("1_000", "1000"),
    ("TRUE", "true"), ("Null", "null"), ("x'0f F'", "X'0FF'"), ("Date '2024-01-01'", "Date '2024-01-01'"),
    ("timestamp '2024-01-01 00:00:00'", "TIMESTAMP '2024-01-01 00:00:00'"), ("decimal '1.5'", "DECIMAL '1.5'"),
    ("interval '1' day", "INTERVAL  '1' DAY"), ("interval -'1-2' year to month", "INTERVAL -  '1-2' YEAR TO MONTH"),
    ("cast(x as VARCHAR(10))", "CAST(x AS VARCHAR(10))"), ("try_cast(x as Int)", "TRY_CAST(x AS Int)"),
    ("cast(x as row(a int, varchar(3), t timestamp(3) with time zone))", "CAST(x AS ROW(a int, varchar(3), t timestamp(3) with time zone))"),
    ("cast(x as map(varchar, array(decimal(5,2))))", "CAST(x AS map(varchar, array(decimal(5, 2))))"),
    ("cast(x as interval day to second)", "CAST(x AS INTERVAL DAY TO SECOND)"),
    ("case when a then 1 else 2 end", "(CASE WHEN a THEN 1 ELSE 2 END)"), ("case x when 1 then 'a' end", "(CASE x WHEN 1 THEN 'a' END)"),
    ("If(a, b)", "IF(a, b)"), ("coalesce(a, nullif(b, 0))", "COALESCE(a, NULLIF(b, 0))"), ("Try(a / b)", "TRY((a / b))"),
    ("Sum(DISTINCT x ORDER BY y)", "Sum(DISTINCT x ORDER BY y ASC)"), ("count(*) filter (where x > 1)", "count(*) FILTER (WHERE (x > 1))"),
    ("lag(x) ignore nulls over (partition by a, b order by c desc rows between 1 preceding and current row)", "lag(x) IGNORE NULLS OVER (PARTITION BY a, b ORDER BY c DESC ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)"),
    ("sum(x) over w", "sum(x) OVER w"), ("sum(x) over (w range unbounded preceding)", "sum(x) OVER (w RANGE UNBOUNDED PRECEDING)"),
    ("transform(a, x -> x + 1)", "transform(a, (x) -> (x + 1))"), ("reduce(a, 0, (s, x) -> s + x, s -> s)", "reduce(a, 0, (s, x) -> (s + x), (s) -> s)"),
    ("array[1, 2][1]", "ARRAY[1,2][1]"), ("array[]", "ARRAY[]"), ("(a, 1)", "ROW (a, 1)"), ("row(a)", "ROW (a)"), ("m['k'].f", "m['k'].f"),
    ('"A b"."c""d"', '"A b"."c""d"'), ("extract(year from d)", "EXTRACT(YEAR FROM d)"), ("trim(x)", "trim(BOTH FROM x)"),
    ("trim(leading 'a' from x)", "trim(LEADING 'a' FROM x)"), ("substring(x from 1 for 2)", "substring(x, 1, 2)"),
    ("position('a' in x)", "strpos(x, 'a')"), ("grouping(a, t.b)", "GROUPING (a, t.b)"), ("x at time zone 'UTC'", "x AT TIME ZONE 'UTC'"),
    ("CURRENT_TIMESTAMP(3)", "current_timestamp(3)"), ("current_date", "current_date"), ("date", "date"), ("date(x)", "date(x)"),
)  # fmt: skip
NOT_PRINTED = (
    "select 'é'", "select u&'\\00e9'", "select listagg(x) within group (order by x) from t", "select json_value(x, 'lax $')",
    "select * from t for version as of 1",
    "select * from table(sequence(1, 2))", "select double precision '1'", "select cast(x as array<int>)", "select ?", "select 1 union", "x",
)  # fmt: skip


@pytest.mark.parametrize(("query", "text"), QUERIES)
def test_queries(query: str, text: str) -> None:
    assert laid_out(query) == text
    assert laid_out(text) == text


@pytest.mark.parametrize(("expression", "text"), EXPRESSIONS)
def test_expressions(expression: str, text: str) -> None:
    assert laid_out(f"select {expression} from t") == f"SELECT {text}\nFROM\n  t"


@pytest.mark.parametrize("query", NOT_PRINTED)
def test_what_cannot_be_printed_exactly_is_not(query: str) -> None:
    assert laid_out(query) is None


@pytest.mark.parametrize("shape", [pytest.param(s, id=s.sql) for s in all_shapes.SHAPES])
def test_the_text_means_the_same(shape: all_shapes.shapes.Shape, run: Run) -> None:
    text = laid_out(shape.sql)
    if text is None or shape.sql.startswith("select (r).*"):  # Trino prints r.*, which is another thing
        return
    rows, columns = run(text)
    ordered = "order by" in shape.sql
    assert same(rows, shape.rows) if ordered else sorted(map(repr, rows)) == sorted(map(repr, shape.rows)), text
    if shape.names is not None:
        assert tuple(name for name, _ in columns) == shape.names


@settings(max_examples=200, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(QUERY)
def test_the_text_is_of_the_grammar_and_stays(query: str) -> None:
    text = laid_out(query)
    if text is not None:
        assert recognizer.refusal(text, "query") is None
        assert laid_out(text) == text
