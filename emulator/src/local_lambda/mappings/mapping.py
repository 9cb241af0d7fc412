"""A mapping: a thread for each shard, children after their parents, and the place where each of them is."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, MutableMapping
from functools import partial

from local_lambda.mappings.delivery import Delivery, Records
from local_lambda.mappings.model import AFTER, END, Discarded, Outcome, Policy, Position, Record, Source, SourceError
from local_lambda.mappings.reader import Reader

LOG = logging.getLogger(__name__)
_LOOK_SECONDS = 60.0
"""How often shards are listed besides: new ones of a stream come when one is read to its end."""


class Mapping:
    """Delivers a stream until it is stopped.

    *positions* are the places of its shards, which it keeps up to date: a mapping that is made with them goes on from there.
    Shards without one begin at *start*.
    """

    def __init__(
        self,
        source: Source,
        policy: Policy,
        start: Position,
        positions: MutableMapping[str, Position],
        invoke: Callable[[str, Records], Outcome],
        discard: Callable[[Discarded], None],
    ) -> None:
        self._source, self._policy, self._start, self._positions = source, policy, start, positions
        self._invoke, self._discard = invoke, discard
        self._stopped = threading.Event()
        self._news = threading.Event()
        self._threads: dict[str, threading.Thread] = {}

    def run(self) -> None:
        """Deliver until ``stop``; then wait for the batches that are under way."""
        while not self._stopped.is_set():
            self._news.clear()
            try:
                self._begin()
            except SourceError as error:
                LOG.warning("The stream's shards cannot be listed now: %s", error)
                self._stopped.wait(1.0)
                continue
            self._news.wait(_LOOK_SECONDS)
        for thread in self._threads.values():
            thread.join()

    def stop(self) -> None:
        """Begin nothing more. Batches that fail are not tried again: who goes on from ``positions`` does."""
        self._stopped.set()
        self._news.set()

    def _begin(self) -> None:
        shards = self._source.shards()
        listed = {shard.id for shard in shards}
        for shard in shards:
            waits = any(parent in listed and not self._has_ended(parent) for parent in shard.parents)
            if waits or self._has_ended(shard.id) or self._is_alive(shard.id):
                continue
            thread = threading.Thread(target=self._follow, args=(shard.id,), name=f"mapping-{shard.id}", daemon=True)
            self._threads[shard.id] = thread
            thread.start()

    def _has_ended(self, shard: str) -> bool:
        return self._positions.get(shard, self._start).kind == END

    def _is_alive(self, shard: str) -> bool:
        return shard in self._threads and self._threads[shard].is_alive()

    def _follow(self, shard: str) -> None:
        def taken(record: Record) -> None:
            self._positions[shard] = Position(AFTER, record.sequence)

        def wait(seconds: float) -> bool:
            return not self._stopped.wait(seconds)

        delivery = Delivery(shard, self._policy, partial(self._invoke, shard), taken, self._discard, wait)
        position = self._positions.get(shard, self._start)
        reader = Reader(self._source, shard, position, self._policy, delivery, lambda: not self._stopped.is_set())
        try:
            if reader.run():
                self._positions[shard] = Position(END)
        except Exception:
            LOG.exception("Shard %s is read again from where it was", shard)
            self._stopped.wait(1.0)
        self._news.set()
