"""``"t$snapshots"`` and its sisters, and time travel."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest

from local_athena.errors import AthenaError
from local_athena.model import Column, trino_type
from local_athena.tables.iceberg import AsOf

from .conftest import Lake


def read(lake: Lake, table: str, kind: str) -> list[dict[str, Any]]:
    columns = lake.load(table).metadata_table(lake.connection, "m", kind)
    found = lake.connection.execute("SELECT * FROM m").to_arrow_table()
    assert found.column_names == [column.name for column in columns]
    return found.to_pylist()


def test_all_kinds(lake: Lake) -> None:
    columns = {"id": "bigint", "p": "varchar", "ts": "timestamp(6)"}
    lake.create(
        "t",
        columns,
        "SELECT i, 'p' || (i % 2), TIMESTAMP '2024-01-01' + INTERVAL (i) HOUR FROM range(10) t(i)",
        ["p", "day(ts)"],
    )
    lake.insert("t", "SELECT 10, NULL, NULL")
    snapshots = read(lake, "t", "snapshots")
    assert [row["operation"] for row in snapshots] == ["append", "append"]
    assert (
        snapshots[1]["parent_id"] == snapshots[0]["snapshot_id"]
        and dict(snapshots[1]["summary"])["total-records"] == "11"
    )
    assert [row["is_current_ancestor"] for row in read(lake, "t", "history")] == [True, True]
    files = read(lake, "t", "files")
    assert sum(row["record_count"] for row in files) == 11 and len(files) == 3
    assert dict(files[-1]["lower_bounds"])[1] in {"0", "1", "10"}
    manifests = read(lake, "t", "manifests")
    assert sorted(row["added_rows_count"] for row in manifests) == [1, 10]
    partitions = {tuple(row["partition"].values()): row for row in read(lake, "t", "partitions")}
    assert partitions[("p1", dt.date(2024, 1, 1))]["record_count"] == 5
    assert partitions[("p1", dt.date(2024, 1, 1))]["data"]["id"] == {
        "min": 1,
        "max": 9,
        "null_count": 0,
        "nan_count": None,
    }
    assert partitions[(None, None)]["file_count"] == 1
    assert [(row["name"], row["type"]) for row in read(lake, "t", "refs")] == [("main", "BRANCH")]
    with pytest.raises(AthenaError, match="NOT_SUPPORTED"):
        read(lake, "t", "entries")


def test_partitions_of_an_unpartitioned_table(lake: Lake) -> None:
    lake.create("t", {"id": "bigint"}, "SELECT 1")
    assert "partition" not in read(lake, "t", "partitions")[0]
    lake.create("u", {"name": "string"}, "SELECT ''")
    assert read(lake, "u", "partitions")[0]["data"]["name"] == {
        "min": "",
        "max": "",
        "null_count": 0,
        "nan_count": None,
    }


def test_bounds_are_shown_as_java_shows_them(lake: Lake) -> None:
    columns = {"r": "real", "d": "double", "u": "uuid", "b": "boolean", "n": "decimal(4, 2)"}
    values = "1.2, 2.5e10, '0f8fad5b-d9cb-469f-a165-70867728950e', true, 1.5"
    lake.create("t", columns, f"SELECT {values}", ["r", "d", "u", "b", "n"])
    shown = ["1.2", "2.5E10", "0f8fad5b-d9cb-469f-a165-70867728950e", "true", "1.50"]
    assert [*dict(read(lake, "t", "files")[0]["upper_bounds"]).values()] == shown
    assert [part["lower_bound"] for part in read(lake, "t", "manifests")[0]["partition_summaries"]] == shown


def test_partitions_hold_uuids_and_zoned_moments(lake: Lake) -> None:
    columns = {"u": "uuid", "at": "timestamp(6) with time zone", "v": "uuid"}
    one, other = uuid.UUID(int=7), uuid.UUID(int=1 << 127)
    moment = dt.datetime(2026, 3, 4, 5, 6, 7, 8, dt.UTC)
    lake.create(
        "t",
        columns,
        f"SELECT '{one}', TIMESTAMPTZ '{moment}', u FROM (VALUES ('{one}'), ('{other}')) t(u)",
        ["u", "at"],
    )
    lake.load("t").metadata_table(lake.connection, "m", "partitions")
    found = lake.connection.execute("SELECT m.partition.u, epoch_us(m.partition.at), m.data.v.min, m.data.v.max FROM m")
    assert found.fetchall() == [(one, int(moment.timestamp()) * 1_000_000 + 8, one, other)]


def test_a_column_without_metrics_has_no_summary(lake: Lake) -> None:
    lake.create("t", {"id": "bigint"}, "SELECT 1")
    lake.load("t").alter.add_columns([Column("more", trino_type("bigint"))])
    assert read(lake, "t", "partitions")[0]["data"] == {
        "id": {"min": 1, "max": 1, "null_count": 0, "nan_count": None},
        "more": None,
    }


def test_time_travel(lake: Lake) -> None:
    lake.create("t", {"id": "bigint"}, "SELECT 1")
    first = lake.load("t").table.current_snapshot()
    assert first
    lake.load("t").alter.add_columns([lake.load("t").columns[0].__class__("b", lake.load("t").columns[0].type)])
    lake.insert("t", "SELECT 2, 3")
    assert lake.rows("t", as_of=AsOf(version=first.snapshot_id)) == [(1,)]
    moment = dt.datetime.fromtimestamp(first.timestamp_ms / 1000, dt.UTC)
    assert lake.rows("t", as_of=AsOf(timestamp=moment)) == [(1,)]
    assert [column.name for column in lake.load("t").at(AsOf(version=first.snapshot_id)).columns] == ["id"]
    assert lake.rows("t", as_of=AsOf(version="main")) == [(1, None), (2, 3)]
    with pytest.raises(AthenaError, match=r'No version history table "db"."t" at or before'):
        lake.rows("t", as_of=AsOf(timestamp=moment - dt.timedelta(days=1)))
    with pytest.raises(AthenaError, match="Iceberg snapshot ID does not exists: 42"):
        lake.rows("t", as_of=AsOf(version=42))
