"""Commits to Iceberg tables: rows, columns and position in one; conflicts, lost answers, poison, changed columns."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError
from cdc_apply import rows, writer
from cdc_apply.errors import TransientError
from history import change, item
from lake import Lake
from lakeloop_changes import Change, Column
from pyiceberg import types as ice

PLAIN = {"id": "bigint", "word": "varchar"}
POSITION = "lakeloop.changes.position.shop"


@pytest.fixture
def lake(tmp_path: Any) -> Lake:
    return Lake(tmp_path)


def at(place: int, row: dict[str, Any], types: dict[str, str] = PLAIN, op: str = "c", **members: Any) -> Change:
    """A change of *row*, whose columns are of *types*, at *place* of the source's log."""
    images = {"before": row, "after": None} if op == "d" else {"before": None, "after": row}
    columns = tuple(Column(name, types[name], True) for name in row)
    key = {"id": row["id"]}
    return change(op, **{"key": key, **images, "columns": columns, "commit_lsn": place, "lsn": place, **members})


def ids(lake: Lake) -> list[int]:
    return [row["id"] for row in lake.rows()]


def test_a_first_change_makes_the_table_and_every_member_is_in_its_column(lake: Lake) -> None:
    types = {
        "id": "bigint", "small": "int", "yes": "boolean", "near": "float", "far": "double", "price": "decimal(12,2)",
        "Word": "varchar", "day": "date", "local": "timestamp", "instant": "timestamptz", "raw": "varbinary", "_op": "varchar",
    }  # fmt: skip
    row = {
        "id": 1, "small": -5, "yes": True, "near": 1.5, "far": "-Infinity", "price": "12.50", "Word": "äé\u0000",
        "day": "2024-02-29", "local": "2026-11-30T02:00:00.5", "instant": "2026-11-30T02:00:00.123456Z", "raw": "AAE=",
        "_op": "theirs",
    }  # fmt: skip
    lake.write(item(at(200, row, types), 10**55), item(at(201, {**row, "price": None}, types, op="d"), 10**55 + 1))
    table = lake.table()
    assert [field.name for field in table.schema().fields] == [
        *("id", "small", "yes", "near", "far", "price", "word", "day", "local", "instant", "raw", "_op_"),
        *("_op", "_deleted", "_key", "_before", "_commit_lsn", "_lsn", "_rank", "_tx", "_snapshot", "_snapshot_rows"),
        *("_committed_at", "_captured_at", "_written_at"),
    ]
    assert table.schema().find_field("instant").field_type == ice.TimestampType()
    assert table.schema().find_field("instant").doc == "timestamptz"
    assert table.location() == "s3://lake-raw/changes/sales_orders"
    assert str(table.spec().fields[0].transform) == "day"
    first, second = lake.rows()
    assert first | {"_written_at": None} == {
        "id": 1, "small": -5, "yes": True, "near": 1.5, "far": float("-inf"), "price": Decimal("12.50"), "word": "äé\u0000",
        "day": date(2024, 2, 29), "local": datetime(2026, 11, 30, 2, 0, 0, 500000),
        "instant": datetime(2026, 11, 30, 2, 0, 0, 123456), "raw": b"\x00\x01", "_op_": "theirs",
        "_op": "c", "_deleted": False, "_key": '{"id":1}', "_before": None, "_commit_lsn": 200, "_lsn": 200, "_rank": 0, "_tx": 7,
        "_snapshot": None, "_snapshot_rows": None, "_committed_at": datetime(2026, 11, 30, 2), "_written_at": None,
        "_captured_at": datetime(2026, 11, 30, 2, 0, 0, 200000),
    }  # fmt: skip
    assert (second["_op"], second["_deleted"], second["id"], second["price"]) == ("d", True, 1, None)
    assert json.loads(second["_before"])["Word"] == "äé\u0000"
    position = json.loads(table.properties[POSITION])["kinesis:stream/shard-0"]
    assert (position["offset"], position["at"]) == (str(10**55 + 1), [201, 201, 0])
    told = {"kinesis:stream/shard-0": {"offset": position["offset"], "at": position["at"]}}
    assert json.loads(table.current_snapshot().summary[POSITION]) == told


