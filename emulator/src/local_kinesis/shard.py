"""One shard: an append-only log of records, read from a sequence number on."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from local_kinesis import sequence

READ_BYTES = 10 * 1024 * 1024
READ_RECORDS = 10_000
"""Most that one GetRecords answers: https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html"""


@dataclass(frozen=True, slots=True)
class Record:
    """A record as it was stored. ``arrived`` is in seconds of the epoch, to the millisecond."""

    sequence: int
    key: str
    data: bytes
    arrived: float


class Shard:
    """Records of the hash keys ``low`` to ``high``, both included. Its owner (``Shards``) keeps threads apart."""

    def __init__(self, number: int, low: int, high: int, made: int, parents: Sequence[str] = ()) -> None:
        self.number, self.low, self.high, self.made = number, low, high, made
        self.parents = tuple(parents)
        self.children: list[Shard] = []
        self.closed: float | None = None
        """When it was split or merged; None while it takes records."""
        self._count = 0
        self._records: list[Record] = []
        self._sequences: list[int] = []

    @property
    def id(self) -> str:
        return f"shardId-{self.number:012d}"

    @property
    def first(self) -> int:
        """The sequence number that it begins with, below every record's."""
        return sequence.compose(self.made, self.number, 0, self.made)

    @property
    def end(self) -> int:
        """The sequence number that ends it, above every record's."""
        return sequence.compose(self.made, self.number, sequence.LAST, int(self.closed or self.made))

    def put(self, key: str, data: bytes, now: float) -> Record:
        """Store a record behind all others."""
        self._count += 1
        number = sequence.compose(self.made, self.number, self._count, int(now))
        record = Record(number, key, data, int(now * 1000) / 1000)
        self._records.append(record)
        self._sequences.append(number)
        return record

    def after(self, number: int, limit: int = READ_RECORDS) -> list[Record]:
        """Records behind *number*, as many as one call answers: at least one if there is one."""
        start = bisect_right(self._sequences, number)
        found: list[Record] = []
        size = 0
        for record in self._records[start : start + min(limit, READ_RECORDS)]:
            size += len(record.data) + len(record.key)
            if found and size > READ_BYTES:
                break
            found.append(record)
        return found

    @property
    def latest(self) -> Record | None:
        return self._records[-1] if self._records else None

    def before_time(self, moment: float) -> int:
        """The sequence number behind which all records arrived at *moment* or later."""
        index = bisect_left(self._records, moment, key=lambda record: record.arrived)
        return self._sequences[index - 1] if index else self.first

    def trim(self, moment: float) -> None:
        """Forget records that arrived before *moment*."""
        if self._records and self._records[0].arrived < moment:
            index = bisect_left(self._records, moment, key=lambda record: record.arrived)
            del self._records[:index], self._sequences[:index]
