"""Statements nested deeply or of thousands of terms: they run, or Trino's word for them is said, and the next one runs."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from local_athena.errors import AthenaError, InvalidRequest

from .athena import Athena

REFUSED = "STACK_OVERFLOW: statement is too large (stack overflow during analysis)"
X = " from (values 1) t(x)"

FEWER = ("lambdas", "try", "exists", "scalar subqueries", "arrays", "rows", "types")
"""Shapes that DuckDB takes long for: each level doubles the time, or the text."""

type Shape = Callable[[int], str]


def wrapped(before: str, core: str, after: str, head: str = "select ", tail: str = X) -> Shape:
    return lambda n: head + before * n + core + after * n + tail


LONG: dict[str, tuple[Shape, object]] = {
    "or": (lambda n: "select x" + X + " where " + " or ".join(f"x = {i}" for i in range(n)), 1),
    "and": (lambda n: "select x" + X + " where " + " and ".join(f"x <> {i + 2}" for i in range(n)), 1),
    "in": (lambda n: "select x" + X + f" where x in ({','.join(map(str, range(n)))})", 1),
    "not in": (lambda n: "select x" + X + f" where x not in ({','.join(map(str, range(2, n)))})", 1),
    "case": (lambda n: f"select case {' '.join(f'when x = {i} then {i}' for i in range(n))} end" + X, 1),
    "+": (lambda n: "select " + "+".join(["x"] * n) + X, 10_000),
    "-": (lambda n: "select " + "-".join(["x"] * n) + X, -9_998),
    "+ of literals": (lambda n: "select " + "+".join(["1"] * n), 10_000),
    "||": (lambda n: "select length(" + "||".join(["'ab'"] * n) + ")", 20_000),
    "values": (lambda n: f"select count(*) from (values {','.join(map(str, range(n)))})", 10_000),
    "union": (lambda n: "select count(*) from (" + " union ".join(f"select {i}" for i in range(n)) + ")", 10_000),
}  # fmt: skip

AROUND = {
    "parentheses": ("(", ")"),
    "minus": ("-(", ")"),
    "functions": ("abs(", ")"),
    "casts": ("cast(", " as integer)"),
    "case": ("case when random() > 2 then 3 else ", " end"),
    "if": ("if(random() > 2, 3, ", ")"),
    "coalesce": ("coalesce(null, ", ")"),
    "scalar subqueries": ("(select ", ")"),
    "sums": ("(1 + ", " - 1)"),
}
"""An expression to the left and to the right of a whole number."""

NESTED: dict[str, Shape] = {
    **{name: wrapped(before, "1", after, tail="") for name, (before, after) in AROUND.items()},
    "conditions": wrapped("(x = 2 or (x = 1 and ", "x = 1", "))", head="select 1" + X + " where ", tail=""),
    "not": wrapped("not ", "true", ""),
    "arrays": wrapped("array[", "x", "]"),
    "rows": wrapped("row(", "x", ")"),
    "lambdas": wrapped("transform(array[1], y -> ", "1", ")"),
    "try": wrapped("try(", "x", ")"),
    "types": wrapped("array(", "integer", ")", head="select cast(null as ", tail=")"),
    "subqueries": wrapped("(select * from ", "(select 1)", ")", head="select * from ", tail=""),
    "exists": wrapped("exists (select 1 where ", "true", ")", head="select 1 where ", tail=""),
    "queries": wrapped("(", "select 1", ")", head="", tail=""),
    "joins": lambda n: "select count(*) from (values 1) t(x)" + " cross join (values 1)" * n,
    "with": lambda n: "with c0 as (select 1 x)" + "".join(f", c{i + 1} as (select x from c{i})" for i in range(n)) + f" select x from c{n}",
    "zones": wrapped("", "now()", " at time zone 'UTC'"),
    "days": wrapped("", "date '2020-01-01'", " + interval '1' day"),
    "decimals": wrapped("", "1.5", " * 1.5 / 1.5"),
    "intersect": wrapped("", "select 1", " intersect select 1", head="", tail=""),
    "json": lambda n: f"select json_parse('{'[' * n}{']' * n}')",
    "comments": lambda n: "/* (" * n + "*/ select 1",
}  # fmt: skip


def outcome(athena: Athena, sql: str) -> str:
    """The code of the error, or nothing: no error of Python's, and none of ours."""
    try:
        athena.run(sql)
    except InvalidRequest as error:
        return str(error)
    except AthenaError as error:
        assert error.code != "GENERIC_INTERNAL_ERROR", str(error)[:300]
        return error.code
    return ""


@pytest.mark.slow
@pytest.mark.parametrize("name", LONG)
def test_ten_thousand_terms_run(athena: Athena, name: str) -> None:
    shape, expected = LONG[name]
    assert athena.rows(shape(10_000)) == [(expected,)]


def test_a_long_sum_is_computed_from_left_to_right(athena: Athena) -> None:
    last = 2**63 - 1
    ones = " + bigint '1'" * 60
    assert athena.rows(f"select -{last} {ones} + bigint '{last}'") == [(60,)]
    assert "NUMERIC_VALUE_OUT_OF_RANGE" in athena.error(f"select bigint '{last}' {ones} - {last}")
    assert athena.rows(f"select 1{' + 0.1' * 60}, null{' + 1' * 60}, 2{' - x' * 60}{' + x' * 60}{X}")[0][1:] == (
        None,
        2,
    )
    doubles = [0.1] * 60
    assert athena.rows(f"select {' + '.join(['0.1e0'] * 60)}") == [(sum_from_left(doubles),)]


def sum_from_left(numbers: list[float]) -> float:
    total = numbers[0]
    for number in numbers[1:]:
        total += number
    return total


@pytest.mark.parametrize("word", ["or", "and"])
def test_many_terms_that_may_fail_are_evaluated_in_order(athena: Athena, word: str) -> None:
    """Terms guard those that come after them, and NULL is not false."""
    terms = [f"cast(y as integer) = {i}" if word == "or" else f"cast(y as integer) <> {i}" for i in range(60)]
    guard = "y = 'no' or" if word == "or" else "y <> 'no' and"
    rows = athena.rows(f"select y, {guard} {f' {word} '.join(terms)} from (values '7', '99', 'no', null) t(y)")
    decided = word == "or"
    assert dict(rows) == {"7": decided, "99": not decided, "no": decided, None: None}


@pytest.mark.parametrize("name", NESTED)
def test_fifty_levels_run(athena: Athena, name: str) -> None:
    assert outcome(athena, NESTED[name](12 if name in FEWER else 50)) == ""


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in NESTED if name != "with"])  # which is longer than a statement may be
def test_ten_thousand_levels_are_refused_in_words(athena: Athena, name: str) -> None:
    if name in ("comments", "json", "days", "zones"):
        assert outcome(athena, NESTED[name](10_000)) in ("", "STACK_OVERFLOW", "INVALID_FUNCTION_ARGUMENT")
    else:
        assert athena.error(NESTED[name](10_000)) == REFUSED
    assert athena.rows("select 1") == [(1,)]


@pytest.mark.slow
@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(list(AROUND.values())), min_size=1, max_size=20), st.sampled_from([1, 3_000]))
def test_any_nesting_runs_or_is_refused(athena: Athena, levels: list[tuple[str, str]], times: int) -> None:
    sql = "1"
    for before, after in levels:
        sql = before * times + sql + after * times
    assert outcome(athena, f"select {sql}") in ("", "STACK_OVERFLOW")
