"""Mappings of a stream in memory: order, batches, windows, splits of shards, and going on from a position."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from local_lambda.mappings.delivery import Delivery
from local_lambda.mappings.mapping import Mapping
from local_lambda.mappings.model import (
    AFTER,
    END,
    TRIM_HORIZON,
    Done,
    ExpiredCursor,
    Failed,
    Outcome,
    Page,
    Policy,
    Position,
    Record,
    Shard,
    SourceError,
)
from local_lambda.mappings.reader import PAYLOAD_BYTES, Reader

SECONDS = 30.0
BEGINNING = Position(TRIM_HORIZON)


class Memory:
    """A stream: shards of numbers, each with its parents. A closed shard ends."""

    def __init__(
        self, shards: dict[str, tuple[tuple[str, ...], list[int]]], closed: Sequence[str] = (), size: int = 1
    ) -> None:
        self._all, self._closed, self._size = shards, set(closed), size
        self.faults: list[SourceError] = []
        self.waited: list[float] = []
        self.reads: list[int] = []

    def shards(self) -> list[Shard]:
        return [Shard(name, parents) for name, (parents, _) in self._all.items()]

    def open(self, shard: str, position: Position) -> Any:
        numbers = self._all[shard][1]
        return shard, (numbers.index(int(position.value)) + 1 if position.kind == AFTER else 0)

    def read(self, cursor: Any, limit: int) -> Page:
        if self.faults:
            raise self.faults.pop()
        self.reads.append(limit)
        shard, index = cursor
        found = self._all[shard][1][index : index + limit]
        ended = shard in self._closed and index + len(found) == len(self._all[shard][1])
        return Page(
            [Record(str(n), 0.0, {"n": n}, self._size) for n in found], None if ended else (shard, index + len(found))
        )

    def event(self, shard: str, records: Sequence[Record]) -> dict[str, Any]:
        return {"Records": [record.item for record in records]}

    def wait(self, shard: str, seconds: float) -> None:
        self.waited.append(seconds)
        threading.Event().wait(0.001)


class Sink:
    """A function that keeps what it was given, by shard, and says when it has enough."""

    def __init__(self, enough: int) -> None:
        self.batches: list[tuple[str, list[int]]] = []
        self._enough, self.full, self._lock = enough, threading.Event(), threading.Lock()

    def invoke(self, shard: str, records: Sequence[Record]) -> Outcome:
        with self._lock:
            self.batches.append((shard, [record.item["n"] for record in records]))
            if sum(len(batch) for _, batch in self.batches) >= self._enough:
                self.full.set()
        return Done()

    def of(self, shard: str) -> list[int]:
        return [number for name, batch in self.batches if name == shard for number in batch]


@contextmanager
def running(mapping: Mapping) -> Iterator[None]:
    thread = threading.Thread(target=mapping.run)
    thread.start()
    try:
        yield
    finally:
        mapping.stop()
        thread.join(SECONDS)
        assert not thread.is_alive()


def deliver(source: Memory, positions: dict[str, Position], enough: int, policy: Policy | None = None) -> Sink:
    """All that a mapping delivers until it has *enough*."""
    sink = Sink(enough)
    with running(Mapping(source, policy or Policy(batch_size=3), BEGINNING, positions, sink.invoke, lambda _: None)):
        assert sink.full.wait(SECONDS)
    return sink


def test_records_of_each_shard_come_in_order_and_in_batches() -> None:
    positions: dict[str, Position] = {}
    sink = deliver(Memory({"a": ((), [*range(10)]), "b": ((), [*range(100, 105)])}), positions, 15)
    assert sink.of("a") == [*range(10)] and sink.of("b") == [*range(100, 105)]
    assert max(len(batch) for _, batch in sink.batches) == 3
    assert positions == {"a": Position(AFTER, "9"), "b": Position(AFTER, "104")}


def test_another_mapping_goes_on_from_the_positions() -> None:
    positions = {"a": Position(AFTER, "4")}
    assert deliver(Memory({"a": ((), [*range(10)])}), positions, 5).of("a") == [5, 6, 7, 8, 9]


def test_children_wait_for_all_their_parents() -> None:
    source = Memory(
        {"child": (("left", "right"), [7, 8]), "left": ((), [1, 2, 3, 4]), "right": (("gone",), [5, 6])},
        closed=["left", "right"],
    )
    positions: dict[str, Position] = {}
    sink = deliver(source, positions, 8)
    order = [shard for shard, _ in sink.batches]
    assert order.index("child") > max(index for index, shard in enumerate(order) if shard != "child")
    assert positions["left"] == positions["right"] == Position(END)


def test_a_cursor_that_expires_and_a_stream_that_fails_cost_no_record() -> None:
    source = Memory({"a": ((), [*range(6)])})
    source.faults = [ExpiredCursor("old"), SourceError("away"), ExpiredCursor("old")]
    assert deliver(source, {}, 6).of("a") == [*range(6)]


def test_a_batch_that_fails_is_delivered_again_by_the_next_mapping() -> None:
    source, positions, called = Memory({"a": ((), [1, 2, 3, 4])}), {"a": BEGINNING}, threading.Event()

    def fail(shard: str, records: Sequence[Record]) -> Outcome:
        if records[0].sequence == "1":
            return Done()
        called.set()
        return Failed(function_error="Unhandled")

    with running(Mapping(source, Policy(batch_size=2), BEGINNING, positions, fail, lambda _: None)):
        assert called.wait(SECONDS)
    assert positions == {"a": Position(AFTER, "2")}
    assert deliver(source, positions, 2).of("a") == [3, 4]


# One reader, whose clock the test sets


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def first_batch(source: Memory, policy: Policy, clock: Clock) -> list[int]:
    taken: list[list[int]] = []

    def invoke(records: Sequence[Record]) -> Outcome:
        taken.append([int(record.sequence) for record in records])
        return Done()

    delivery = Delivery("a", policy, invoke, lambda _: None, lambda _: None, lambda _: True)
    Reader(source, "a", BEGINNING, policy, delivery, lambda: not taken, clock).run()
    return taken[0]


def test_a_window_waits_for_more_and_ends() -> None:
    numbers, clock = [1], Clock()

    class Growing(Memory):
        def wait(self, shard: str, seconds: float) -> None:
            self.waited.append(seconds)
            clock.now += 4
            numbers.append(len(numbers) + 1)

    source = Growing({"a": ((), numbers)})
    assert first_batch(source, Policy(batch_size=100, window_seconds=10), clock) == [1, 2, 3, 4]
    assert source.waited == [5.0, 5.0, 2.0]


def test_a_full_batch_does_not_wait_for_its_window() -> None:
    source = Memory({"a": ((), [*range(5)])})
    assert first_batch(source, Policy(batch_size=3, window_seconds=300), Clock()) == [0, 1, 2]
    assert source.waited == []


def test_a_batch_of_six_megabytes_goes_before_it_is_full() -> None:
    source = Memory({"a": ((), [*range(9)])}, size=PAYLOAD_BYTES // 4)
    assert first_batch(source, Policy(batch_size=100, window_seconds=300), Clock()) == [0, 1, 2]
    assert first_batch(Memory({"a": ((), [1, 2])}, size=PAYLOAD_BYTES), Policy(), Clock()) == [1]
