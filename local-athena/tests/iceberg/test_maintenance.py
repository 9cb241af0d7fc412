"""OPTIMIZE and VACUUM."""

from __future__ import annotations

import datetime as dt

import pytest

from local_athena import dialect
from local_athena.errors import AthenaError
from local_athena.tables.iceberg import maintenance
from local_athena.tables.iceberg.maintenance import reachable

from .conftest import Lake, tuples
from .deletes import write_position_deletes

COLUMNS = {"id": "bigint", "p": "varchar"}


def data_files(lake: Lake) -> list[str]:
    return [file.file.file_path for file in lake.pyiceberg("t").scan().plan_files()]


def optimize(lake: Lake, where: str | None = None) -> int:
    condition = dialect.parse(f"SELECT 1 FROM t WHERE {where}").args["where"].this if where else None
    return len(lake.load("t").optimize(lake.connection, condition, lake.context()).files)


@pytest.fixture
def partitioned(lake: Lake) -> Lake:
    lake.create(
        "t", COLUMNS, "SELECT i, 'p' || (i % 2) FROM range(10) t(i)", ["p"], vacuum_max_snapshot_age_seconds="0"
    )
    for number in range(1, 4):
        lake.insert("t", f"SELECT i + {number} * 10, 'p' || (i % 2) FROM range(10) t(i)")
    return lake


def test_optimize_compacts_each_partition(partitioned: Lake) -> None:
    rows = partitioned.rows("t")
    assert len(data_files(partitioned)) == 8
    assert optimize(partitioned) == 2
    assert len(data_files(partitioned)) == 2
    assert partitioned.rows("t") == rows == partitioned.other_rows("t")["duckdb"]
    assert partitioned.pyiceberg("t").current_snapshot().summary.operation.value == "replace"
    assert optimize(partitioned) == 0


@pytest.mark.slow
def test_optimize_goes_through_a_hundred_partitions_and_asks_for_another_run(lake: Lake) -> None:
    """https://github.com/dbt-labs/dbt-athena/issues/531"""
    lake.create("t", COLUMNS, "SELECT i, 'p' || i FROM range(60) t(i)", ["p"])
    for start, stop in ((60, 120), (0, 60), (60, 120)):
        lake.insert("t", f"SELECT i, 'p' || i FROM range({start}, {stop}) t(i)")
    rows = lake.rows("t")
    assert len(data_files(lake)) == 240
    with pytest.raises(AthenaError, match="ICEBERG_OPTIMIZE_MORE_RUNS_NEEDED: Processed 100 partitions in this round"):
        optimize(lake)
    assert len(data_files(lake)) == 140
    assert optimize(lake) == 20
    assert len(data_files(lake)) == 120
    assert lake.rows("t") == rows


def test_optimize_where(lake: Lake, partitioned: Lake) -> None:
    lake.load("t").alter.set_properties({"optimize_rewrite_data_file_threshold": "3"})
    assert optimize(lake, "p = 'p0'") == 1
    assert len(data_files(lake)) == 5
    with pytest.raises(AthenaError, match="NOT_SUPPORTED: Unexpected FilterNode found in plan"):
        optimize(lake, "id = 3")


def test_optimize_leaves_few_files_alone(lake: Lake) -> None:
    lake.create("t", COLUMNS, "SELECT 1, 'a'")
    lake.insert("t", "SELECT 2, 'b'")
    assert optimize(lake) == 0
    lake.load("t").alter.set_properties({"optimize_rewrite_data_file_threshold": "2"})
    assert optimize(lake) == 1


def test_optimize_applies_deletes_of_other_engines(lake: Lake) -> None:
    lake.create("t", COLUMNS, "SELECT i, 'a' FROM range(10) t(i)")
    write_position_deletes(lake, "t", [(data_files(lake)[0], 3)])
    write_position_deletes(lake, "t", [(data_files(lake)[0], 4)])
    assert optimize(lake) == 1
    assert lake.rows("t") == [(i, "a") for i in range(10) if i not in (3, 4)] == tuples(lake.iceberg_scan("t"))


def test_vacuum_keeps_what_is_reachable(partitioned: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    lake = partitioned
    lake.change("t", "update t set id = id + 1 where id = 3")
    rows = lake.rows("t")
    orphan = f"{lake.load('t').table.location()}/data/left-behind.parquet"
    lake.tables.files.storage.put_bytes(b"x", orphan)
    foreign = lake.tables.files.storage.put_bytes(b"x", f"{lake.load('t').table.location()}/elsewhere/x").uri
    before = len(lake.objects())
    # Nothing is old enough yet: S3 counts whole seconds.
    lake.load("t").vacuum(lake.context())
    later = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=5)
    monkeypatch.setattr(maintenance, "now", lambda: later)
    lake.load("t").vacuum(lake.context())
    table = lake.load("t").table
    assert len(table.snapshots()) == 1
    found = set(lake.objects("t/"))
    assert found == reachable(table, lake.tables.manifests) | {foreign}
    assert orphan not in found and len(found) < before
    assert lake.rows("t") == rows == lake.other_rows("t")["pyiceberg"] == lake.other_rows("t")["duckdb"]
    lake.insert("t", "SELECT 1, 'p1'")
    assert len(lake.rows("t")) == len(rows) + 1


def test_vacuum_keeps_young_snapshots_the_newest_ones_and_tags(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    lake.create("t", COLUMNS, "SELECT 0, 'a'", vacuum_min_snapshots_to_keep="2", vacuum_max_snapshot_age_seconds="3600")
    first = lake.load("t").table.current_snapshot()
    assert first
    for number in range(3):
        lake.insert("t", f"SELECT {number}, 'a'")
    tagged = lake.load("t").table.snapshots()[1].snapshot_id
    lake.pyiceberg("t").manage_snapshots().create_tag(tagged, "kept").commit()
    lake.load("t").vacuum(lake.context())
    assert len(lake.load("t").table.snapshots()) == 4
    later = dt.datetime.now(dt.UTC) + dt.timedelta(hours=2)
    monkeypatch.setattr(maintenance, "now", lambda: later)
    lake.load("t").vacuum(lake.context())
    left = {snapshot.snapshot_id for snapshot in lake.load("t").table.snapshots()}
    assert len(left) == 3 and tagged in left and first.snapshot_id not in left
    assert len(lake.pyiceberg("t").scan(snapshot_id=tagged).to_arrow()) == 2


def test_vacuum_spares_a_write_under_way(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    lake.create("t", COLUMNS, "SELECT 0, 'a'", vacuum_max_snapshot_age_seconds="0")
    later = dt.datetime.now(dt.UTC) + dt.timedelta(hours=2)
    monkeypatch.setattr(maintenance, "now", lambda: later)
    table, files = lake.load("t"), lake.tables.files
    upload = files.upload

    def slowly(pairs: object) -> None:
        upload(pairs)  # type: ignore[arg-type]
        lake.load("t").vacuum(lake.context())

    monkeypatch.setattr(files, "upload", slowly)
    table.insert(lake.connection, "SELECT 1, 'b'", lake.context())
    assert lake.rows("t") == [(0, "a"), (1, "b")]
