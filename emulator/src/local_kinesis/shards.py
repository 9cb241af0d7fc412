"""The shards of a stream: which of them takes a record, how they are split and merged, and how long they keep records."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

from local_kinesis.errors import KinesisError, invalid, missing
from local_kinesis.shard import READ_RECORDS, Record, Shard

KEYS = 2**128
"""Hash keys are below it: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_HashKeyRange.html"""


def hash_key(partition_key: str) -> int:
    """The hash key of a partition key, its MD5 as a number."""
    return int.from_bytes(hashlib.md5(partition_key.encode(), usedforsecurity=False).digest())


class Shards:
    """All shards of a stream, open and closed. Safe for threads.

    *now* tells the second of the epoch.
    """

    def __init__(self, count: int, now: Callable[[], float] = time.time) -> None:
        self._now = now
        self._lock = threading.RLock()
        self._all: list[Shard] = []
        self._open: list[Shard] = []
        step = KEYS // count
        for index in range(count):
            self._add(index * step, (index + 1) * step - 1 if index < count - 1 else KEYS - 1)

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name not in ("_lock", "_now")}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state, _lock=threading.RLock(), _now=time.time)

    def all(self, hours: float) -> list[Shard]:
        """Shards in the order of their numbers, without those that were closed longer ago than records are kept."""
        with self._lock:
            oldest = self._now() - hours * 3600
            return [shard for shard in self._all if shard.closed is None or shard.closed >= oldest]

    @property
    def open(self) -> list[Shard]:
        """Shards that take records, in the order of their hash keys."""
        with self._lock:
            return list(self._open)

    def get(self, shard_id: str, hours: float) -> Shard:
        """The shard of that id. Raises ``KinesisError`` if there is none."""
        for shard in self.all(hours):
            if shard.id == shard_id:
                return shard
        raise missing(f"Shard {shard_id} does not exist")

    def of(self, key: int) -> Shard:
        """The open shard that takes records with the hash key *key*."""
        with self._lock:
            return next(shard for shard in self._open if shard.low <= key <= shard.high)

    def put(self, shard: Shard, key: str, data: bytes) -> Record:
        with self._lock:
            return shard.put(key, data, self._now())

    def read(
        self, shard: Shard, number: int, hours: float, limit: int = READ_RECORDS
    ) -> tuple[list[Record], int, bool]:
        """Records behind *number* that are not older than *hours*; milliseconds that they lie behind the newest; whether a
        closed shard has no more."""
        with self._lock:
            shard.trim(self._now() - hours * 3600)
            found, latest = shard.after(number, limit), shard.latest
            last = found[-1].sequence if found else number
            caught_up = latest is None or latest.sequence <= last
            behind = 0 if caught_up or latest is None or not found else int((latest.arrived - found[-1].arrived) * 1000)
            return found, behind, caught_up and shard.closed is not None

    def split(self, shard: Shard, key: int) -> None:
        """Close *shard* and open two in its place, the second from hash key *key* on."""
        with self._lock:
            self._must_be_open(shard)
            # https://docs.aws.amazon.com/streams/latest/dev/kinesis-using-sdk-java-resharding-split.html
            if not shard.low < key <= shard.high:
                raise invalid(
                    f"NewStartingHashKey {key} used in SplitShard() on shard {shard.id} is not both greater than the shard's "
                    f"StartingHashKey {shard.low} and at most its EndingHashKey {shard.high}."
                )
            self._close(shard)
            self._add(shard.low, key - 1, [shard])
            self._add(key, shard.high, [shard])

    def merge(self, shard: Shard, adjacent: Shard) -> None:
        """Close two shards whose hash keys adjoin, and open one in their place."""
        with self._lock:
            self._must_be_open(shard)
            self._must_be_open(adjacent)
            if shard.high + 1 != adjacent.low and adjacent.high + 1 != shard.low:
                raise invalid(
                    f"Shards {shard.id} and {adjacent.id} are not an adjacent pair of shards eligible for merging."
                )
            self._close(shard)
            self._close(adjacent)
            self._add(min(shard.low, adjacent.low), max(shard.high, adjacent.high), [shard, adjacent])

    def scale(self, count: int) -> None:
        """Split and merge until *count* shards are open: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_UpdateShardCount.html"""
        with self._lock:
            now = len(self._open)
            if not (now + 1) // 2 <= count <= now * 2:
                raise KinesisError(
                    "LimitExceededException",
                    f"UpdateShardCount cannot scale from {now} to {count} shards: at most double, at least half of them.",
                )
            while len(self._open) < count:
                widest = max(self._open, key=lambda shard: shard.high - shard.low)
                self.split(widest, (widest.low + widest.high) // 2 + 1)
            while len(self._open) > count:
                pairs = zip(self._open, self._open[1:], strict=False)
                self.merge(*min(pairs, key=lambda pair: pair[1].high - pair[0].low))

    def _must_be_open(self, shard: Shard) -> None:
        if shard.closed is not None:
            raise invalid(
                f"Shard {shard.id} has already been merged or split, and thus is not eligible for merging or splitting."
            )

    def _close(self, shard: Shard) -> None:
        shard.closed = self._now()
        self._open.remove(shard)

    def _add(self, low: int, high: int, parents: Sequence[Shard] = ()) -> None:
        # Later than its parents, so that its numbers are above theirs.
        made = max([int(self._now()), *(parent.made + 1 for parent in parents)])
        shard = Shard(len(self._all), low, high, made, [parent.id for parent in parents])
        for parent in parents:
            parent.children.append(shard)
        self._all.append(shard)
        self._open.append(shard)
        self._open.sort(key=lambda one: one.low)
