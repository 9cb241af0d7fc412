"""Trino's messages about texts that are none of its grammar: their place, and all that the grammar would go on with there.

Forms and words are those of
https://github.com/trinodb/trino/blob/master/core/trino-parser/src/test/java/io/trino/sql/parser/TestSqlParserErrorHandling.java,
with the words that the grammar got since (FOR, MATCH_RECOGNIZE, TABLE, WINDOW).
"""

from __future__ import annotations

import pytest

from local_athena import dialect
from local_athena.dialect.parsing import lexer, recognizer
from local_athena.errors import AthenaError

MESSAGES = (
    ("select b from t where @what", "@", "<expression>"),
    ("select b from @'oops", "'", "'(', 'LATERAL', 'TABLE', 'UNNEST', <identifier>"),
    ("select b\nfrom x\n@from", "from", "',', '.', 'AS', 'CROSS', 'EXCEPT', 'FETCH', 'FOR', 'FULL', 'GROUP', 'HAVING', 'INNER', 'INTERSECT', 'JOIN', 'LEFT', 'LIMIT', 'MATCH_RECOGNIZE', 'NATURAL', 'OFFSET', 'ORDER', 'RIGHT', 'TABLESAMPLE', 'UNION', 'WHERE', 'WINDOW', <EOF>, <identifier>"),
    ("select b from t\nwhere @from", "from", "<expression>"),
    ("select @", "<EOF>", "'*', 'ALL', 'DISTINCT', <expression>"),
    ("select b from  @", "<EOF>", "'(', 'LATERAL', 'TABLE', 'UNNEST', <identifier>"),
    ("select b from t order by b @order by b", "order", "'%', '*', '+', ',', '-', '.', '/', 'AND', 'ASC', 'AT', 'DESC', 'FETCH', 'LIMIT', 'NULLS', 'OFFSET', 'OR', '[', '||', <EOF>, <predicate>"),
    ("select b from t limit 3 @order by b", "order", "<EOF>"),
    ("select t.@!", "!", "'*', <identifier>"),
    ("select f ( @,1)", ",", "')', '*', 'ALL', 'DISTINCT', 'ORDER', <expression>"),
    ("select f(DISTINCT @)", ")", "<expression>"),
    ("select grouping(b@+1) from (values 1) t(b) group by b+1", "+", "')', ',', '.'"),
    ("select f() over (rows @select) from t", "select", "'BETWEEN', 'CURRENT', 'UNBOUNDED', <expression>"),
    ("select f() over (rows unbounded@) from t", ")", "'FOLLOWING', 'PRECEDING'"),
    ("select b from t order by (select c from u where @", "<EOF>", "<expression>"),
    ("select b from t as u tablesample @x ", "x", "'BERNOULLI', 'SYSTEM'"),
    ("select b from t group by cube (b), @", "<EOF>", "'(', 'CUBE', 'GROUPING', 'ROLLUP', <expression>"),
    ("select b from t where c = 1 + @", "<EOF>", "<expression>"),
    ("select b from t where b@. ", ".", "'%', '*', '+', '-', '/', 'AND', 'AT', 'EXCEPT', 'FETCH', 'GROUP', 'HAVING', 'INTERSECT', 'LIMIT', 'OFFSET', 'OR', 'ORDER', 'UNION', 'WINDOW', '||', <EOF>, <predicate>"),
    ("select b from ( @", "<EOF>", "'(', 'LATERAL', 'TABLE', 'UNNEST', <identifier>, <query>"),
    ("select cast(b as @)", ")", "<type>"),
    ("select cast(b as decimal(@)", ")", "<integer>, <type>"),
    ("select f(*) filter (@", "<EOF>", "'WHERE'"),
    ("select b from t u @v", "v", "'(', ',', 'CROSS', 'EXCEPT', 'FETCH', 'FULL', 'GROUP', 'HAVING', 'INNER', 'INTERSECT', 'JOIN', 'LEFT', 'LIMIT', 'MATCH_RECOGNIZE', 'NATURAL', 'OFFSET', 'ORDER', 'RIGHT', 'TABLESAMPLE', 'UNION', 'WHERE', 'WINDOW', <EOF>"),
    ("select b from t where exists (@", "<EOF>", "<query>"),
    ("select b from t where c @lik 'x'", "lik", "'%', '*', '+', '-', '.', '/', 'AND', 'AT', 'EXCEPT', 'FETCH', 'GROUP', 'HAVING', 'INTERSECT', 'LIMIT', 'OFFSET', 'OR', 'ORDER', 'UNION', 'WINDOW', '[', '||', <EOF>, <predicate>"),
    ("select b from t limit @x", "x", "'?', 'ALL', <integer>"),
    ("with function @f(b int) returns int return b select f(1)", "f", "'(', 'AS'"),
    ("update t set b @b", "b", "'='"),
    ("merge into t using u on t.a = u.a when matched then @insert values (1)", "insert", "'DELETE', 'UPDATE'"),
)  # fmt: skip


