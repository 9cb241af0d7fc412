"""Records: what is encoded comes back the same, and nothing else is taken."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from change_strategies import WORDS, changes, values
from hypothesis import given
from hypothesis import strategies as st
from lakeloop_changes import Change, Column, MalformedRecord, Pointer, canonical, decode, partition_key
from lakeloop_changes.types import python_value

RECORD: dict[str, Any] = {
    "v": 1,
    "source": "shop",
    "schema": "sales",
    "table": "orders",
    "op": "u",
    "key": {"order_id": 1},
    "before": {"order_id": 1, "total": "9.90"},
    "after": {"order_id": 1, "total": "10.50"},
    "columns": [["order_id", "bigint", False], ["total", "decimal(12,2)", True]],
    "commit_lsn": 24023208,
    "lsn": 24023000,
    "rank": 0,
    "snapshot": None,
    "tx": 745,
    "committed_at": "2026-11-30T02:00:00.123456Z",
    "captured_at": "2026-11-30T02:00:00.200000Z",
}


def record(**members: Any) -> bytes:
    """The record above with some *members* in the place of its own; an Ellipsis leaves one out."""
    return json.dumps({name: value for name, value in {**RECORD, **members}.items() if value is not ...}).encode()


@given(changes())
def test_a_change_comes_back_as_it_was(change: Change) -> None:
    assert decode(change.encode()) == change


@given(changes(), st.data())
def test_a_record_that_lacks_a_member_is_refused_by_its_name(change: Change, data: st.DataObject) -> None:
    members = json.loads(change.encode())
    lost = data.draw(st.sampled_from([name for name in members if name not in ("v", "rows")]))
    del members[lost]
    with pytest.raises(MalformedRecord, match=lost):
        decode(json.dumps(members).encode())


@given(st.binary(max_size=50) | st.text().map(str.encode) | st.integers().map(lambda number: str(number).encode()))
def test_what_is_no_record_is_refused(data: bytes) -> None:
    with pytest.raises(MalformedRecord):
        decode(data)


def test_the_record_of_the_specification_is_taken() -> None:
    change = decode(record())
    assert isinstance(change, Change)
    assert change.position == (24023208, 24023000, 0)
    assert change.columns == (Column("order_id", "bigint", False), Column("total", "decimal(12,2)", True))
    assert change.committed_at == datetime(2026, 11, 30, 2, 0, 0, 123456, UTC)
    assert json.loads(change.encode()) == {**RECORD, "rows": None}


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ({"v": 2}, "version is 2"),
        ({"v": True}, "version is True"),
        ({"v": ...}, "version is None"),
        ({"op": "x"}, "op is 'x'"),
        ({"op": ["u"]}, "op is"),
        ({"extra": 1}, "unknown members: extra"),
        ({"source": ""}, "source is ''"),
        ({"table": 5}, "table is 5"),
        ({"key": [1]}, "key is neither"),
        ({"key": {"other": 1}}, "key has what columns lacks: other"),
        ({"before": {"other": 1}}, "before has what columns lacks: other"),
        ({"after": None}, "op u has an image after it"),
        ({"after": {"order_id": 1}}, "after and columns differ: total"),
        ({"after": {"order_id": 1, "total": None, "new": 1}}, "after and columns differ: new"),
        ({"op": "d"}, "op d has no image after it"),
        ({"op": "d", "after": None, "before": None, "key": None}, "op d has no image after it"),
        ({"op": "t"}, "op t has no key"),
        ({"op": "r"}, "snapshot is the id"),
        ({"snapshot": "a"}, "snapshot is the id"),
        ({"op": "s", "snapshot": "a", "key": None, "before": None, "after": None}, "rows is a count"),
        ({"rows": 3}, "rows is a count"),
        ({"columns": {}}, "columns is no list"),
        ({"columns": [["order_id", "uuid", False]]}, "in columns is no name"),
        ({"columns": [["order_id", "decimal(39,2)", False]]}, "in columns is no name"),
        ({"columns": [["order_id", "decimal(5,6)", False]]}, "in columns is no name"),
        ({"columns": [["order_id", "bigint", 1]]}, "in columns is no name"),
        ({"columns": [["a", "bigint", True], ["a", "bigint", True]]}, "a name twice"),
        ({"lsn": -1}, "lsn is -1"),
        ({"lsn": "5"}, "lsn is '5'"),
        ({"commit_lsn": 2**63}, "no whole number of 63 bits"),
        ({"rank": True}, "rank is True"),
        ({"committed_at": "2026-11-30T02:00:00"}, "committed_at is"),
        ({"committed_at": "yesterdayZ"}, "committed_at is"),
        ({"after": {"order_id": 1, "total": "\ud800"}}, "no JSON in UTF-8"),
    ],
)
def test_a_malformed_record_is_refused_with_the_member_that_is_wrong(members: dict[str, Any], said: str) -> None:
    with pytest.raises(MalformedRecord, match=said):
        decode(record(**members))


def test_what_is_no_json_is_refused() -> None:
    for data in (b'{"v": NaN}', b"[1]", b'"text"', b"\xff\xfe", b"[" * 100_000):
        with pytest.raises(MalformedRecord):
            decode(data)


def test_a_change_that_nobody_would_take_is_not_encoded() -> None:
    change = decode(record())
    assert isinstance(change, Change)
    for wrong in (
        {"op": "x"},
        {"after": {"order_id": float("nan"), "total": None}},
        {"after": {"order_id": Decimal(1), "total": None}},
        {"committed_at": datetime(2026, 11, 30)},
    ):
        with pytest.raises(MalformedRecord):
            dataclasses.replace(change, **wrong).encode()


def test_a_pointer_comes_back_as_it_was() -> None:
    pointer = Pointer("s3://lake/oversize/1.json", hashlib.sha256(b"").hexdigest())
    assert decode(pointer.encode()) == pointer
    with pytest.raises(MalformedRecord, match="A pointer has"):
        decode(b'{"v": 1, "body": "/etc/passwd", "sha256": ""}')


def test_equal_keys_share_a_partition_and_different_ones_do_not() -> None:
    change = decode(record(key={"order_id": 1, "total": "1"}))
    assert isinstance(change, Change)
    turned = dataclasses.replace(change, key={"total": "1", "order_id": 1})
    other = dataclasses.replace(change, key={"total": "1", "order_id": 2})
    keyless = dataclasses.replace(change, key=None)
    assert partition_key(change) == partition_key(turned) == 'sales.orders {"order_id":1,"total":"1"}'
    assert len({partition_key(change), partition_key(other), partition_key(keyless)}) == 3
    long = [partition_key(dataclasses.replace(change, key={"total": f"{'x' * 300}{end}"})) for end in "ab"]
    assert all(len(text) <= 256 for text in long)
    assert long[0] != long[1]
    assert canonical({"é": None}) == '{"é":null}'


@given(WORDS.flatmap(lambda word: st.tuples(st.just(word), values(word))))
def test_every_wire_value_has_a_python_value(case: tuple[str, Any]) -> None:
    word, value = case
    assert (python_value(word, value) is None) == (value is None)


@pytest.mark.parametrize(
    ("word", "value", "read"),
    [
        ("decimal(12,2)", "-12.50", Decimal("-12.50")),
        ("decimal(3,2)", "001.500", Decimal("1.5")),
        ("decimal(38,0)", "9" * 38, Decimal("9" * 38)),
        ("timestamptz", "2026-11-30T02:00:00.5Z", datetime(2026, 11, 30, 2, 0, 0, 500000, UTC)),
        ("timestamp", "2026-11-30T02:00:00", datetime(2026, 11, 30, 2)),
        ("varbinary", "AAE=", b"\x00\x01"),
        ("double", "-Infinity", float("-inf")),
        ("double", 3, 3.0),
    ],
)
def test_values_are_read_exactly(word: str, value: Any, read: Any) -> None:
    assert python_value(word, value) == read


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("boolean", 1),
        ("int", 2**31),
        ("int", True),
        ("bigint", 2**63),
        ("bigint", "5"),
        ("float", 1e300),
        ("double", json.loads("1e999")),
        ("double", 10**400),
        ("double", "1.5"),
        ("double", []),
        ("decimal(12,2)", 1.5),
        ("decimal(12,2)", "1.555"),
        ("decimal(3,2)", "10.00"),
        ("decimal(12,2)", "NaN"),
        ("varchar", 5),
        ("date", "2026-02-30"),
        ("date", "infinity"),
        ("date", "20260203"),
        ("timestamp", "2026-11-30T02:00:00Z"),
        ("timestamptz", "2026-11-30T02:00:00"),
        ("timestamptz", "2026-11-30T02:00:00+01:00"),
        ("varbinary", "é"),
        ("varbinary", "A"),
    ],
)
def test_a_value_of_another_type_or_out_of_range_is_refused(word: str, value: Any) -> None:
    with pytest.raises(MalformedRecord, match=word.replace("(", r"\(").replace(")", r"\)")):
        python_value(word, value)
