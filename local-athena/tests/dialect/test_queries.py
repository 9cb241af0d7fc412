"""Whole queries: joins, subqueries, grouping, windows, UNNEST; what they refuse; and rules that have a shape."""

from __future__ import annotations

import datetime
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.dialect import all_shapes, messages, shapes_of_correlation, shapes_of_frames
from tests.dialect.conftest import Run
from tests.dialect.shapes import Shape
from tests.dialect.test_expressions import same

from local_athena import dialect
from local_athena.errors import AthenaError
from local_athena.model import Column, trino_type

FAILING = (
    ("select a from (values (1, 2)) t(a, a)", "AMBIGUOUS_NAME"),
    ("select * from nosuch", "TABLE_NOT_FOUND"),
    ("select x from (values 1) t(y)", "COLUMN_NOT_FOUND"),
    ("select t.z from (values 1) t(y)", "COLUMN_NOT_FOUND"),
    ("select a.x from (values 1) a(x) join (values 1) b(x) using (x)", "COLUMN_NOT_FOUND"),
    ("select 1 union all select 'a'", "TYPE_MISMATCH"),
    ("select 1 union all select 1, 2", "TYPE_MISMATCH"),
    ("select 1 from (values 1) t(x) where x", "TYPE_MISMATCH"),
    ("select 1 order by 2", "INVALID_COLUMN_REFERENCE"),
    ("select x as y from (values 1) t(x) group by y", "COLUMN_NOT_FOUND"),
    ("select (select x from (values 1, 2) t(x))", "SUBQUERY_MULTIPLE_ROWS"),
    ("select * from (values 1) t(a, b)", "MISMATCHED_COLUMN_ALIASES"),
    ("values (1, 2), (3)", "TYPE_MISMATCH"),
    ("select x from (values 1) t(x) fetch first 1 row with ties", "MISSING_ORDER_BY"),
    ("select *", "COLUMN_NOT_FOUND"),
    ("with a as (select 1), a as (select 2) select 1", "DUPLICATE_NAMED_QUERY"),
    ("select * from t match_recognize (order by a pattern (a) define a as true)", "NOT_SUPPORTED"),
    ("selec 1", "SYNTAX_ERROR"),
    ("select from", "SYNTAX_ERROR"),
    ("select 1; select 2", "SYNTAX_ERROR"),
    ("select 1::varchar", "SYNTAX_ERROR"),
    ("select distinct x from (values (1, 2)) t(x, y) order by y", "EXPRESSION_NOT_IN_DISTINCT"),
    ("select x, y from (values (1, 2)) t(x, y) group by x", "EXPRESSION_NOT_AGGREGATE"),
    ("select * from unnest(1)", "TYPE_MISMATCH"),
    ("select * from table(nosuch(1))", "FUNCTION_NOT_FOUND"),
    ("select 1 in (select 'a')", "TYPE_MISMATCH"),
    ("select x from (values 1) t(x) group by grouping sets ((nosuch))", "COLUMN_NOT_FOUND"),
)  # fmt: skip


@pytest.mark.parametrize("shape", [pytest.param(s, id=s.sql) for s in all_shapes.SHAPES])
def test_shape(shape: Shape, run: Run) -> None:
    rows, columns = run(shape.sql)
    ordered = "order by" in shape.sql
    assert same(rows, shape.rows) if ordered else sorted(map(repr, rows)) == sorted(map(repr, shape.rows)), rows
    if shape.names is not None:
        assert tuple(name for name, _ in columns) == shape.names


@pytest.mark.parametrize(("sql", "code"), (*FAILING, *all_shapes.FAILING))
def test_refused(sql: str, code: str, run: Run) -> None:
    with pytest.raises(AthenaError) as caught:
        run(sql)
    assert caught.value.code == code, caught.value


@pytest.mark.parametrize(("sql", "code", "words"), (*shapes_of_correlation.FAILING, *shapes_of_frames.WORDED))
def test_what_trino_refuses_while_it_plans_or_runs_has_its_words(sql: str, code: str, words: str, run: Run) -> None:
    with pytest.raises(AthenaError, match=words) as caught:
        run(sql)
    assert caught.value.code == code and "local Athena" not in caught.value.message


def test_stored_columns_take_the_form_that_queries_hold_them_in() -> None:
    connection = dialect.connect()
    connection.execute("CREATE TEMP VIEW stored AS SELECT TIMESTAMPTZ '2024-07-01 12:00:00+00' AS at, 'ab' AS code")
    relations = {
        "stored": [Column("at", trino_type("timestamp(6) with time zone")), Column("code", trino_type("char(4)"))]
    }
    made = dialect.translate(
        dialect.parse("select at at time zone 'Asia/Tokyo', at, code || '.' from stored s"), relations
    )
    assert connection.execute(made.sql).fetchall() == [
        ("2024-07-01 21:00:00.000000 Asia/Tokyo", "2024-07-01 12:00:00.000000 UTC", "ab  .")
    ]
    stored = dialect.translate(dialect.parse("select at from stored s"), relations, target="table")
    described = connection.execute(stored.sql).description
    assert described is not None and str(described[0][1]) == "TIMESTAMP WITH TIME ZONE"


