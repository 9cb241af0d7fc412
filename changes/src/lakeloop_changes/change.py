"""A captured change: the row before and after it, its place in the source's order, its time."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, NamedTuple, cast

from lakeloop_changes.errors import MalformedRecord
from lakeloop_changes.types import is_word

VERSION = 1
Op = Literal["r", "c", "u", "d", "t", "s"]
_OPS = ("r", "c", "u", "d", "t", "s")
_MEMBERS = (
    *("v", "source", "schema", "table", "op", "key", "before", "after", "columns", "commit_lsn", "lsn", "rank"),
    *("snapshot", "rows", "tx", "committed_at", "captured_at"),
)
_LARGEST = 2**63 - 1
# Only an `s` has it.
_OPTIONAL = {"rows"}
_Row = Mapping[str, Any]


class Column(NamedTuple):
    """A column of the row at that moment. *type* is a word of ``lakeloop_changes.types``."""

    name: str
    type: str
    nullable: bool


class Position(NamedTuple):
    """A change's place in the total order of its source."""

    commit_lsn: int
    lsn: int
    rank: int


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one row; or a truncated table (``t``), or the end of a table's snapshot (``s``).

    ``op`` is r (row of a snapshot), c, u, d, t or s. Images and keys hold wire values (``lakeloop_changes.types``). ``before`` and
    a key may be None where the source does not tell them. ``snapshot`` is the attempt's id, of r and s alone; ``rows`` counts the
    attempt's r of this table, of s alone. Times are in UTC.
    """

    source: str
    schema: str
    table: str
    op: Op
    key: _Row | None
    before: _Row | None
    after: _Row | None
    columns: Sequence[Column]
    commit_lsn: int
    lsn: int
    rank: int
    snapshot: str | None
    rows: int | None
    tx: int | None
    committed_at: datetime
    captured_at: datetime

    @property
    def position(self) -> Position:
        """Its place in the total order of its source."""
        return Position(self.commit_lsn, self.lsn, self.rank)

    def encode(self) -> bytes:
        """The record: JSON in UTF-8.

        Raises:
            MalformedRecord: a member is not as ``decode`` would take it.
        """
        members = {
            "v": VERSION,
            **{name: getattr(self, name) for name in _MEMBERS[1:-2]},
            "columns": [list(column) for column in self.columns],
            "committed_at": written(self.committed_at),
            "captured_at": written(self.captured_at),
        }
        try:
            data = json.dumps(members, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
        except (TypeError, ValueError) as error:
            raise MalformedRecord(f"The change holds a value that JSON has not: {error}") from error
        change_of(members)
        return data


def written(moment: datetime) -> str:
    """ISO 8601 of *moment*, in UTC with microseconds and Z."""
    if moment.tzinfo is None:
        raise MalformedRecord(f"{moment.isoformat()} has no time zone")
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def change_of(record: Mapping[str, Any]) -> Change:
    """The change in *record*, a decoded JSON object of version 1.

    Raises:
        MalformedRecord: a member is missing, unknown, or not as it should be.
    """
    _refuse_other_members(record)
    op, snapshot, rows = record["op"], record["snapshot"], record.get("rows")
    if op not in _OPS:
        raise MalformedRecord(f"op is {op!r:.20}; known are {', '.join(_OPS)}")
    columns = _columns(record["columns"])
    key, before, after = (_row(record, name) for name in ("key", "before", "after"))
    if (snapshot is not None) != (op in ("r", "s")):
        raise MalformedRecord("snapshot is the id of an attempt where op is r or s, and null elsewhere")
    if (rows is not None) != (op == "s"):
        raise MalformedRecord("rows is a count where op is s, and null or left out elsewhere")
    _check_images(op, key, before, after, columns)
    return Change(
        source=_name(record, "source"),
        schema=_name(record, "schema"),
        table=_name(record, "table"),
        op=cast(Op, op),
        key=key,
        before=before,
        after=after,
        columns=columns,
        commit_lsn=_whole(record, "commit_lsn"),
        lsn=_whole(record, "lsn"),
        rank=_whole(record, "rank"),
        snapshot=None if snapshot is None else _name(record, "snapshot"),
        rows=None if rows is None else _whole(record, "rows"),
        tx=None if record["tx"] is None else _whole(record, "tx"),
        committed_at=_moment(record, "committed_at"),
        captured_at=_moment(record, "captured_at"),
    )


def _refuse_other_members(record: Mapping[str, Any]) -> None:
    missing = [name for name in _MEMBERS if name not in record and name not in _OPTIONAL]
    unknown = [name for name in record if name not in _MEMBERS]
    if missing:
        raise MalformedRecord(f"The record lacks {', '.join(missing)}")
    if unknown:
        raise MalformedRecord(f"The record has unknown members: {', '.join(unknown):.200}")


def _check_images(
    op: str, key: _Row | None, before: _Row | None, after: _Row | None, columns: Sequence[Column]
) -> None:
    names = {column.name for column in columns}
    if op in ("t", "s"):
        if key is not None or before is not None or after is not None:
            raise MalformedRecord(f"op {op} has no key and no images")
        return
    if op == "d":
        if after is not None or (before is None and key is None):
            raise MalformedRecord("op d has no image after it, and a key or an image before it")
    elif after is None:
        raise MalformedRecord(f"op {op} has an image after it")
    elif set(after) != names:
        raise MalformedRecord(f"after and columns differ: {', '.join(sorted(set(after) ^ names)):.200}")
    for member, row in (("key", key), ("before", before)):
        if row is not None and not set(row) <= names:
            raise MalformedRecord(f"{member} has what columns lacks: {', '.join(sorted(set(row) - names)):.200}")


def _columns(value: Any) -> tuple[Column, ...]:
    if not isinstance(value, list):
        raise MalformedRecord("columns is no list")
    columns = []
    for item in value:
        match item:
            case [str(name), str(word), bool(nullable)] if name and is_word(word):
                columns.append(Column(name, word, nullable))
            case _:
                raise MalformedRecord(f"{item!r:.100} in columns is no name, known type and boolean")
    if len({column.name for column in columns}) != len(columns):
        raise MalformedRecord("columns has a name twice")
    return tuple(columns)


def _row(record: Mapping[str, Any], member: str) -> _Row | None:
    row = record[member]
    if row is not None and not (isinstance(row, dict) and all(isinstance(name, str) for name in row)):
        raise MalformedRecord(f"{member} is neither an object nor null")
    return row


def _name(record: Mapping[str, Any], member: str) -> str:
    value = record[member]
    if not isinstance(value, str) or not value:
        raise MalformedRecord(f"{member} is {value!r:.80}, no name")
    return value


def _whole(record: Mapping[str, Any], member: str) -> int:
    value = record[member]
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _LARGEST:
        raise MalformedRecord(f"{member} is {value!r:.80}, no whole number of 63 bits")
    return value


def _moment(record: Mapping[str, Any], member: str) -> datetime:
    value = record[member]
    try:
        if isinstance(value, str) and value.endswith("Z"):
            return datetime.fromisoformat(value).astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise MalformedRecord(f"{member} is {value!r:.80}, no moment in UTC with Z")
