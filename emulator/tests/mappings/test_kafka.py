"""Topics of a broker through a mapping, without an emulator: the function is a list."""

from __future__ import annotations

import base64
import threading
import time
import uuid
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import KafkaAdminClient, NewTopic
from tests.functions.helpers import until
from tests.mappings.test_mapping import running

from local_lambda.mappings.delivery import Records
from local_lambda.mappings.kafka import Committed, KafkaSource
from local_lambda.mappings.mapping import Mapping
from local_lambda.mappings.model import (
    AFTER,
    AT_TIMESTAMP,
    TRIM_HORIZON,
    Done,
    Failed,
    Outcome,
    Policy,
    Position,
    SourceError,
)

SECONDS = 60.0
BEGINNING = Position(TRIM_HORIZON)


class Topic:
    """A topic of two partitions, a mapping's positions in it, and what it delivered."""

    def __init__(self, broker: str, name: str) -> None:
        self.broker, self.name = broker, name
        self.producer = KafkaProducer(
            bootstrap_servers=broker, acks="all", max_in_flight_requests_per_connection=1, enable_idempotence=False
        )
        self.positions: dict[str, Position] = {}
        self.events: list[dict[str, Any]] = []
        self.news = threading.Condition()
        self.fails = 0

    def put(self, *numbers: int, partition: int = 0) -> float:
        """Put numbers into a partition; answers the last one's time."""
        sent = [self.producer.send(self.name, key=b"k", value=b"%d" % one, partition=partition) for one in numbers]
        return float(sent[-1].get(SECONDS).timestamp / 1000)

    def mapping(self, start: Position = BEGINNING, batch: int = 100, group: str = "") -> Mapping:
        source = KafkaSource([self.broker], [self.name], group or self.name)

        def invoke(shard: str, records: Records) -> Outcome:
            with self.news:
                self.events.append(source.event(shard, records))
                self.news.notify_all()
                self.fails -= 1
                return Failed(function_error="Unhandled") if self.fails >= 0 else Done()

        kept = Committed(self.positions, source)
        return Mapping(source, Policy(batch_size=batch), start, kept, invoke, lambda _: None)

    def delivered(self, partition: int = 0) -> list[int]:
        return [
            int(base64.b64decode(record["value"]))
            for event in self.events
            for record in event["records"].get(f"{self.name}-{partition}", ())
        ]

    def until(self, count: int, partition: int = 0) -> list[int]:
        with self.news:
            assert self.news.wait_for(lambda: len(self.delivered(partition)) >= count, SECONDS)
        return self.delivered(partition)


@pytest.fixture
def topic(broker: str) -> Iterator[Topic]:
    name = f"t-{uuid.uuid4().hex[:12]}"
    admin = KafkaAdminClient(bootstrap_servers=broker)
    admin.create_topics([NewTopic(name, 2, 1)])
    admin.close()
    found = Topic(broker, name)
    yield found
    found.producer.close()


def test_records_come_in_order_of_each_partition_in_awss_shape(topic: Topic) -> None:
    topic.put(*range(150))
    topic.put(*range(50), partition=1)
    with running(topic.mapping()):
        assert topic.until(150) == [*range(150)] and topic.until(50, partition=1) == [*range(50)]
        topic.put(150)
        assert topic.until(151)[-1] == 150
    event = next(event for event in topic.events if f"{topic.name}-0" in event["records"])
    assert (event["eventSource"], event["bootstrapServers"]) == ("SelfManagedKafka", topic.broker)
    records: Sequence[dict[str, Any]] = event["records"][f"{topic.name}-0"]
    assert [record["offset"] for record in records] == list(range(len(records))) and len(records) <= 100
    assert (records[0]["topic"], records[0]["partition"], records[0]["key"], records[0]["headers"]) == (
        topic.name,
        0,
        "aw==",
        [],
    )
    assert records[0]["timestampType"] == "CREATE_TIME" and records[0]["timestamp"] > 10**12


def test_a_batch_is_tried_until_it_is_taken_and_its_offset_is_the_groups(topic: Topic) -> None:
    topic.put(1, 2)
    topic.fails = 2
    with running(topic.mapping()):
        assert topic.until(6) == [1, 2] * 3
        assert until(lambda: topic.positions.get(f"{topic.name}-0") == Position(AFTER, "1"))
        group = KafkaConsumer(bootstrap_servers=topic.broker, group_id=topic.name, enable_auto_commit=False)
        assert until(lambda: group.committed(TopicPartition(topic.name, 0)) == 2)
        group.close()


def test_another_mapping_goes_on_where_its_group_was(topic: Topic) -> None:
    topic.put(1, 2, 3)
    with running(topic.mapping()):
        topic.until(3)
    topic.put(4)
    with running(topic.mapping()):
        assert topic.until(4) == [1, 2, 3, 4]


def test_a_topic_that_is_made_anew_is_read_from_its_beginning(topic: Topic) -> None:
    """GIVEN a mapping that was further WHEN the topic is made anew, as every topic of a broker in memory is THEN none is passed over."""
    with running(topic.mapping()):
        topic.put(1, 2, 3)
        topic.until(3)
        assert until(lambda: topic.positions.get(f"{topic.name}-0") == Position(AFTER, "2"))
        anew(topic)
        topic.put(11, 12, 13, 14, 15)
        assert topic.until(8) == [1, 2, 3, 11, 12, 13, 14, 15]
    anew(topic)
    topic.put(21, 22)
    with running(topic.mapping()):
        assert topic.until(10)[8:] == [21, 22]


def anew(topic: Topic) -> None:
    """Delete the topic, and what the group knew of it, and make it again."""
    admin = KafkaAdminClient(bootstrap_servers=topic.broker)
    admin.delete_topics([topic.name])
    admin.delete_groups([topic.name])
    admin.create_topics([NewTopic(topic.name, 2, 1)])
    admin.close()


def test_a_mapping_begins_at_a_moment(topic: Topic) -> None:
    topic.put(1)
    moment = time.time() + 0.002  # later than the moment at which the broker took it
    assert until(lambda: time.time() > moment)
    topic.put(2, partition=1)
    with running(topic.mapping(Position(AT_TIMESTAMP, str(moment)))):
        assert topic.until(1, partition=1) == [2]
        topic.put(3)
        assert topic.until(1) == [3]
    # The moment counts where nothing has been read yet.
    topic.put(4)
    with running(topic.mapping(Position(AT_TIMESTAMP, str(moment)))):
        assert topic.until(2) == [3, 4]


def test_a_topic_that_is_not_there_is_no_end(topic: Topic) -> None:
    with pytest.raises(SourceError, match="there is no topic away"):
        KafkaSource([topic.broker], ["away"], "g").shards()
    with pytest.raises(SourceError, match="Unable to bootstrap"):
        KafkaSource(["127.0.0.1:1"], ["away"], "g").shards()