def test_narrow_decimals_are_tried_first_and_widened_when_they_overflow(run: Run) -> None:
    rows, columns = run("select x * x from (values cast(99999999.99 as decimal(10,2))) t(x)")
    assert rows == [("9999999998000000.0001",)] and columns[0][1] == "decimal(20,4)"


INTEGER = st.integers(-(2**31), 2**31 - 1)
DAY = st.dates(datetime.date(1900, 1, 1), datetime.date(2200, 1, 1))


@settings(max_examples=60, deadline=None)
@given(INTEGER, INTEGER.filter(lambda n: n not in (0, -1)))
def test_division_truncates_and_the_remainder_has_the_dividends_sign(run: Run, a: int, b: int) -> None:
    rows, _ = run(f"select bigint '{a}' / bigint '{b}', bigint '{a}' % bigint '{b}'")
    quotient = abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)
    assert rows == [(quotient, a - quotient * b)]


def complete_months(first: datetime.date, second: datetime.date) -> int:
    if second < first:
        return -complete_months(second, first)
    months = (second.year - first.year) * 12 + second.month - first.month
    following = second + datetime.timedelta(days=1)
    reached = second.day >= first.day or following.month != second.month
    return months if reached else months - 1


@settings(max_examples=80, deadline=None)
@given(DAY, DAY)
def test_date_diff_counts_complete_units(run: Run, a: datetime.date, b: datetime.date) -> None:
    rows, _ = run(f"select date_diff('day', date '{a}', date '{b}'), date_diff('week', date '{a}', date '{b}')")
    days = (b - a).days
    assert rows == [(days, int(days / 7))]
    if a <= b:
        rows, _ = run(f"select date_diff('month', date '{a}', date '{b}'), date_diff('year', date '{a}', date '{b}')")
        months = complete_months(a, b)
        assert rows == [(months, months // 12)]


AMOUNT = st.decimals(Decimal("-99999.99"), Decimal("99999.99"), places=2)


@settings(max_examples=60, deadline=None)
@given(AMOUNT, AMOUNT.filter(lambda d: d != 0))
def test_decimal_arithmetic_is_exact_and_rounds_half_up(run: Run, a: Decimal, b: Decimal) -> None:
    left, right = (f"cast('{d}' as decimal(7,2))" for d in (a, b))
    rows, columns = run(f"select {left} + {right}, {left} * {right}, {left} / {right}")
    assert [t for _, t in columns] == ["decimal(8,2)", "decimal(14,4)", "decimal(9,2)"]
    quotient = (a / b).quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert [Decimal(v) for v in rows[0]] == [a + b, a * b, quotient]


@settings(max_examples=60, deadline=None)
@given(
    st.text(st.characters(codec="utf-8", exclude_characters="\0", exclude_categories=("Cs",)), max_size=12),
    st.integers(1, 15),
)
def test_casts_cut_and_pad_by_characters(run: Run, text: str, size: int) -> None:
    quoted = text.replace("'", "''")
    rows, _ = run(f"select cast('{quoted}' as varchar({size})), cast('{quoted}' as char({size})), length('{quoted}')")
    assert rows == [(text[:size], text[:size].ljust(size), len(text))]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.one_of(st.none(), st.integers(-50, 50)), max_size=6), st.integers(-4, 8), st.integers(0, 8))
def test_slice_takes_a_start_and_a_length(run: Run, items: list[int | None], start: int, length: int) -> None:
    if start == 0:
        return
    written = ", ".join("null" if i is None else str(i) for i in items)
    rows, _ = run(f"select slice(cast(array[{written}] as array(integer)), {start}, {length})")
    first = start - 1 if start > 0 else len(items) + start
    assert rows == [(items[first : first + length] if first >= 0 else [],)]


@pytest.mark.parametrize(("marked", "expected"), messages.MESSAGES)
def test_messages_have_trinos_words_and_place(marked: str, expected: str, run: Run) -> None:
    code, _, words = expected.partition(": ")
    before, mark, after = marked.partition("@")
    place = f"line 1:{len(before) + 1}: " if mark else ""
    with pytest.raises(AthenaError) as caught:
        run(before + after)
    assert str(caught.value) == f"{code}: {place}{words}"
