"""Columnar files of other writers, whose columns DuckDB casts otherwise than Trino reads them.

Values: https://github.com/trinodb/trino/blob/423/lib/trino-parquet/src/main/java/io/trino/parquet/ParquetTypeUtils.java and the readers
of https://github.com/trinodb/trino/tree/423/lib/trino-parquet/src/main/java/io/trino/parquet/reader; text is bytes to both.
"""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyarrow import orc

from .athena import Athena

_SPOILT = [b"\xff\xfe", "ü\U0001f600".encode(), b"a\xc3", b"\0", b"\\x41", None]
_SHOWN = ["\ufffd\ufffd", "ü\U0001f600", "a\ufffd", "\0", "\\x41", None]
_BYTES = [b"ok", "ü".encode(), b"\\x41", b"", None]
_TEXT = ["ok", "ü", "\\x41", "", None]
_PAIR = pa.struct([("A", pa.int64()), ("a", pa.int64())])
_OLD = [
    dt.datetime(1600, 1, 1),
    dt.datetime(2300, 1, 1),
    dt.datetime(1969, 12, 31, 23, 59, 59, 999499),
    dt.datetime(1969, 12, 31, 23, 59, 59, 999500),
]
_OLD_SHOWN = [
    dt.datetime(1600, 1, 1),
    dt.datetime(2300, 1, 1),
    dt.datetime(1969, 12, 31, 23, 59, 59, 999000),
    dt.datetime(1970, 1, 1),
]
_X = pa.struct([("x", pa.int32())])
# the column's type, the file's column, the values that are read or the beginning of an error
BOTH: tuple[tuple[str, pa.Array, Any], ...] = (
    ("string", pa.array(_SPOILT, pa.binary()), _SHOWN),
    ("varchar(1)", pa.array(_SPOILT, pa.binary()), ["\ufffd", "ü", "a", "\0", "\\", None]),
    ("array<string>", pa.array([_SPOILT, [], None], pa.list_(pa.binary())), [_SHOWN, [], None]),
    ("map<string,string>", pa.array([[(b"\xff", b"\xfe")], None], pa.map_(pa.binary(), pa.binary())), [[("\ufffd", "\ufffd")], None]),
    ("struct<x:string,y:int>", pa.array([{"x": b"\xc3\xbc"}, None], pa.struct([("x", pa.binary())])), [{"x": "ü", "y": None}, None]),
    ("binary", pa.array(_TEXT), _BYTES),
    ("array<struct<x:binary>>", pa.array([[{"x": "ü"}]], pa.list_(pa.struct([("x", pa.string())]))), [[{"x": "ü".encode()}]]),
)  # fmt: skip
PARQUET: tuple[tuple[str, pa.Array, Any], ...] = (
    ("string", pa.array([b"ab", b"\xff\xff"], pa.binary(2)), ["ab", "\ufffd\ufffd"]),
    ("struct<y:int>", pa.array([{"x": 1}, None], _X), [None, None]),
    ("array<struct<y:int>>", pa.array([[{"x": 1}]], pa.list_(_X)), [[None]]),
    ("struct<a:bigint>", pa.array([{"A": 1, "a": 2}], _PAIR), "NOT_SUPPORTED: A row in a file whose fields differ by their case alone"),
    ("bigint", pa.array([dt.time(1)], pa.time64("us")), "HIVE_BAD_DATA: Field a's type INT64 (TIME)"),
    ("int", pa.array([dt.time(1)], pa.time32("ms")), "HIVE_BAD_DATA: Field a's type INT32 (TIME)"),
    ("array<int>", pa.array([[dt.time(1)]], pa.list_(pa.time32("ms"))), "HIVE_BAD_DATA: Field a.item's type INT32 (TIME)"),
)  # fmt: skip


def _table(athena: Athena, name: str, columns: str, table: pa.Table, form: str = "parquet", **options: Any) -> None:
    sink = io.BytesIO()
    (orc if form == "orc" else pq).write_table(table, sink, **options)
    athena.put(f"{name}/f", sink.getvalue())
    athena.run(f"create external table {name} ({columns}) stored as {form} location 's3://lake/{name}/'")


