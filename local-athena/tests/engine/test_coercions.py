"""Columns of partitions and files whose types are not the table's: what is read, and what is refused.

Values of partitions: ``BaseTestHiveCoercion`` and ``CoercionUtils`` of Trino
(https://github.com/trinodb/trino/tree/423/testing/trino-product-tests/src/main/java/io/trino/tests/product/hive,
https://github.com/trinodb/trino/tree/423/plugin/trino-hive/src/main/java/io/trino/plugin/hive/coercions); of ORC without partitions:
``TestHiveCoercionOnUnpartitionedTable``.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import orc

from .athena import Athena

_WORDS = "INVALID_ARGUMENTS: Varchar representation of"
_OLD = "HIVE_INVALID_TIMESTAMP_COERCION: Coercion on historical dates is not supported"
_MISMATCH = "HIVE_PARTITION_SCHEMA_MISMATCH"
TEXT: tuple[tuple[str, str, str, Any], ...] = (
    # the partition's type, the table's, the text in the file, and the value or the beginning of an error
    ("string", "int", "+7", 7), ("string", "int", "1.5", None), ("string", "int", " 7", None), ("string", "int", "1e3", None),
    ("string", "tinyint", "300", None), ("string", "bigint", "9223372036854775808", None), ("array<string>", "array<int>", "1.5\x022", [None, 2]),
    ("int", "varchar(2)", "123", f"{_WORDS} 123 exceeds varchar(2) bounds"), ("bigint", "string", "-12345", "-12345"),
    ("decimal(10,5)", "string", "12345.12345", "12345.12345"), ("decimal(10,5)", "varchar(5)", "12345.12345", f"{_WORDS} 12345.12345 exceeds"),
    ("string", "varchar(2)", "💰💰💰", "💰💰"), ("varchar(5)", "varchar(2)", "abc", "ab"), ("char(5)", "char(2)", "abc", "ab"),
    ("char(3)", "string", "abc", _MISMATCH), ("string", "char(3)", "abc", _MISMATCH), ("string", "date", "2024-01-01", _MISMATCH),
    ("timestamp", "string", "2121-07-15 15:30:12.123", "2121-07-15 15:30:12.123"), ("timestamp", "varchar(4)", "1970-01-01 00:00:00.123", "1970"),
    ("timestamp", "string", "0000-01-01 00:00:00", _OLD), ("string", "timestamp", "2121", None), ("string", "timestamp", "0001-01-01 00:00:00", _OLD),
    ("string", "timestamp", "2019-02-29 23:59:59.123", dt.datetime(2019, 3, 1, 23, 59, 59, 123000)),
    ("string", "timestamp", "2120-14-41 75:30:12.123501", dt.datetime(2121, 3, 16, 3, 30, 12, 124000)),
    ("float", "decimal(10,5)", "12345.12345", Decimal("12345.12300")), ("double", "decimal(10,5)", "-12345.12345", Decimal("-12345.12345")),
    ("double", "decimal(3,1)", "123.4", "INVALID_CAST_ARGUMENT: Cannot cast DOUBLE '123.4' to DECIMAL(3, 1)"),
    ("double", "decimal(3,1)", "NaN", "INVALID_CAST_ARGUMENT: Cannot cast DOUBLE "), ("double", "float", "1e300", float("inf")),
    ("decimal(10,3)", "decimal(3,1)", "1234.5", "INVALID_CAST_ARGUMENT: Cannot cast DECIMAL(10, 3) '1234.500' to DECIMAL(3, 1)"),
    ("decimal(10,3)", "decimal(5,1)", "12.350", Decimal("12.4")), ("decimal(10,5)", "double", "12345.12345", 12345.12345),
    ("struct<a:tinyint,b:bigint>", "struct<a:smallint,b:string,c:int>", "1\x0212345", {"a": 1, "b": "12345", "c": None}),
    ("map<tinyint,float>", "map<int,double>", "2\x030.5", [(2, 0.5)]),
)  # fmt: skip
_MICROS = pa.array([dt.datetime(2024, 1, 1, 1, 2, 3, 123500)], pa.timestamp("us"))
_BOTH: tuple[tuple[Any, str, str, Any], ...] = (
    (pa.array(["1.5"]), "string", "int", None), (pa.array([5], pa.int32()), "int", "string", "5"),
    (pa.array([0.1], pa.float32()), "float", "decimal(5,4)", Decimal("0.1000")), (_MICROS, "timestamp", "varchar(4)", "2024"),
    (pa.array([{"a": 1}], pa.struct([("a", pa.int8())])), "struct<a:tinyint>", "struct<a:smallint,x:int>", {"a": 1, "x": None}),
    (pa.array([[("k", 1)]], pa.map_(pa.string(), pa.int64())), "map<string,bigint>", "map<string,string>", [("k", "1")]),
    # The table's own types: moments are rounded to milliseconds, text is cut.
    (_MICROS, "timestamp", "timestamp", dt.datetime(2024, 1, 1, 1, 2, 3, 124000)),
    (pa.array([[dt.datetime(1969, 12, 31, 23, 59, 59, 999499)]], pa.list_(pa.timestamp("us"))), "array<timestamp>", "array<timestamp>",
     [dt.datetime(1969, 12, 31, 23, 59, 59, 999000)]),
    (pa.array(["abc"]), "varchar(2)", "varchar(2)", "ab"), (pa.array([["abc"]]), "array<varchar(2)>", "array<varchar(2)>", ["ab"]),
)  # fmt: skip
_ORC = "HIVE_CANNOT_OPEN_SPLIT: Error opening Hive split s3://lake/"
UNPARTITIONED: tuple[tuple[Any, str, str, Any], ...] = (
    (pa.array([1], pa.int8()), "int", "integer", "BYTE"), (pa.array([1], pa.int64()), "string", "varchar", "LONG"),
    (pa.array([1.5]), "float", "real", "DOUBLE"), (pa.array([1.5]), "int", "integer", "DOUBLE"), (pa.array([1.5], pa.float32()), "decimal(10,5)", "decimal(10,5)", "FLOAT"),
    (pa.array([Decimal("1.5")]), "double", "double", "DECIMAL"), (pa.array([Decimal("1.5")]), "varchar(30)", "varchar(30)", "DECIMAL"),
    (pa.array(["1"]), "int", "integer", "STRING"), (pa.array(["2024-01-01"]), "date", "date", "STRING"), (pa.array([True]), "int", "integer", "BOOLEAN"),
    (pa.array([dt.date(2024, 1, 1)]), "timestamp", "timestamp(3)", "DATE"), (_MICROS, "date", "date", "TIMESTAMP"),
    (pa.array([[1]]), "int", "integer", "LIST"), (pa.array([{"a": 1}]), "map<string,int>", "map(varchar, integer)", "STRUCT"),
)  # fmt: skip
_PAIR = pa.struct([("a", pa.int32()), ("b", pa.string())])
NESTED: tuple[tuple[Any, str, str, str, str], ...] = (
    # the column, the table's type, and of what does not go together: its place, its type in the file, the type it is to be
    (pa.array([["1.5"]]), "array<int>", "a.item", "string", "integer"), (pa.array([[[1]]]), "array<array<string>>", "a.item.item", "int64", "varchar"),
    (pa.array([{"x": "7"}]), "struct<x:int>", "a.x", "string", "integer"), (pa.array([{"X": True}]), "struct<x:int>", "a.x", "bool", "integer"),
    (pa.array([[("k", "1.5")]], pa.map_(pa.string(), pa.string())), "map<string,double>", "a.value", "string", "double"),
    (pa.array([[("1", 2)]], pa.map_(pa.string(), pa.int64())), "map<bigint,bigint>", "a.key", "string", "bigint"),
    (pa.array([[{"x": dt.datetime(2024, 1, 1)}]]), "array<struct<x:date>>", "a.item.x", "timestamp[us]", "date"),
    (pa.array([{"x": 1}]), "struct<x:array<int>>", "a.x", "int64", "array(integer)"),
)  # fmt: skip
FITTING: tuple[tuple[Any, str, Any], ...] = (
    # Fields are found by their names; numbers grow.
    (pa.array([[{"a": 1, "b": "x"}]], pa.list_(_PAIR)), "array<struct<c:double,B:string>>", [{"c": None, "b": "x"}]),
    (pa.array([[("k", {"a": 1, "b": "x"})]], pa.map_(pa.string(), _PAIR)), "map<string,struct<b:string,a:bigint>>", [("k", {"b": "x", "a": 1})]),
    (pa.array([{"a": [0.5]}], pa.struct([("a", pa.list_(pa.float32()))])), "struct<a:array<double>>", {"a": [0.5]}),
)  # fmt: skip
_NANOS = (
    ("2024-01-01T00:00:00.123499999", "2024-01-01T00:00:00.123"), ("2024-01-01T00:00:00.123500000", "2024-01-01T00:00:00.124"),
    ("1969-12-31T23:59:59.999499001", "1969-12-31T23:59:59.999"), ("1969-12-31T23:59:59.9995", "1970-01-01T00:00:00.000"),
    ("1960-01-01T00:00:00.000499999", "1960-01-01T00:00:00.000"),
)  # fmt: skip


def _file(write: Callable[[pa.Table, Any], None], column: pa.Array) -> bytes:
    sink = io.BytesIO()
    write(pa.table({"a": column}), sink)
    return sink.getvalue()


def _table(athena: Athena, name: str, kind: str, stored: str, body: bytes, written: str | None = None) -> str:
    """A table of one file; with *written*, in a partition that declares that type. Gives the query of its column."""
    place = f"s3://lake/{name}/"
    partitioned = "" if written is None else "partitioned by (k string)"
    athena.run(f"create external table {name} (a {kind}) {partitioned} {stored} location '{place}'")
    athena.put(f"{name}/k=1/f", body)
    if written is not None:
        storage = {
            **athena.table(name)["StorageDescriptor"],
            "Location": f"{place}k=1/",
            "Columns": [{"Name": "a", "Type": written}],
        }
        athena.aws.glue.create_partition(
            DatabaseName="db", TableName=name, PartitionInput={"Values": ["1"], "StorageDescriptor": storage}
        )
    return f"select a from {name}"


def _differs(athena: Athena, sql: str, expected: object) -> str | None:
    if isinstance(expected, str) and expected.startswith(("HIVE_", "INVALID_")):
        found: object = athena.error(sql)
        return None if str(found).startswith(expected) else f"{sql}: {found}, not {expected}"
    ((found,),) = athena.rows(sql)
    return None if found == expected else f"{sql}: {found!r}, not {expected!r}"


def test_text_of_a_partition_of_other_types(athena: Athena) -> None:
    wrong = []
    for number, (old, new, text, expected) in enumerate(TEXT):
        sql = _table(athena, f"t{number}", new, "", text.encode(), old)
        wrong += [f"{old} -> {new}, {said}"] if (said := _differs(athena, sql, expected)) else []
    assert not wrong, "\n".join(wrong)


def test_columnar_files_of_a_partition_of_other_types(athena: Athena) -> None:
    wrong = []
    for stored, write in (("parquet", pq.write_table), ("orc", orc.write_table)):
        for number, (column, old, new, expected) in enumerate(_BOTH):
            sql = _table(athena, f"{stored}{number}", new, f"stored as {stored}", _file(write, column), old)
            wrong += [f"{old} -> {new}, {said}"] if (said := _differs(athena, sql, expected)) else []
    assert not wrong, "\n".join(wrong)


def test_orc_files_of_other_types(athena: Athena) -> None:
    wrong = []
    for number, (column, kind, spelt, stream) in enumerate(UNPARTITIONED):
        found = athena.error(_table(athena, f"t{number}", kind, "stored as orc", _file(orc.write_table, column)))
        said = (
            f"Malformed ORC file. Cannot read SQL type '{spelt}' from ORC stream '.a' of type {stream} with attributes"
        )
        if not (found.startswith(_ORC) and said in found):
            wrong.append(f"{stream} -> {kind}: {found}")
    assert not wrong, "\n".join(wrong)
    column = pa.array([0.5], pa.float32())
    assert athena.rows(_table(athena, "wider", "double", "stored as orc", _file(orc.write_table, column))) == [(0.5,)]


def test_nested_parquet_of_another_shape(athena: Athena) -> None:
    for number, (column, kind, words) in enumerate(
        (
            (pa.array([[1]]), "int", "type LIST in parquet file"),
            (pa.array([1]), "array<int>", "type INT64 in parquet file"),
            (pa.array([{"a": 1}]), "map<string,int>", "type STRUCT in parquet file"),
        )
    ):
        found = athena.error(_table(athena, f"t{number}", kind, "stored as parquet", _file(pq.write_table, column)))
        assert found.startswith(f"HIVE_BAD_DATA: Field a's {words}"), found


def test_nested_columns_of_other_types(athena: Athena) -> None:
    wrong = []
    for number, (column, kind, place, arrow, spelt) in enumerate(NESTED):
        for stored, write in (("parquet", pq.write_table), ("orc", orc.write_table)):
            found = athena.error(_table(athena, f"{stored}{number}", kind, f"stored as {stored}", _file(write, column)))
            said = f"'{spelt}' from ORC stream '.{place}' of type" if stored == "orc" else f"Field {place}'s type"
            if said not in found or spelt not in found:
                wrong.append(f"{stored}, {arrow} -> {kind}: {found}")
    assert not wrong, "\n".join(wrong)


def test_nested_columns_of_more_fields_and_fewer(athena: Athena) -> None:
    wrong = []
    for stored, write in (("parquet", pq.write_table), ("orc", orc.write_table)):
        for number, (column, kind, expected) in enumerate(FITTING):
            sql = _table(athena, f"{stored}{number}", kind, f"stored as {stored}", _file(write, column))
            wrong += [f"{kind}, {said}"] if (said := _differs(athena, sql, expected)) else []
    assert not wrong, "\n".join(wrong)


def test_nanoseconds_are_rounded_once(athena: Athena) -> None:
    """https://github.com/trinodb/trino/blob/423/lib/trino-orc/src/main/java/io/trino/orc/reader/TimestampColumnReader.java"""
    moments = pa.array([np.datetime64(text, "ns") for text, _ in _NANOS])
    expected = [np.datetime64(text, "ms").item() for _, text in _NANOS]
    old = partial(pq.write_table, use_deprecated_int96_timestamps=True)
    for number, (stored, write) in enumerate((("orc", orc.write_table), ("parquet", pq.write_table), ("parquet", old))):
        for kind, column in (
            ("timestamp", moments),
            ("struct<x:array<timestamp>>", pa.array([{"x": [moment]} for moment in moments.to_pylist()])),
        ):
            sql = _table(athena, f"t{number}{len(kind)}", kind, f"stored as {stored}", _file(write, column))
            found = [row[0] if kind == "timestamp" else row[0]["x"][0] for row in athena.rows(sql)]
            assert found == expected, (stored, write, kind)
