"""The way of a record: translated, packed, and into the transport with those of its batch; ends of snapshots among them."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime

from lakeloop_changes import Change

from lakeloop_capture.bodies import Packer
from lakeloop_capture.columns import Shape
from lakeloop_capture.errors import CaptureFailed
from lakeloop_capture.translate import Translator
from lakeloop_capture.transport import Record, Transport


class Sender:
    """``engine.Sink``.

    Args:
        tables: those of the snapshot, as ``schema.table``.
        catalog: the columns of a table (schema, name) that no row told.
        completed: called with the place at which the slot begins when all rows of the snapshot and their ends are in the
            transport; None where no snapshot is taken.
    """

    def __init__(
        self,
        transport: Transport,
        packer: Packer,
        translator: Translator,
        tables: Sequence[str],
        catalog: Callable[[str, str], Shape],
        completed: Callable[[int], None] | None,
    ) -> None:
        self._transport = transport
        self._packer = packer
        self._translator = translator
        self._tables = tables
        self._catalog = catalog
        self._completed = completed
        self._batch: list[Record] = []
        self._rows: Counter[str] = Counter()
        self._shapes: dict[str, Shape] = {}
        self._ended = False
        self._lock = threading.Lock()
        self._sent: Counter[str] = Counter()
        self._last: datetime | None = None
        self._latest: datetime | None = None

    def change(self, key: str | None, value: str, shape: Callable[[], Shape]) -> None:
        """Take a record of Debezium's."""
        change = self._translator.change(key, value, shape)
        if change is None:
            return
        if change.op == "r":
            name = f"{change.schema}.{change.table}"
            self._rows[name] += 1
            self._shapes[name] = shape()
        elif self._completed is not None and not self._ended:
            raise CaptureFailed("A change came before the end of the snapshot: it has to be taken again.")
        self._add(change)
        if self._translator.last_of_snapshot:
            self._end_snapshot()

    def flush(self) -> None:
        """Come back when the transport has all that was taken since the last time."""
        batch, self._batch = self._batch, []
        self._transport.append(batch)
        with self._lock:
            self._sent.update(record.table for record in batch)
            if batch:
                self._last = self._latest
        if self._ended and self._completed is not None:
            assert self._translator.begin is not None
            self._completed(self._translator.begin)
            self._completed = None

    def told(self) -> tuple[Counter[str], datetime | None]:
        """Records sent so far, by table; when the last of them was committed. From any thread."""
        with self._lock:
            return self._sent.copy(), self._last

    def _add(self, change: Change) -> None:
        self._batch.append(self._packer.record(change))
        self._latest = change.committed_at

    def _end_snapshot(self) -> None:
        for name in self._tables:
            schema, _, table = name.partition(".")
            shape = self._shapes.get(name) or self._catalog(schema, table)
            self._add(self._translator.completed(schema, table, shape, self._rows[name]))
        self._ended = True
        self._rows.clear()
        self._shapes.clear()