@pytest.mark.parametrize("form", ["parquet", "orc"])
def test_columns_of_other_writers(athena: Athena, form: str) -> None:
    wrong = []
    for number, (kind, column, expected) in enumerate([*BOTH, *(PARQUET if form == "parquet" else ())]):
        _table(athena, f"t{number}", f"a {kind}", pa.table({"a": column}), form)
        sql = f"select a from t{number}"
        failed = isinstance(expected, str)
        found: Any = athena.error(sql) if failed else [row[0] for row in athena.rows(sql)]
        same = found.startswith(expected) if failed else found == expected
        wrong += [] if same else [f"{column.type} as {kind}: {found!r}, not {expected!r}"]
    assert not wrong, "\n".join(wrong)


def test_a_row_without_a_field_in_common_is_there_in_orc(athena: Athena) -> None:
    _table(athena, "t", "a struct<y:int>", pa.table({"a": pa.array([{"x": 1}, None], _X)}), "orc")
    assert athena.rows("select a from t") == [({"y": None},), (None,)]


def test_text_of_bytes_is_text(athena: Athena) -> None:
    _table(athena, "t", "a string", pa.table({"a": pa.array(_SPOILT[:2], pa.binary())}))
    assert athena.rows("select length(a), a = 'ü\U0001f600' from t") == [(2, False), (2, True)]
    sink = io.BytesIO()
    pq.write_table(pa.table({"a": ["ß"]}), sink)
    athena.put("t/g", sink.getvalue())
    assert sorted(athena.rows("select a from t")) == [("ß",), ("ü\U0001f600",), ("\ufffd\ufffd",)]


def test_moments_of_int96(athena: Athena) -> None:
    table = pa.table({"a": pa.array(_OLD, pa.timestamp("us")), "b": [[moment] for moment in _OLD]})
    _table(athena, "t", "a timestamp, b array<timestamp>", table, use_deprecated_int96_timestamps=True)
    assert athena.rows("select * from t") == [(moment, [moment]) for moment in _OLD_SHOWN]


@pytest.mark.parametrize(
    ("names", "columns", "expected"),
    [("Aa", "a bigint", (1,)), ("aA", "a bigint", (0,)), (("A", "Aa", "AA"), "aa bigint, a bigint", (1, 0)), (("X", "x", "x_1"), "x_1 bigint, x bigint", (2, 1))],
)  # fmt: skip
def test_names_that_differ_by_case(
    athena: Athena, names: tuple[str, ...], columns: str, expected: tuple[int, ...]
) -> None:
    """``getParquetTypeByName``: the column of that very name, or else the first that is so in lower case."""
    table = pa.Table.from_arrays([pa.array([number]) for number in range(len(names))], names=[*names])
    _table(athena, "t", columns, table)
    assert athena.rows("select * from t") == [expected]


def test_names_that_differ_by_case_have_places_in_orc(athena: Athena) -> None:
    _table(
        athena, "t", "x bigint, y bigint", pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["a", "A"]), "orc"
    )
    assert athena.rows("select x, y from t") == [(1, 2)]


def test_what_duckdb_does_not_decode_is_refused(athena: Athena) -> None:
    spoilt = pa.Array.from_buffers(
        pa.string(), 1, [None, pa.py_buffer(bytes((0, 0, 0, 0, 1, 0, 0, 0))), pa.py_buffer(b"\xff")]
    )
    _table(athena, "t", "a string", pa.table({"a": spoilt}))
    assert athena.error("select a from t").startswith(
        "NOT_SUPPORTED: Text that is no UTF-8, in a file's column of text,"
    )
    split = {"use_dictionary": False, "column_encoding": {"a": "BYTE_STREAM_SPLIT"}}
    _table(athena, "u", "a bigint", pa.table({"a": [1, 2]}), **split)
    assert athena.error("select a from u").startswith("NOT_SUPPORTED: Parquet's encoding BYTE_STREAM_SPLIT")
    error = athena.error(
        "create table v with (format='orc', external_location='s3://lake/v') as select timestamp '0001-01-01 00:00:00.000' t"
    )
    assert error.startswith("NOT_SUPPORTED: Writing an ORC timestamp before 1677 or after 2262")
