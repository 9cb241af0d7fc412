"""One shard, read batch after batch: a batch goes when it is full, when its window has passed, or when it is 6 MB.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html#invocation-eventsourcemapping-batching
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from local_lambda.mappings.delivery import Delivery
from local_lambda.mappings.model import AFTER, END, ExpiredCursor, Page, Policy, Position, Record, Source, SourceError

LOG = logging.getLogger(__name__)
PAYLOAD_BYTES = 6 * 1024 * 1024
_ENVELOPE_BYTES = 1024
_IDLE_SECONDS = 5.0
"""A reader that heard nothing looks again after it."""
_AGAIN_SECONDS = 1.0


class Reader:
    """Reads one shard from *position* on and delivers it; *running* tells whether to go on."""

    def __init__(
        self,
        source: Source,
        shard: str,
        position: Position,
        policy: Policy,
        delivery: Delivery,
        running: Callable[[], bool],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._source, self._shard, self._policy = source, shard, policy
        self._delivery, self._running, self._monotonic = delivery, running, monotonic
        self._position = position
        self._cursor = None
        self._ended = False
        self._held: list[Record] = []

    def run(self) -> bool:
        """Whether the shard is closed and all of it delivered; not if there is no time left."""
        while self._running():
            batch = self._next()
            if batch:
                if not self._delivery.deliver(batch):
                    return False
            elif self._ended:
                return True
        return False

    def _next(self) -> list[Record]:
        """The next batch; empty at the shard's end, or when it is time to stop."""
        due: float | None = None
        while self._running():
            if len(self._held) < self._policy.batch_size and not self._ended:
                self._read(self._policy.batch_size - len(self._held))
            if self._held and due is None:
                due = self._monotonic() + self._policy.window_seconds
            if self._is_full() or self._ended or (due is not None and self._monotonic() >= due):
                return self._take()
            left = _IDLE_SECONDS if due is None else due - self._monotonic()
            self._source.wait(self._shard, max(0.0, min(left, _IDLE_SECONDS)))
        return []

    def _read(self, limit: int) -> None:
        try:
            if self._cursor is None:
                self._cursor = self._source.open(self._shard, self._position)
            page: Page = self._source.read(self._cursor, limit)
        except ExpiredCursor:
            self._cursor = None
            return
        except SourceError as error:
            LOG.warning("Shard %s cannot be read now: %s", self._shard, error)
            self._source.wait(self._shard, _AGAIN_SECONDS)
            return
        self._held += page.records
        self._cursor, self._ended = page.cursor, page.cursor is None
        if page.records:
            self._position = Position(AFTER, page.records[-1].sequence)
        if self._ended:
            self._position = Position(END)

    def _is_full(self) -> bool:
        return len(self._held) >= self._policy.batch_size or _fitting(self._held) < len(self._held)

    def _take(self) -> list[Record]:
        count = min(_fitting(self._held), self._policy.batch_size)
        batch, self._held = self._held[:count], self._held[count:]
        return batch


def _fitting(records: list[Record]) -> int:
    """How many of *records* one event can hold: at least one if there is one."""
    size = _ENVELOPE_BYTES
    for index, record in enumerate(records):
        size += record.size + 2
        if size > PAYLOAD_BYTES and index:
            return index
    return len(records)
