"""Histories of a source's tables as a capture sends them, for tests: changes, kills of the capture, shards, batches."""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from cdc_apply.plan import Item
from cdc_apply.transports import Record
from hypothesis import strategies as st
from lakeloop_changes import Change, Column, partition_key

COLUMNS = (Column("id", "bigint", False), Column("word", "varchar", True))
START = datetime(2026, 11, 30, 2, tzinfo=UTC)


def change(op: str = "c", number: int | None = 1, word: str | None = "a", **members: Any) -> Change:
    """A change of row *number* of ``sales.orders``; None is of no row. *members* are put in the place of those."""
    row = None if number is None else {"id": number, "word": word}
    before = row if op in ("d", "u") else None
    shaped: dict[str, Any] = {
        "source": "shop",
        "schema": "sales",
        "table": "orders",
        "op": op,
        "key": None if number is None else {"id": number},
        "before": before,
        "after": None if op == "d" else row,
        "columns": COLUMNS,
        "commit_lsn": 100,
        "lsn": 100,
        "rank": 0,
        "snapshot": "first" if op in ("r", "s") else None,
        "rows": 1 if op == "s" else None,
        "tx": None if op in ("r", "s") else 7,
        "committed_at": START,
        "captured_at": START + timedelta(milliseconds=200),
    }
    return Change(**{**shaped, **members})


def item(of: Change, offset: int, shard: str = "kinesis:stream/shard-0") -> Item:
    """*of* as the record at *offset*."""
    return Item(Record(shard, offset, of.encode(), str(offset)), of)


def name(of: Change) -> str:
    """A name by which a test knows a change, whatever its rank: captures count ranks anew."""
    return json.dumps([of.op, of.key, of.after, of.before, of.commit_lsn, of.lsn, of.snapshot])


@st.composite
def logs(draw: st.DrawFn) -> list[Change]:
    """Changes in the order of the source's log: transactions, COPY's rows of one place, keys that change, truncations."""
    found: list[Change] = []
    place = 100
    for number in range(draw(st.integers(1, 12))):
        place += draw(st.integers(2, 30))
        commit, lsn = place + 1000 * number, place
        for step in range(draw(st.integers(1, 4))):
            lsn += 1
            key = draw(st.integers(0, 4))
            at: dict[str, Any] = {"commit_lsn": commit + 100, "lsn": lsn, "tx": number}
            match draw(st.sampled_from(["c", "u", "d", "copy", "key", "t", "keyless"])):
                case "copy":
                    rows = draw(st.integers(2, 5))
                    found += [change("c", 10 + row, f"{number}.{step}", rank=row, **at) for row in range(rows)]
                case "key":
                    found += [change("d", key, rank=0, **at), change("c", key + 100, f"{number}", rank=1, **at)]
                case "t":
                    found.append(change("t", None, **at))
                case "keyless":
                    found.append(replace(change("c", key, f"{number}.{step}", **at), key=None))
                case op:
                    found.append(change(op, key, f"{number}.{step}", **at))
    return found


@dataclass(frozen=True)
class Sent:
    """Records in the order in which they are in the stream; ``expected`` are the changes that a table has to have, each once."""

    records: list[Item]
    expected: list[Change]


@st.composite
def sent(draw: st.DrawFn) -> Sent:
    """Records that captures sent, one after the other, each killed but the last: a new one begins before where that one ended."""
    log = draw(logs())
    shards = draw(st.integers(1, 3))
    stream: list[Change] = []
    snapshots = draw(st.integers(0, 2))
    for attempt in range(snapshots):
        # A snapshot never resumes: an attempt that was killed is not completed, the next one has another id and a later place.
        rows = [
            change("r", key, "old", snapshot=f"attempt {attempt}", commit_lsn=50 + attempt, lsn=50 + attempt, tx=None)
            for key in range(draw(st.integers(1, 5)))
        ]
        stream += rows
        if attempt == snapshots - 1:
            last = rows[-1]
            stream.append(
                change("s", None, snapshot=last.snapshot, rows=len(rows), commit_lsn=last.lsn, lsn=last.lsn, tx=None)
            )
    expected = [*stream, *log]
    begin = 0
    for _ in range(draw(st.integers(0, 3))):
        end = draw(st.integers(begin, len(log)))
        stream += _ranked(log[begin:end])
        begin = draw(st.integers(0, end))
    stream += _ranked(log[begin:])
    records = [
        item(one, number * 7, f"kinesis:stream/shard-{_shard(one, shards)}") for number, one in enumerate(stream)
    ]
    return Sent(records, expected)


def _ranked(part: list[Change]) -> list[Change]:
    """*part* with ranks counted from where it begins, as a capture does that knows nothing of the one before."""
    found: list[Change] = []
    for one in part:
        same = found and found[-1].position[:2] == one.position[:2]
        # Two rows of one transaction without a key are told apart by their places.
        found.append(replace(one, rank=found[-1].rank + 1 if same else 0))
    return found


def _shard(of: Change, shards: int) -> int:
    return zlib.crc32(partition_key(of).encode()) % shards
