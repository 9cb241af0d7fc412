"""Topics of a self-managed Kafka as mappings read them: partitions are shards, offsets are sequence numbers.

https://docs.aws.amazon.com/lambda/latest/dg/with-kafka.html
"""

from __future__ import annotations

import base64
import threading
from collections.abc import Callable, Sequence
from typing import Any

from kafka import KafkaConsumer, OffsetAndMetadata, TopicPartition
from kafka.errors import KafkaError

from local_lambda.mappings.model import AFTER, AT_TIMESTAMP, Page, Position, Record, Shard, SourceError

_POLL_MILLISECONDS = 250
"""How long a read waits for records, and a mapping that is stopped for its readers."""
_BOOTSTRAP_MILLISECONDS = 2000
_ITEM_BYTES = 400
"""An item without its key and value, at most."""


class KafkaSource:
    """Reads *topics* of the brokers at *servers*, each partition with a consumer of its own, and commits to *group*."""

    def __init__(self, servers: Sequence[str], topics: Sequence[str], group: str) -> None:
        self._servers, self._topics, self._group = list(servers), list(topics), group
        self._consumers: dict[str, KafkaConsumer] = {}
        self._lister: KafkaConsumer | None = None
        self._read: set[TopicPartition] = set()
        """Partitions that the group has an offset of."""
        self._closed = threading.Event()

    def shards(self) -> Sequence[Shard]:
        """All partitions of all topics."""
        return _told(
            lambda: [Shard(f"{topic}-{number}") for topic in self._topics for number in self._partitions(topic)]
        )

    def _partitions(self, topic: str) -> list[int]:
        if self._lister is None:
            self._lister = self._consumer()
        found = self._lister.partitions_for_topic(topic)
        if not found:
            raise SourceError(f"there is no topic {topic} at {', '.join(self._servers)}")
        return sorted(found)

    def open(self, shard: str, position: Position) -> Any:
        """A consumer of one partition, at the group's offset; at *position* if the group has none there.

        A group that has lost its offset, although the mapping was further, is that of another topic of the same name.
        """
        return _told(lambda: self._open(shard, position))

    def _open(self, shard: str, position: Position) -> KafkaConsumer:
        consumer = self._consumers.get(shard)
        place = self.place(shard)
        if consumer is None:
            consumer = self._consumers[shard] = self._consumer()
            consumer.assign([place])
        committed = consumer.committed(place)
        if committed is not None:
            consumer.seek(place, committed)
            self._read.add(place)
        elif position.kind == AT_TIMESTAMP:
            _seek_moment(consumer, place, round(float(position.value) * 1000))
        else:
            consumer.seek_to_beginning(place)
        consumer.position(place)  # it is looked up here and now
        return consumer

    def read(self, cursor: Any, limit: int) -> Page:
        found = _told(lambda: self._poll(cursor, limit))
        return Page([_record(one) for one in found], cursor)

    def _poll(self, consumer: KafkaConsumer, limit: int) -> list[Any]:
        """Up to *limit* records.

        A consumer is brought to a topic that was made anew as if it were the old one, and waits for an offset there that is long to
        come, and then passes over all before it. Kafka lets go of a group's offsets with the topic: that tells.
        """
        (place,) = consumer.assignment()
        found: dict[TopicPartition, list[Any]] = consumer.poll(timeout_ms=_POLL_MILLISECONDS, max_records=limit)
        if place in self._read and consumer.committed(place) is None:
            self._read.discard(place)
            consumer.seek_to_beginning(place)
            return []
        return found.get(place, [])

    def event(self, shard: str, records: Sequence[Record]) -> dict[str, Any]:
        return {
            "eventSource": "SelfManagedKafka",
            "bootstrapServers": ",".join(self._servers),
            "records": {shard: [record.item for record in records]},
        }

    def wait(self, shard: str, seconds: float) -> None:
        self._closed.wait(min(seconds, 0.05))  # a read waits by itself

    def commit(self, shard: str, offset: int) -> None:
        """Tell the group that the partition is done up to *offset*. In the thread that reads it."""
        place = self.place(shard)
        _told(lambda: self._consumers[shard].commit({place: OffsetAndMetadata(offset + 1, "", -1)}))
        self._read.add(place)

    def place(self, shard: str) -> TopicPartition:
        topic, _, number = shard.rpartition("-")
        return TopicPartition(topic, int(number))

    def wake(self) -> None:
        """Readers wait for a moment only."""

    def close(self) -> None:
        self._closed.set()
        for consumer in (self._lister, *self._consumers.values()):
            if consumer is not None:
                consumer.close()

    def _consumer(self) -> KafkaConsumer:
        return KafkaConsumer(
            bootstrap_servers=self._servers,
            group_id=self._group,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            bootstrap_timeout_ms=_BOOTSTRAP_MILLISECONDS,
        )


class Committed(dict[str, Position]):
    """Positions of a mapping that the consumer group is told of, too: what watches the group sees how far it is."""

    def __init__(self, kept: dict[str, Position], source: KafkaSource) -> None:
        super().__init__(kept)
        self._kept, self._source = kept, source

    def __setitem__(self, shard: str, position: Position) -> None:
        super().__setitem__(shard, position)
        self._kept[shard] = position
        if position.kind == AFTER:
            self._source.commit(shard, int(position.value))


def _seek_moment(consumer: KafkaConsumer, place: TopicPartition, moment: int) -> None:
    """Go to the first record of *moment* (milliseconds) or later; to the end if there is none.

    Tansu answers the record before where Kafka answers the first one after, and no time at all where Kafka answers none.
    """
    end = consumer.end_offsets([place])[place]  # asked for before the moment is: what comes between the two is read
    found = consumer.offsets_for_times({place: moment})[place]
    if found is None or found.timestamp < 0:
        consumer.seek(place, end)
    else:
        consumer.seek(place, found.offset + (found.timestamp < moment))


def _told[Answer](call: Callable[[], Answer]) -> Answer:
    try:
        return call()
    except KafkaError as error:
        raise SourceError(f"{type(error).__name__}: {error}") from error


def _record(one: Any) -> Record:
    item = {
        "topic": one.topic,
        "partition": one.partition,
        "offset": one.offset,
        "timestamp": one.timestamp,
        "timestampType": ("CREATE_TIME", "LOG_APPEND_TIME")[one.timestamp_type or 0],
        "headers": [{name: list(value or b"")} for name, value in one.headers or ()],
    }
    for member in ("key", "value"):
        if (content := getattr(one, member)) is not None:
            item[member] = base64.b64encode(content).decode()
    size = len(item.get("key", "")) + len(item.get("value", "")) + 5 * len(str(item["headers"])) + _ITEM_BYTES
    return Record(str(one.offset), one.timestamp / 1000, item, size)
