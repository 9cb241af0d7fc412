"""Changes of Debezium's records: images as the wire format writes them, places that keep the database's order.

A place is (end of the transaction before, the change's own place in the log, its number there). PostgreSQL hands transactions over
in the order of their commits, and a transaction whole: with the end of the one before, places rise. One record of the log can
hold several changes, which then share a place (a changed key is a delete and a create; COPY writes many rows at once); they are
numbered as they come. That is the same after a restart as long as a restart begins with the first of them: ``engine`` sees to it.

Rows of a snapshot are at (S, 0, 0), where S is the place at which the slot begins: before all that the slot gives, although a
transaction that ends behind S may have written before it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, cast

from lakeloop_changes import Change, Position

from lakeloop_capture.columns import Shape
from lakeloop_capture.errors import CaptureRefused

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SNAPSHOT = "r"
_NO_ROW = "t"
_ROWS = ("r", "c", "u", "d")


class Translator:
    """Makes changes of records, one after another, of one run of the connector.

    Args:
        source: the name of the database in every change.
        attempt: the id of the snapshot that this run takes, or that the last one took.
        begin: the place at which the slot begins; None while a snapshot is still to tell it.
    """

    def __init__(self, source: str, attempt: str, begin: int | None, now: Callable[[], datetime]) -> None:
        self._source = source
        self._attempt = attempt
        self.begin = begin
        self.last_of_snapshot = False
        self._now = now
        self._last = Position(-1, -1, -1)

    def change(self, key: str | None, value: str, shape: Callable[[], Shape]) -> Change | None:
        """The change of a record; None where it is none of a table's (a message that a program wrote into the log).

        Args:
            key: JSON of the row's key, None where there is none.
            value: JSON of Debezium's envelope.
            shape: the table's columns in this record.

        Raises:
            CaptureRefused: the record lacks what every change has; the message says what to do.
        """
        envelope: dict[str, Any] = json.loads(value)
        op = envelope["op"]
        if op not in _ROWS and op != _NO_ROW:
            return None
        source = envelope["source"]
        columns = shape()
        before, after = columns.row(envelope.get("before")), columns.row(envelope.get("after"))
        if op in ("u", "d") and before is None:
            table = f"{source['schema']}.{source['table']}"
            raise CaptureRefused(
                f"A change of {table} came without the row before it: ALTER TABLE {table} REPLICA IDENTITY FULL, then "
                "`just cdc-up again=snapshot`, for what was changed until then has gone by without it."
            )
        snapshot = op == _SNAPSHOT
        self.last_of_snapshot = source["snapshot"] == "last"
        place = self._place(source, snapshot)
        return Change(
            source=self._source,
            schema=source["schema"],
            table=source["table"],
            op=cast(Literal["r", "c", "u", "d", "t"], op),
            key=None if op == _NO_ROW or key is None else columns.row(json.loads(key)),
            before=None if op == _NO_ROW else before,
            after=None if op in ("d", _NO_ROW) else after,
            columns=columns.columns,
            commit_lsn=place.commit_lsn,
            lsn=place.lsn,
            rank=place.rank,
            snapshot=self._attempt if snapshot else None,
            rows=None,
            tx=None if snapshot else source.get("txId"),
            committed_at=_EPOCH + timedelta(microseconds=source["ts_us"]),
            captured_at=self._now(),
        )

    def completed(self, schema: str, table: str, shape: Shape, rows: int) -> Change:
        """The end of the table's snapshot, which had so many *rows*."""
        assert self.begin is not None
        now = self._now()
        return Change(
            source=self._source,
            schema=schema,
            table=table,
            op="s",
            key=None,
            before=None,
            after=None,
            columns=shape.columns,
            commit_lsn=self.begin,
            lsn=0,
            rank=0,
            snapshot=self._attempt,
            rows=rows,
            tx=None,
            committed_at=now,
            captured_at=now,
        )

    def _place(self, source: Mapping[str, Any], snapshot: bool) -> Position:
        if snapshot:
            if self.begin is None:
                self.begin = int(source["lsn"])
            return Position(self.begin, 0, 0)
        assert self.begin is not None
        # https://debezium.io/documentation/reference/stable/connectors/postgresql.html: the last commit, and the change.
        commit, lsn = json.loads(source["sequence"])
        commit_lsn, own = max(int(commit or 0), self.begin), int(lsn)
        if (commit_lsn, own) == self._last[:2]:
            self._last = Position(commit_lsn, own, self._last.rank + 1)
        elif (commit_lsn, own) > self._last[:2]:
            self._last = Position(commit_lsn, own, 0)
        else:
            raise CaptureRefused(
                f"The log went back: after {self._last} came {(commit_lsn, own)}, in {source['schema']}.{source['table']}. That is "
                "not the order of one database. `just cdc-up again=snapshot` begins anew."
            )
        return self._last
