from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_athena.errors import AthenaError, InvalidRequest
from local_athena.queries.text import bind, first_word, only_statement, split_arguments, statement_type, strip, tokens

PIECES = st.lists(
    st.sampled_from(["?", "'?'", '"?"', "`?`", "-- ?\n", "/* ? */", " ", "a", "''", "'", "-", "/", "*", "\n", ","])
)


@given(PIECES.map("".join) | st.text())
def test_tokens_lose_nothing(sql: str) -> None:
    assert "".join(text for _, text in tokens(sql)) == sql


@given(st.lists(st.sampled_from(["?", "'?'", '"?"', "`?`", "-- ?\n", "/* ? */", " a "])))
def test_only_question_marks_outside_strings_and_comments_are_parameters(pieces: list[str]) -> None:
    values = [str(number) for number in range(pieces.count("?"))]
    left = iter(values)
    assert bind("".join(pieces), values) == "".join(next(left) if piece == "?" else piece for piece in pieces)
    with pytest.raises(AthenaError, match="INVALID_PARAMETER_USAGE"):
        bind("".join(pieces), [*values, "1"])


def test_a_negative_value_makes_no_comment() -> None:
    assert bind("select 1-?", ["-1"]) == "select 1-(-1)"


@pytest.mark.parametrize(
    ("sql", "word", "kind"),
    [
        ("-- dbt: {\"a\": 'b'}\nSELECT 1", "select", "DML"),
        ("/* x */ (select 1)", "select", "DML"),
        ("insert into t values (1)", "insert", "DML"),
        ("create table t as select 1", "create", "DDL"),
        ("SHOW TABLES;", "show", "UTILITY"),
        ("-- nothing", "", "DDL"),
    ],
)
def test_the_first_word_tells_the_kind(sql: str, word: str, kind: str) -> None:
    assert (first_word(sql), statement_type(sql)) == (word, kind)


def test_strip_leaves_the_statement() -> None:
    assert strip("-- a\n select ';' ; -- b") == "select ';'"


def test_arguments_are_split_at_top_level() -> None:
    assert split_arguments("1, 'a,b', array[1, 2], f(1, 2)") == ["1", "'a,b'", "array[1, 2]", "f(1, 2)"]
    for wrong in ("1,", "(1", ""):
        with pytest.raises(InvalidRequest):
            split_arguments(wrong)


def test_strings_with_backslashes_are_hives() -> None:
    given = r"create external table t (a int) row format delimited fields terminated by '\'' lines terminated by ';';"
    assert only_statement(given + " ") == given
