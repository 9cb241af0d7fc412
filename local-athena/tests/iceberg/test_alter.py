"""Schema evolution: old files are read by field id, here and by the other readers."""

from __future__ import annotations

from decimal import Decimal

import pytest
from pyiceberg.types import LongType

from local_athena.errors import AthenaError
from local_athena.model import Column, trino_type

from .conftest import Lake, tuples


def column(name: str, kind: str) -> Column:
    return Column(name, trino_type(kind))


def check(lake: Lake, table: str, expected: list[tuple[object, ...]]) -> None:
    assert lake.rows(table) == sorted(expected, key=repr)
    others = lake.other_rows(table)
    assert others["pyiceberg"] == sorted(expected, key=repr)
    assert others["duckdb"] == sorted(expected, key=repr)


def test_add_rename_drop_and_widen(lake: Lake) -> None:
    lake.create("t", {"id": "integer", "a": "varchar", "f": "real", "d": "decimal(5,2)"}, "SELECT 1, 'x', 1.5, 2.25")
    lake.load("t").alter.add_columns([column("b", "bigint"), column("c", "array(varchar)")])
    check(lake, "t", [(1, "x", 1.5, Decimal("2.25"), None, None)])
    lake.load("t").alter.change_column("id", column("key", "bigint"))
    lake.load("t").alter.change_column("f", column("f", "double"))
    lake.load("t").alter.change_column("d", column("d", "decimal(20,2)"))
    lake.load("t").alter.drop_column("a")
    lake.insert("t", "SELECT 5000000000, 2.5, 123456789.25, 7, ['q']")
    lake.load("t").alter.add_columns([column("a", "integer")])
    lake.insert("t", "SELECT 3, 3.5, 3, 3, NULL, 33")
    rows = [tuple(row) for row in lake.rows("t", "SELECT key, f, d::DOUBLE, b, c, a FROM r")]
    assert rows == [
        (1, 1.5, 2.25, None, None, None),
        (3, 3.5, 3.0, 3, None, 33),
        (5000000000, 2.5, 123456789.25, 7, ["q"], None),
    ]
    check(lake, "t", lake.rows("t"))
    names = [item["Name"] for item in lake.glue("t")["StorageDescriptor"]["Columns"]]
    assert names == ["key", "f", "d", "b", "c", "a"]


def test_column_type_change_as_dbt_does_it(lake: Lake) -> None:
    """A column that is dropped and then renamed over must not show the old one's values."""
    lake.create("t", {"c": "integer"}, "SELECT 1")
    lake.load("t").alter.add_columns([column("c__dbt_alter", "double")])
    lake.load("t").alter.drop_column("c")
    lake.load("t").alter.change_column("c__dbt_alter", column("c", "double"))
    check(lake, "t", [(None,)])


def test_refusals(lake: Lake) -> None:
    lake.create("t", {"id": "bigint", "p": "varchar", "d": "decimal(5,2)"}, "SELECT 1, 'x', 1.25", ["p"])
    alter = lake.load("t").alter
    for action, message in (
        (lambda: alter.drop_column("p"), "NOT_SUPPORTED: Cannot drop partition field: p"),
        (lambda: alter.drop_column("nope"), "COLUMN_NOT_FOUND"),
        (lambda: alter.add_columns([column("id", "bigint")]), "COLUMN_ALREADY_EXISTS"),
        (lambda: alter.change_column("id", column("id", "integer")), "NOT_SUPPORTED: Cannot change column type"),
        (lambda: alter.change_column("d", column("d", "decimal(7,3)")), "NOT_SUPPORTED: Cannot change column type: d"),
        (lambda: alter.change_column("d", column("d", "decimal(7,1)")), "NOT_SUPPORTED: Cannot change column type: d"),
        (lambda: alter.change_column("d", column("d", "decimal(4,2)")), "NOT_SUPPORTED: Cannot change column type: d"),
        (lambda: alter.change_column("p", column("p", "varbinary")), "NOT_SUPPORTED: Cannot change column type: p"),
        (
            lambda: alter.set_properties({"nonsense": "1"}),
            "INVALID_TABLE_PROPERTY: Unsupported table property key: nonsense",
        ),
    ):
        with pytest.raises(AthenaError, match=message):
            action()
    check(lake, "t", [(1, "x", Decimal("1.25"))])


def test_properties(lake: Lake) -> None:
    lake.create("t", {"id": "bigint"}, "SELECT 1", write_compression="SNAPPY", vacuum_max_snapshot_age_seconds="60")
    lake.load("t").alter.set_properties({"optimize_rewrite_delete_file_threshold": "7"})
    found = lake.pyiceberg("t").properties
    assert found["optimize_rewrite_delete_file_threshold"] == "7"
    assert found["write.parquet.compression-codec"] == "snappy"
    lake.load("t").alter.unset_properties(["vacuum_max_snapshot_age_seconds"])
    assert "vacuum_max_snapshot_age_seconds" not in lake.pyiceberg("t").properties


def test_rename(lake: Lake) -> None:
    lake.create("a", {"id": "bigint"}, "SELECT 1")
    lake.create("b", {"id": "bigint"}, "SELECT 2")
    name = lake.load("a").name
    with pytest.raises(AthenaError, match="TABLE_ALREADY_EXISTS"):
        lake.tables.rename(name, lake.load("b").name)
    lake.tables.rename(name, type(name)("db", "c"))
    assert lake.rows("c") == [(1,)]
    with pytest.raises(lake.aws.glue.exceptions.EntityNotFoundException):
        lake.glue("a")
    with pytest.raises(AthenaError, match="SCHEMA_NOT_FOUND"):
        lake.tables.rename(type(name)("db", "c"), type(name)("other", "c"))
    lake.aws.glue.create_database(DatabaseInput={"Name": "other"})
    lake.tables.rename(type(name)("db", "c"), type(name)("other", "c"))
    assert lake.aws.glue.get_table(DatabaseName="other", Name="c")["Table"]["Parameters"]["metadata_location"]
    with pytest.raises(lake.aws.glue.exceptions.EntityNotFoundException):
        lake.glue("c")


def test_nested_fields_renamed_by_another_engine(lake: Lake) -> None:
    kind = "row(x integer, y array(row(q varchar)))"
    lake.create(
        "t",
        {"id": "bigint", "part": kind, "m": f"map(varchar, {kind})"},
        "SELECT 1, {x: 1, y: [{q: 'a'}]}, MAP {'k': {x: 2, y: [{q: 'b'}]}}",
    )
    other = lake.pyiceberg("t")
    with other.update_schema() as update:
        update.rename_column(("part", "x"), "renamed")
        update.add_column(("part", "new"), LongType())
        update.rename_column(("part", "y", "element", "q"), "r")
        update.update_column(("m", "value", "x"), LongType())
    expected = [(1, {"renamed": 1, "y": [{"r": "a"}], "new": None}, [("k", {"x": 2, "y": [{"q": "b"}]})])]
    assert lake.rows("t") == expected
    lake.insert("t", "SELECT 2, {renamed: 7, y: [], new: 8}, MAP {}")
    assert lake.rows("t") == [*expected, (2, {"renamed": 7, "y": [], "new": 8}, [])]
    assert tuples(other.refresh().scan().to_arrow()) == lake.rows("t")
