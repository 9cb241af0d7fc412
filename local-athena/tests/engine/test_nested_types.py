"""Types inside arrays, maps and rows of files: what a column of its own would be refused for, a part of one is too.

https://github.com/trinodb/trino/tree/423/lib/trino-parquet/src/main/java/io/trino/parquet/reader, .../trino-orc/.../reader/ColumnReaders.java
"""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal
from typing import Any

import fastavro
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyarrow import orc

from .athena import Athena

_DAY = dt.date(2024, 1, 2)
READ: tuple[tuple[pa.DataType, Any, str, Any], ...] = (
    (pa.int32(), 1, "int", 1), (pa.int32(), 1, "bigint", 1), (pa.string(), "xyz", "varchar(2)", "xy"), (pa.string(), "x", "binary", b"x"),
    (pa.float32(), 1.5, "double", 1.5), (pa.date32(), _DAY, "date", _DAY), (pa.decimal128(5, 2), Decimal("1.25"), "decimal(9,3)", Decimal("1.250")),
)  # fmt: skip
REFUSED: tuple[tuple[pa.DataType, Any, str], ...] = (
    (pa.string(), "1", "int"), (pa.string(), "true", "boolean"), (pa.string(), "2024-01-02", "date"), (pa.string(), "1.5", "decimal(3,1)"),
    (pa.int32(), 1, "string"), (pa.int32(), 1, "boolean"), (pa.float64(), 1.5, "int"), (pa.bool_(), True, "int"), (pa.date32(), _DAY, "string"),
    (pa.decimal128(5, 2), Decimal("1.25"), "int"), (pa.decimal128(5, 2), Decimal("1.25"), "string"), (pa.struct([("y", pa.int32())]), {"y": 1}, "int"),
    (pa.int32(), 1, "array<int>"),
)  # fmt: skip


def _columns(kind: pa.DataType, value: Any) -> dict[str, pa.Array]:
    return {
        "a": pa.array([[value]], pa.list_(kind)),
        "m": pa.array([[("k", value)]], pa.map_(pa.string(), kind)),
        "r": pa.array([{"X": value}], pa.struct([("X", kind)])),
    }


def _write(form: str, columns: dict[str, pa.Array]) -> bytes:
    sink = io.BytesIO()
    (pq.write_table if form == "parquet" else orc.write_table)(pa.table(columns), sink)
    return sink.getvalue()


@pytest.mark.parametrize("form", ["parquet", "orc"])
def test_parts_of_columns(athena: Athena, form: str) -> None:
    wrong = []
    for at, (kind, value, hive, *expected) in enumerate((*READ, *REFUSED)):
        athena.put(f"t{at}/f", _write(form, _columns(kind, value)))
        columns = f"a array<{hive}>, m map<string,{hive}>, r struct<x:{hive}>"
        athena.run(f"create external table t{at} ({columns}) stored as {form} location 's3://lake/t{at}/'")
        if expected:
            found = athena.rows(f"select a[1], m['k'], r.x from t{at}")
            wrong += [] if found == [(expected[0],) * 3] else [f"{kind} as {hive}: {found}"]
            continue
        for column in "amr":
            said = athena.error(f"select {column} from t{at}")
            code = "HIVE_BAD_DATA: Field " if form == "parquet" else "HIVE_CANNOT_OPEN_SPLIT: "
            wrong += [] if said.startswith(code) else [f"{kind} as {hive}: {said}"]
    assert not wrong, "\n".join(wrong)


def test_parts_of_avro(athena: Athena) -> None:
    row = {"type": "record", "name": "row", "fields": [{"name": "x", "type": "string"}, {"name": "y", "type": "int"}]}
    schema = {
        "type": "record",
        "name": "r",
        "fields": [{"name": "r", "type": row}, {"name": "a", "type": {"type": "array", "items": "string"}}],
    }
    sink = io.BytesIO()
    fastavro.writer(sink, schema, [{"r": {"x": "1", "y": 2}, "a": ["1"]}])
    athena.put("t/f", sink.getvalue())
    athena.run(
        "create external table t (r struct<x:string,y:bigint>, a array<string>) stored as avro location 's3://lake/t/'"
    )
    assert athena.rows("select * from t") == [({"x": "1", "y": 2}, ["1"])]
    for columns, part in (
        ("r struct<x:int>", "r.x of type string"),
        ("a array<int>", "a.item of type string"),
        ("r struct<y:date>", None),
    ):
        athena.run("drop table t")
        athena.run(f"create external table t ({columns}) stored as avro location 's3://lake/t/'")
        said = athena.error("select * from t")
        assert said.startswith(
            "HIVE_CANNOT_OPEN_SPLIT: " if part else "NOT_SUPPORTED: An Avro column of type int32 as date"
        )
        assert part is None or part in said