@pytest.mark.parametrize(("marked", "found", "expected"), MESSAGES)
def test_messages(marked: str, found: str, expected: str) -> None:
    before, _, after = marked.partition("@") if "@what" not in marked else (marked[:-5], "", "@what")
    place = f"line {before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"
    with pytest.raises(AthenaError) as caught:
        dialect.parse(before + after)
    assert str(caught.value) == f"SYNTAX_ERROR: {place}: mismatched input '{found}'. Expecting: {expected}"


@pytest.mark.parametrize(
    "text",
    (
        # keywords that are names, too
        "select date, time, row, array, map, if, filter, limit from t where limit = 1 limit 1",
        "select * from t limit limit 1", "select at, at at from t", "select a from t offset", "select x.year from year x",
        "select interval from t", "select position, substring, trim(a) from t", "select json from json",
        # one text, several ways to read it
        "select ((((a, b)))), ((((select 1)))), (((a))) from (((t join u on true)))", "select () -> 1, (a, b) -> a, a -> b -> c",
        "select * from a join b join c on true on true", "select * from ((select 1) x cross join (values 2))",
        "select case when a then b end, case a when b then c else d end",
        "select a - -1, - + - a, a between b and c and d or not not e in (f)",
        "select date '2020-01-01', double precision '1', u&'\\00e9' uescape '!', x'0 F', 1e5, .5, 1., 1_000, 0x1F",
        "select cast(a as row(a int, bigint)), cast(b as timestamp(3) with time zone array array[3]), cast(c as array<map<int,date>>)",
    ),
)  # fmt: skip
def test_texts_of_the_grammar(text: str) -> None:
    assert recognizer.refusal(text) is None


@pytest.mark.parametrize(
    ("sql", "message"),
    (
        ("select abs(1), foo 'a'", "TYPE_NOT_FOUND: line 1:16: Unknown type: foo"),
        ("select 1 where interval '1' week > 2", "SYNTAX_ERROR: line 1:29: mismatched input 'week'."),
        ("select interval '1' week", "TYPE_NOT_FOUND: line 1:8: Unknown type: interval"),
        ("select 1 + row()", "FUNCTION_NOT_FOUND: line 1:12: Function 'row' not registered"),
        ("select 1 = any(array[1])", "FUNCTION_NOT_FOUND: line 1:12: Function 'any' not registered"),
        ("select 1e", "SYNTAX_ERROR: line 1:8: identifiers must not start with a digit; surround the identifier with double quotes"),
        ("select position('a')", "NOT_SUPPORTED: A form of a query that sqlglot does not read"),
    ),
)  # fmt: skip
def test_what_the_grammar_has_is_refused_a_step_later(sql: str, message: str) -> None:
    with pytest.raises(AthenaError) as caught:
        dialect.parse(sql)
    assert str(caught.value).startswith(message)


def test_lexemes_are_the_longest() -> None:
    read = lexer.read("1e5 1e5x 1.5e5 \"a\"\"b\" 'it''s' a->>b -- c\n/* d */ 2_000;")
    assert read.kinds == [
        "$DOUBLE",
        "$DIGITS",
        "$DOUBLE",
        "$QUOTED",
        "$STRING",
        "$NAME",
        "->",
        ">",
        "$NAME",
        "$INTEGER",
        "$EOF",
    ]


def test_nesting_does_not_double_the_time() -> None:
    assert recognizer.refusal("select " + "(" * 60 + "1" + ")" * 60) is None
    assert recognizer.refusal("select " + "(" * 60 + "1" + ")" * 59) is not None
