"""Athena's CSV: what is written is read back, by us and by a CSV reader that knows nothing of NULL."""

from __future__ import annotations

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from local_athena.results.csvtext import decode_rows, encode_header, encode_rows

TEXTS = (
    st.none() | st.text(alphabet=st.characters(exclude_categories=["Cs"])) | st.sampled_from(['"', '""', ",", "\n", ""])
)
TABLES = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.tuples(*[TEXTS] * width), max_size=12).map(lambda rows: (width, rows))
)


def encode(width: int, rows: list[tuple[str | None, ...]]) -> bytes:
    return encode_rows([[row[index] for row in rows] for index in range(width)])


def test_null_and_the_empty_string_differ() -> None:
    assert encode(3, [("a", None, ""), (None, 'b"c', "d,e")]) == b'"a",,""\n,"b""c","d,e"\n'
    assert encode(1, [(None,), ("",)]) == b'\n""\n'
    assert encode_header(['x"y', "z"]) == b'"x""y","z"\n'


@given(TABLES)
def test_rows_survive_the_file(table: tuple[int, list[tuple[str | None, ...]]]) -> None:
    width, rows = table
    assert decode_rows(encode(width, rows), width) == rows


@given(
    st.lists(
        st.tuples(
            st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\r\x00")), st.just("x")
        ),
        max_size=8,
    )
)
def test_any_csv_reader_reads_the_file(rows: list[tuple[str, str]]) -> None:
    assert [tuple(row) for row in csv.reader(io.StringIO(encode(2, rows).decode(), newline=""))] == rows


def test_a_value_has_no_limit() -> None:
    rows: list[tuple[str | None, ...]] = [('"' * 200_000, None)]
    assert decode_rows(encode(2, rows), 2) == rows