def test_truncations_and_ends_of_snapshots_are_rows_without_a_row(lake: Lake) -> None:
    lake.write(
        item(change("r", 1), 1), item(change("s", None, rows=1), 2), item(change("t", None, commit_lsn=300, lsn=300), 3)
    )
    told = [(row["_op"], row["id"], row["_key"], row["_snapshot"], row["_snapshot_rows"]) for row in lake.rows()]
    assert sorted(told) == sorted(
        [("r", 1, '{"id":1}', "first", None), ("s", None, None, "first", 1), ("t", None, None, None, None)]
    )


def test_what_comes_again_makes_no_commit(lake: Lake) -> None:
    items = [item(at(place, {"id": place, "word": "a"}), place) for place in range(200, 205)]
    lake.write(*items)
    version = lake.glue.tables["sales_orders"]["VersionId"]
    lake.write(*items)
    assert lake.glue.tables["sales_orders"]["VersionId"] == version
    assert ids(lake) == [200, 201, 202, 203, 204]


def test_a_writer_whose_memory_is_old_reads_the_table_again(lake: Lake) -> None:
    first, second = lake.writer(), lake.writer()
    items = [item(at(place, {"id": place, "word": "a"}), place) for place in range(200, 206)]
    first.write(items[:2])
    second.write(items[:2])  # both have it in memory now
    first.write(items[:4])
    second.write(items)
    first.write(items)
    assert ids(lake) == [200, 201, 202, 203, 204, 205]


def test_a_writer_that_another_overtakes_in_the_midst_of_its_commit_adds_what_is_still_new(lake: Lake) -> None:
    items = [item(at(place, {"id": place, "word": "a"}), place) for place in range(200, 204)]
    lake.write(items[0])
    lake.glue.before_update = lambda: lake.write(*items[:3])
    lake.write(*items)
    assert ids(lake) == [200, 201, 202, 203]


def test_a_commit_whose_answer_is_lost_stands_and_is_not_made_again(lake: Lake) -> None:
    lake.write(item(at(200, {"id": 200, "word": "a"}), 200))

    def lost() -> None:
        raise ReadTimeoutError(endpoint_url="https://glue")

    lake.glue.after_update = lost
    lake.write(item(at(201, {"id": 201, "word": "a"}), 201))
    assert ids(lake) == [200, 201]
    assert lake.table().scan().to_arrow().num_rows == 2  # its files are there


def test_a_table_that_is_never_free_is_told_of_and_nothing_is_written(lake: Lake) -> None:
    lake.write(item(at(200, {"id": 200, "word": "a"}), 200))
    places = iter(range(1000, 2000))

    def overtake() -> None:
        other = at(place := next(places), {"id": place, "word": "theirs"})
        lake.write(item(other, place, "kinesis:stream/shard-1"))
        lake.glue.before_update = overtake

    lake.glue.before_update = overtake
    with pytest.raises(TransientError, match="sales_orders could not be written after 12 tries"):
        lake.write(item(at(201, {"id": 201, "word": "a"}), 201))
    assert 201 not in ids(lake)


def test_columns_that_come_and_go(lake: Lake) -> None:
    lake.write(item(at(200, {"id": 1, "word": "a"}), 1))
    types = {"id": "bigint", "words": "varchar", "n": "int"}
    lake.write(
        item(
            at(201, {"id": 2, "words": "renamed", "n": 2**31 - 1}, types), 2
        ),  # rename: the old one stays, and is null
        item(at(202, {"id": 3, "words": "wider", "n": 2**40}, {**types, "n": "bigint"}), 3),
        item(at(203, {"id": 4, "words": "of an older row", "n": 4}, types), 4),
    )
    told = [(row["id"], row["word"], row["words"], row["n"]) for row in lake.rows()]
    assert told == [
        (1, "a", None, None),
        (2, None, "renamed", 2**31 - 1),
        (3, None, "wider", 2**40),
        (4, None, "of an older row", 4),
    ]
    assert lake.table().schema().find_field("n").field_type == ice.LongType()
    assert not lake.apart.reasons


