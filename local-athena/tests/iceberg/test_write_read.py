"""CTAS, INSERT and SELECT: what is written is read back here, by PyIceberg and by DuckDB's Iceberg extension."""

from __future__ import annotations

import pytest

from local_athena.errors import AthenaError

from .conftest import Lake

ALL = {
    "id": "bigint",
    "n": "integer",
    "s": "varchar",
    "f": "real",
    "d": "double",
    "ok": "boolean",
    "day": "date",
    "ts": "timestamp(6)",
    "tz": "timestamp(6) with time zone",
    "price": "decimal(10,2)",
    "big": "decimal(38,5)",
    "raw": "varbinary",
    "items": "array(integer)",
    "tags": "map(varchar, bigint)",
    "part": "row(x integer, y array(row(q varchar)))",
}
ROWS = """
    SELECT i AS a, i % 7, CASE WHEN i % 5 = 0 THEN NULL ELSE 'name ' || i || ' é' END, i / 3.0,
        CASE WHEN i % 11 = 0 THEN 'nan'::DOUBLE ELSE i * 1.5 END, i % 2 = 0, DATE '2024-01-01' + i::INTEGER,
        TIMESTAMP '2024-01-01 10:00:00.123456' + INTERVAL (i) HOUR, TIMESTAMPTZ '2024-01-01 10:00:00+02' + INTERVAL (i) DAY,
        i * 1.25, i * 1.00001, encode('b' || i), [i, NULL, i + 1], MAP {'a': i, 'b': NULL}, {x: i, y: [{q: 'z' || i}]}
    FROM range(100) t(i)
"""


def test_every_type_survives(lake: Lake) -> None:
    written = lake.create("t", ALL, ROWS)
    assert written.rows == 100
    lake.insert("t", ROWS.replace("range(100)", "range(100, 150)"))
    rows = lake.rows("t")
    assert len(rows) == 150
    assert lake.fresh().load  # a process that has seen nothing
    others = lake.other_rows("t")
    assert others["pyiceberg"] == rows
    assert others["duckdb"] == rows


def test_zero_rows(lake: Lake) -> None:
    assert lake.create("t", {"id": "bigint"}, "SELECT 1 WHERE false").rows == 0
    assert lake.rows("t") == []
    assert lake.other_rows("t") == {"pyiceberg": [], "duckdb": []}


def test_ctas_onto_an_existing_name_leaves_it_and_the_bucket_alone(lake: Lake) -> None:
    lake.create("t", {"id": "bigint"}, "SELECT 1")
    before = lake.objects()
    with pytest.raises(AthenaError, match="TABLE_ALREADY_EXISTS"):
        lake.create("t", {"id": "bigint"}, "SELECT 2")
    assert lake.objects() == before
    assert lake.rows("t") == [(1,)]


def test_a_failing_query_leaves_nothing(lake: Lake) -> None:
    with pytest.raises(Exception, match="Conversion Error"):
        lake.create(
            "t", {"id": "bigint"}, "SELECT CASE WHEN i < 50000 THEN i::VARCHAR ELSE 'x' END FROM range(60000) t(i)"
        )
    assert lake.objects() == []


@pytest.mark.parametrize(
    "transform",
    ["s", "day(ts)", "MONTH(ts)", "year(ts)", "hour(ts)", "bucket(id, 4)", "truncate(s, 2)", "day", "BUCKET(s,3)"],
)
def test_partitions(lake: Lake, transform: str) -> None:
    columns = {"id": "bigint", "s": "varchar", "ts": "timestamp(6)", "day": "date"}
    sql = """SELECT i, CASE WHEN i % 4 = 0 THEN NULL ELSE 'a/b=' || (i % 3) END, TIMESTAMP '1969-12-30' + INTERVAL (i) HOUR,
        DATE '1969-12-30' + (i % 5)::INTEGER FROM range(60) t(i)"""
    lake.create("t", columns, sql, [transform])
    rows = lake.rows("t")
    assert len(rows) == 60
    others = lake.other_rows("t")
    assert others["pyiceberg"] == rows
    assert others["duckdb"] == rows
    assert len(lake.pyiceberg("t").scan(row_filter="id = 7").to_arrow()) == 1


def test_the_101st_partition_is_refused(lake: Lake) -> None:
    columns = {"id": "bigint"}
    lake.create("ok", columns, "SELECT i FROM range(100) t(i)", ["id"])
    before = lake.objects()
    with pytest.raises(AthenaError, match="ICEBERG_TOO_MANY_OPEN_PARTITIONS: Exceeded limit of 100 open writers"):
        lake.create("t", columns, "SELECT i FROM range(101) t(i)", ["id"])
    assert lake.objects() == before
    lake.create("t", columns, "SELECT i FROM range(5000) t(i)", ["bucket(id, 50)"])


def test_glue_shows_hive_types_and_the_pointer(lake: Lake) -> None:
    lake.create("t", ALL, ROWS)
    first = lake.glue("t")
    assert first["TableType"] == "EXTERNAL_TABLE" and first["Parameters"]["table_type"] == "ICEBERG"
    types = {column["Name"]: column["Type"] for column in first["StorageDescriptor"]["Columns"]}
    assert types["ts"] == "timestamp" and types["part"] == "struct<x:int,y:array<struct<q:string>>>"
    assert types["price"] == "decimal(10,2)" and types["tags"] == "map<string,bigint>"
    lake.insert("t", ROWS)
    second = lake.glue("t")
    assert second["Parameters"]["previous_metadata_location"] == first["Parameters"]["metadata_location"]
