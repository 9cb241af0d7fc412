"""A database of one table, its capture, and the truth: what the lake must say at the end.

Not the macros' rules again: the truth is the table itself, as the database had it at each instant that the capture saw.
"""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import duckdb

Row = dict[str, Any]
View = dict[int, int | None]

COLUMNS = {
    "id": "bigint",
    "value": "bigint",
    "_op": "varchar",
    "_deleted": "boolean",
    "_key": "varchar",
    "_before": "varchar",
    "_commit_lsn": "bigint",
    "_lsn": "bigint",
    "_rank": "integer",
    "_tx": "bigint",
    "_snapshot": "varchar",
    "_snapshot_rows": "bigint",
    "_committed_at": "timestamp",
    "_captured_at": "timestamp",
    "_written_at": "timestamp",
}
START = datetime(2026, 11, 30, 2, 0, tzinfo=UTC).replace(tzinfo=None)


@dataclass(repr=False)
class Shop:
    """The database and its capture.

    ``records`` are in the order of the capture; ``seen`` are the views of the table that it saw, each with its instant.
    """

    rows: View = field(default_factory=dict)
    records: list[Row] = field(default_factory=list)
    seen: list[tuple[datetime, View]] = field(default_factory=list)
    captured: bool = True
    lsn: int = 1000
    clock: datetime = START

    def __post_init__(self) -> None:
        self._attempts = itertools.count(1)

    def __repr__(self) -> str:
        told = ("_op", "id", "value", "_commit_lsn", "_lsn", "_rank", "_snapshot", "_snapshot_rows")
        return "\n".join(str([record[name] for name in told]) for record in self.records)

    def commit(self, changes: list[tuple[str, int, int | None]], seconds: int) -> None:
        """A transaction of ``("put", id, value)``, ``("delete", id, None)``, ``("move", id, new id)``, ``("truncate", 0, None)``;
        the clock goes on by *seconds*, or back. What is not captured changes the table alone."""
        self.clock += timedelta(seconds=seconds)
        made: list[Row] = []
        for what, key, value in changes:
            self.lsn += 8
            made += self._change(what, key, value)
        self.lsn += 8
        if self.captured and made:
            # Lower than those of the rows at times: Debezium's sequence begins with the commit before.
            self.records += [{**row, "_commit_lsn": self.lsn, "_committed_at": self.clock} for row in made]
            self.see()

    def _change(self, what: str, key: int, value: int | None) -> list[Row]:
        if what == "truncate":
            self.rows.clear()
            return [self._record("t", None, None)]
        if what == "put":
            op = "u" if key in self.rows else "c"
            self.rows[key] = value
            return [self._record(op, key, value)]
        if key not in self.rows:
            return []
        before = self.rows[key]
        if what == "delete":
            del self.rows[key]
            return [self._record("d", key, before)]
        if value is None or value in self.rows:
            return []
        del self.rows[key]
        self.rows[value] = before
        return [self._record("d", key, before), {**self._record("c", value, before), "_rank": 1}]

    def snapshot(self, share: int, total: int) -> None:
        """A snapshot of the table as it is, that dies after *share* of *total* parts; whole, changes are captured from now on."""
        name, rows = f"attempt-{next(self._attempts):04}", sorted(self.rows.items())
        whole = share >= total
        read = rows if whole else rows[: len(rows) * share // total]
        moment = {"_commit_lsn": self.lsn, "_committed_at": self.clock, "_snapshot": name}
        self.records += [{**self._record("r", key, value), **moment} for key, value in read]
        self.captured = whole
        if whole:
            self.records.append({**self._record("s", None, None), **moment, "_snapshot_rows": len(rows)})
            self.see()

    def see(self) -> None:
        self.seen.append((self.clock, dict(self.rows)))

    def _record(self, op: str, key: int | None, value: int | None) -> Row:
        return {
            **dict.fromkeys(COLUMNS),
            "id": key,
            "value": value,
            "_op": op,
            "_deleted": op == "d",
            "_key": None if key is None else json.dumps({"id": key}),
            "_lsn": self.lsn,
            "_rank": 0,
            "_captured_at": self.clock,
            "_written_at": self.clock,
        }

    def versions(self) -> list[tuple[int, int | None, datetime, datetime | None]]:
        """The truth of the history: ``(id, value, valid_from, valid_to)`` in order; the clock never went back."""
        instants = dict(self.seen)
        found: list[tuple[int, int | None, datetime, datetime | None]] = []
        open_: dict[int, tuple[int | None, datetime]] = {}
        for moment, view in instants.items():
            for key in list(open_):
                value, since = open_[key]
                if key not in view or view[key] != value:
                    found.append((key, value, since, moment))
                    del open_[key]
            for key, value in view.items():
                open_.setdefault(key, (value, moment))
        found += [(key, value, since, None) for key, (value, since) in open_.items()]
        return sorted(found, key=lambda version: (json.dumps({"id": version[0]}), version[2]))


def create(connection: duckdb.DuckDBPyConnection) -> None:
    """An empty table ``changelog``."""
    columns = ", ".join(f'"{name}" {kind}' for name, kind in COLUMNS.items())
    connection.execute(f"create or replace table changelog ({columns})")


def append(connection: duckdb.DuckDBPyConnection, records: list[Row]) -> None:
    """Append *records* to ``changelog``."""
    if records:
        marks = ", ".join("?" for _ in COLUMNS)
        connection.executemany(
            f"insert into changelog values ({marks})", [[record[name] for name in COLUMNS] for record in records]
        )
