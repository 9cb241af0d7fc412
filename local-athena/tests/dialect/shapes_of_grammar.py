"""Texts that another engine takes and Trino's grammar does not.

https://github.com/trinodb/trino/blob/master/core/trino-grammar/src/main/antlr4/io/trino/grammar/sql/SqlBase.g4
"""

from tests.dialect.shapes import Shape as S  # noqa: N817

T = "(values 1) t(x)"

TEXTS = (
    # nothing where something must stand
    "select", f"select from {T}", "select ()", "values ()", f"from {T}",
    # intervals, numbers and names
    "select interval 1 day",
    "select 1e", "select 1.5.5", "select .1.2", "select :a", "select a$b", "select $1", "select @a",
    # values of other engines
    "select [1, 2]", "select {'a': 1}", "select map{1: 2}", "select timestamp with time zone '2001-01-01'",
    # operators and functions
    "select 1 div 1", "select 'a' glob 'b'", "select 'a' collate \"C\"", "select 1 in 2", "select 1 = any 2",
    "select current_date()", "select current_timestamp()", "select left('a', 1)", "select unnest(array[1])", "select exists(1)",
    f"select count(*) filter (x > 1) from {T}", f"select sum(x) within group (order by x) from {T}",
    # predicates of predicates
    "select 1 = 1 = true", "select 1 < 2 < 3", "select 1 is null is null", "select 1 in (1) = true", "select 'a' like 'a' = true",
    "select 1 between 0 and 2 = true", "select 1 not in (1) = true", "select true = not true",
    # names in single quotes
    "select 1 as 'a'", "select 1 as 1", "select * from 'a'",
    # clauses
    f"select x from {T} limit 1, 2", f"select x from {T} sort by x", f"select x from {T} for update",
    f"select x from {T} lateral view explode(array[1])", "select distinct on (1) 1", "with t as materialized (select 1 x) select * from t",
    f"select * from {T} tablesample (10 percent)", f"select * from {T} tablesample reservoir (10)", f"select * from {T} tablesample (10)",
    "table (select 1)", "select * from table (select 1)", "select * from a.b.c.d",
)  # fmt: skip

SHAPES = [
    # EXISTS takes any query
    S("select exists (values 1), exists (values 1 limit 0), not exists (values 1)", [(True, False, False)]),
    S("select exists ((select 1)), exists ((values 1) union (values 2)), exists (values 1 except values 1)", [(True, True, False)]),
    S("with a as (select 1 x) select exists (table a), exists (table a limit 0), exists (with b as (table a) table b)", [(True, False, True)]),
    S("with a as (select 1 x where false) select count(*) as n from (values 1) where exists (table a union all table a)", [(0,)]),
    # ROW(x, y) behind which < stands is a value, not the beginning of a type
    S("select row(x, y) < row(1, 3), row(y, x) <= row(x, y) from (values (1, 2)) t(x, y)", [(True, False)]),
    S("select x from (values (1, 2), (3, 1)) t(x, y) where not (row (x, y) < row (y, x))", [(3,)]),
    S("select x from (values 1, 2) t(x) where exists ((select 1 from (values 2) u(y) where y = x))", [(2,)]),
]  # fmt: skip

FAILING = (
    *((text, "SYNTAX_ERROR") for text in TEXTS),
    # the grammar has them: a literal behind its type, with an alias or without, and calls
    *((text, "TYPE_NOT_FOUND") for text in (
        "select interval '1' days", "select interval '1 day'", "select interval '1'", "select n'a'", "select foo 'a' b from (values 1)",
    )),
    *((text, "FUNCTION_NOT_FOUND") for text in ("select row()", "select array(1, 2)", "select 1 = any (array[1])", "select some(1)")),
)  # fmt: skip
