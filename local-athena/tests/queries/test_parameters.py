from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_athena.queries.parameters import argument
from local_athena.queries.text import bind

# Measured on AWS: https://github.com/aoyagikouhei/athena-local/blob/main/docs/parameters.md; a bare text also by
# https://github.com/aws/aws-sdk-pandas/blob/main/tests/unit/test_athena.py (Washington).
EXPRESSIONS = [
    "'abc'", "1", "-5", "1.5", "1 + 1", "DATE '2020-01-01'", "NULL", "now()", "true", "nosuchfunc(1)", "1 OR 1=1", "array[1, 2]",
    "cast(1 as varchar)", "'a' || 'b'", "current_date", "transform(array[1], x -> x + 1)", "X'00'",
]  # fmt: skip
TEXTS = [
    "Washington", "abc def", "it's", "O'Hare", "123e4567-e89b-12d3-a456-426614174000", "abc", "x + 1", "t.x", '"x"', "", " ", "100%",
    "a@b.com", "http://x.y/z", '{"a": 1}', "select", "1) FROM t WHERE (1", "1; drop table x", "1 -- x", "/*", "transform(array[1], x -> y)",
]  # fmt: skip


@pytest.mark.parametrize("value", EXPRESSIONS)
def test_an_expression_without_columns_stays(value: str) -> None:
    assert argument(value) == value


@pytest.mark.parametrize("value", TEXTS)
def test_any_other_text_is_a_string(value: str) -> None:
    assert argument(value) == "'" + value.replace("'", "''") + "'"


@given(st.text())
def test_any_text_is_a_parameter(value: str) -> None:
    assert argument(value)


@pytest.mark.parametrize(
    ("value", "bound"),
    [("1 + 1", "(1 + 1) * 2"), ("-1", "(-1) * 2"), ("3", "3 * 2"), ("DOUBLE '1'", "DOUBLE '1' * 2")],
)
def test_a_parameter_is_one_operand(value: str, bound: str) -> None:
    assert bind("? * 2", [value]) == bound