@pytest.mark.parametrize(
    ("before", "after", "value", "held"),
    [
        ("int", "bigint", 2**40, True),
        ("bigint", "int", 5, True),
        ("float", "double", 1e300, True),
        ("decimal(10,2)", "decimal(12,2)", "1234567890.12", True),
        ("decimal(12,2)", "decimal(10,2)", "1.12", True),
        ("decimal(12,2)", "decimal(12,4)", "1.1234", False),
        ("bigint", "varchar", "five", False),
        ("timestamp", "timestamptz", "2026-11-30T02:00:00Z", False),
        ("varchar", "int", 5, False),
    ],
)
def test_a_type_becomes_wider_or_the_change_is_set_apart(
    lake: Lake, before: str, after: str, value: Any, held: bool
) -> None:
    lake.write(item(at(200, {"id": 1, "v": None}, {"id": "bigint", "v": before}), 1))
    lake.write(
        item(at(201, {"id": 2, "v": value}, {"id": "bigint", "v": after}), 2),
        item(at(202, {"id": 3, "v": None}, {"id": "bigint", "v": before}), 3),
    )
    assert ids(lake) == ([1, 2, 3] if held else [1, 3])
    if not held:
        assert "no wider type of it" in lake.apart.reasons[2]


def test_a_value_that_is_none_of_its_type_keeps_none_of_the_others(lake: Lake) -> None:
    types = {"id": "bigint", "v": "decimal(5,2)"}
    values = ["1.00", "NaN", "99999.00", "2.00"]
    lake.write(*[item(at(200 + n, {"id": n, "v": value}, types), n) for n, value in enumerate(values)])
    assert ids(lake) == [0, 3]
    assert "v: 'NaN' is no decimal(5,2)" in lake.apart.reasons[1]
    assert set(lake.apart.reasons) == {1, 2}


def test_poison_that_nobody_foresaw_is_found_by_halves(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = rows.arrow

    def fails(some: Any, schema: Any, now: Any) -> Any:
        if any(row["word"] == "poison" for row in some):
            raise KeyError("poison")
        return whole(some, schema, now)

    monkeypatch.setattr(rows, "arrow", fails)
    lake.write(*[item(at(200 + n, {"id": n, "word": "poison" if n in (3, 9) else "a"}), n) for n in range(16)])
    assert ids(lake) == [n for n in range(16) if n not in (3, 9)]
    assert set(lake.apart.reasons) == {3, 9}
    assert "KeyError" in lake.apart.reasons[3]


def test_two_tables_of_one_name_in_the_changelog_are_not_mixed(lake: Lake) -> None:
    lake.write(item(at(200, {"id": 1, "word": "a"}, schema="a_b", table="c"), 1))
    lake.write(item(at(201, {"id": 2, "word": "a"}, schema="a", table="b_c"), 2))
    assert [row["id"] for row in lake.rows("a_b_c")] == [1]
    assert "is that of shop a_b.c, not of shop a.b_c" in lake.apart.reasons[2]


def test_columns_that_would_have_one_name_are_set_apart(lake: Lake) -> None:
    lake.write(item(at(200, {"id": 1, "Word": "a", "word": "b"}, {**PLAIN, "Word": "varchar"}), 1))
    assert "would both be word" in lake.apart.reasons[1]
    assert "sales_orders" not in lake.glue.tables


def test_a_table_that_was_dropped_is_not_taken_for_the_one_in_memory(lake: Lake) -> None:
    one = lake.writer()
    one.write([item(at(5000, {"id": 1, "word": "a"}), 1)])
    del lake.glue.tables["sales_orders"]
    # Another database, as the page says: below the places of the one before, and not a replay.
    one.write(
        [item(change("r", 2, snapshot="anew", commit_lsn=10, lsn=10), 2), item(at(11, {"id": 3, "word": "a"}), 3)]
    )
    assert ids(lake) == [2, 3]
    assert not lake.apart.reasons


def test_metadata_does_not_grow_without_end(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "_SNAPSHOT_AGE", timedelta(0))
    monkeypatch.setattr(writer, "_AT_ONCE", 4)
    monkeypatch.setattr(writer, "_KEPT", 3)
    one = lake.writer()
    for place in range(200, 220):
        one.write([item(at(place, {"id": place, "word": "a"}), place)])
    assert 3 <= len(lake.table().metadata.snapshots) <= 8
    assert ids(lake) == list(range(200, 220))
