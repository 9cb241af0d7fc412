"""Equality deletes, which streaming engines write and Athena applies: https://iceberg.apache.org/spec/#equality-delete-files"""

from __future__ import annotations

import pyarrow as pa
import pytest
from pyiceberg.typedef import Record

from local_athena.model import Column, trino_type

from .conftest import Lake
from .deletes import write_equality_deletes, write_position_deletes

COLUMNS = {"id": "bigint", "s": "varchar", "n": "integer"}
ROWS = "SELECT i, CASE WHEN i = 3 THEN NULL ELSE 's' || (i % 4) END, i::INTEGER * 10 FROM range(6) t(i)"


def _ids(lake: Lake, query: str = "SELECT id FROM r") -> list[int]:
    return [number for (number,) in lake.rows("t", query)]


@pytest.fixture
def table(lake: Lake) -> Lake:
    lake.create("t", COLUMNS, ROWS)
    return lake


def test_rows_with_those_values_are_gone(table: Lake) -> None:
    write_equality_deletes(table, "t", {1: pa.array([1, 4])})
    assert _ids(table) == [0, 2, 3, 5]
    assert table.rows("t", "SELECT count(*), max(n) FROM r") == [(4, 50)]
    table.load("t").scan(table.connection, "r", {"s"})
    assert table.connection.execute("SELECT count(*) FROM r").fetchall() == [(4,)]


def test_null_equals_null_and_every_column_counts(table: Lake) -> None:
    write_equality_deletes(table, "t", {2: pa.array([None], pa.string())})
    assert _ids(table) == [0, 1, 2, 4, 5]
    write_equality_deletes(table, "t", {2: pa.array(["s0", "s1"]), 3: pa.array([40, 20], pa.int32())})
    assert _ids(table) == [0, 1, 2, 5]


def test_rows_that_came_later_stay(table: Lake) -> None:
    write_equality_deletes(table, "t", {1: pa.array([1, 2])})
    table.insert("t", "SELECT 1::BIGINT AS id, 'new' AS s, 7::INTEGER AS n")
    assert _ids(table) == [0, 1, 3, 4, 5]
    write_equality_deletes(table, "t", {1: pa.array([5])})
    assert table.rows("t", "SELECT id, s FROM r WHERE id IN (1, 5)") == [(1, "new")]


def test_changes_bring_no_row_back(table: Lake) -> None:
    write_equality_deletes(table, "t", {1: pa.array([1])})
    assert table.change("t", "update t set id = 1, s = 'again' where id = 2").rows == 1
    assert table.rows("t", "SELECT id, s FROM r WHERE id < 3") == [(0, "s0"), (1, "again")]
    assert table.change("t", "delete from t where n >= 0").rows == 5
    assert _ids(table) == []


def test_beside_deletes_by_position(table: Lake) -> None:
    (file,) = table.load("t").data_files()
    write_position_deletes(table, "t", [(file, 0)])
    write_equality_deletes(table, "t", {1: pa.array([5])})
    assert _ids(table) == [1, 2, 3, 4]


def test_columns_are_found_by_their_numbers(table: Lake) -> None:
    write_equality_deletes(table, "t", {2: pa.array(["s0"])})
    alter = table.load("t").alter
    alter.change_column("s", Column("other", trino_type("varchar")))
    assert _ids(table) == [1, 2, 3, 5]
    alter.drop_column("other")
    alter.add_columns([Column("s", trino_type("varchar"))])
    assert table.rows("t", "SELECT id, s FROM r WHERE id < 3") == [(1, None), (2, None)]


def test_each_partition_has_its_own(lake: Lake) -> None:
    lake.create("t", COLUMNS, "SELECT i, 's' || (i % 2), 1 FROM range(6) t(i)", ["s"])
    write_equality_deletes(lake, "t", {1: pa.array([1, 2])}, Record("s1"))
    assert _ids(lake) == [0, 2, 3, 4, 5]
    write_equality_deletes(lake, "t", {3: pa.array([1], pa.int32())}, Record("s0"))
    assert _ids(lake) == [3, 5]
