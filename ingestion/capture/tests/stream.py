"""A stream as its readers see it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from lakeloop_changes import Change, decode

_MOST_LOOKS = 20_000


@dataclass
class Stream:
    """Reads each record once, shard by shard, in the order of the shard."""

    client: Any
    name: str
    environment: dict[str, str]
    shards: dict[str, list[Change]] = field(default_factory=dict)
    iterators: dict[str, str] = field(default_factory=dict)

    @property
    def changes(self) -> list[Change]:
        """All that was read."""
        return [change for shard in self.shards.values() for change in shard]

    def read(self) -> list[Change]:
        """Read what is new; all that was read so far."""
        for shard in self.client.list_shards(StreamName=self.name)["Shards"]:
            number = shard["ShardId"]
            if number not in self.iterators:
                self.shards[number] = []
                self.iterators[number] = self.client.get_shard_iterator(
                    StreamName=self.name, ShardId=number, ShardIteratorType="TRIM_HORIZON"
                )["ShardIterator"]
            while True:
                answer = self.client.get_records(ShardIterator=self.iterators[number])
                self.iterators[number] = answer["NextShardIterator"]
                self.shards[number] += [decode(record["Data"]) for record in answer["Records"]]
                if not answer["Records"]:
                    break
        return self.changes

    def until(self, there: Callable[[list[Change]], bool], alive: Callable[[], bool] = lambda: True) -> list[Change]:
        """Read until *there* is true of all that was read."""
        for _ in range(_MOST_LOOKS):
            found = self.read()
            if there(found):
                return found
            assert alive(), "the capture ended"
        raise AssertionError(f"not there after {len(self.changes)} records")
