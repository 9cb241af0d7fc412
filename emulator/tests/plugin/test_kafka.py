"""Event source mappings of a self-managed Kafka: a broker that speaks its protocol, and the function of ``asked``."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from kafka import KafkaProducer
from kafka.admin import KafkaAdminClient, NewTopic
from tests.asking import client
from tests.functions.helpers import until
from tests.plugin.asked import Asked, asking

from lakeloop_emulator.settings import Settings

pytestmark = pytest.mark.emulator
VPC = [{"Type": "VPC_SUBNET", "URI": "subnet:subnet-1"}, {"Type": "VPC_SECURITY_GROUP", "URI": "security_group:sg-1"}]


@pytest.fixture(scope="module")
def asked() -> Iterator[Asked]:
    server = Asked()
    yield server
    server.close()


@pytest.fixture(scope="module")
def function(emulator: Settings, asked: Asked) -> str:
    return asking(emulator, asked, "mapped-kafka")


@pytest.fixture(scope="module")
def producer(broker: str) -> Iterator[KafkaProducer]:
    producer = KafkaProducer(
        bootstrap_servers=broker, acks="all", max_in_flight_requests_per_connection=1, enable_idempotence=False
    )
    yield producer
    producer.close()


@pytest.fixture
def topic(broker: str) -> str:
    name = f"t{uuid.uuid4().hex[:12]}"
    admin = KafkaAdminClient(bootstrap_servers=broker)
    admin.create_topics([NewTopic(name, 2, 1)])
    admin.close()
    return name


class Mapped:
    """A mapping of a topic, changed and deleted through the API."""

    def __init__(self, emulator: Settings, function: str, broker: str, topic: str) -> None:
        self.functions = client("lambda", emulator.url)
        self.settings = {
            "FunctionName": function,
            "SelfManagedEventSource": {"Endpoints": {"KAFKA_BOOTSTRAP_SERVERS": [broker]}},
            "SourceAccessConfigurations": VPC,
            "Topics": [topic],
            "StartingPosition": "TRIM_HORIZON",
        }
        self.uuid = ""

    def map(self, **settings: Any) -> None:
        self.uuid = self.functions.create_event_source_mapping(**{**self.settings, **settings})["UUID"]

    def delete(self) -> None:
        self.functions.delete_event_source_mapping(UUID=self.uuid)
        assert until(
            lambda: (
                not self.functions.list_event_source_mappings(FunctionName=self.settings["FunctionName"])[
                    "EventSourceMappings"
                ]
            )
        )


@pytest.fixture
def mapped(emulator: Settings, function: str, broker: str, topic: str, asked: Asked) -> Iterator[Mapped]:
    asked.reset()
    found = Mapped(emulator, function, broker, topic)
    yield found
    found.delete()


def put(producer: KafkaProducer, topic: str, *numbers: int, partition: int = 0) -> None:
    for number in numbers:
        producer.send(topic, key=b"k", value=str(number).encode(), partition=partition)
    producer.flush(30)


def text(*numbers: int) -> list[str]:
    return [str(number) for number in numbers]


def test_records_come_in_order_of_each_partition_in_awss_shape(
    mapped: Mapped, asked: Asked, producer: KafkaProducer, topic: str, broker: str
) -> None:
    put(producer, topic, *range(150))
    put(producer, topic, *range(1000, 1050), partition=1)
    mapped.map(BatchSize=100)
    found = asked.until(200)
    assert [one for one in found if len(one) < 4] == text(*range(150))
    assert [one for one in found if len(one) == 4] == text(*range(1000, 1050))
    event = asked.events[0]
    assert (event["eventSource"], event["bootstrapServers"]) == ("SelfManagedKafka", broker)
    ((place, records),) = event["records"].items()
    first = records[0]
    assert place == f"{topic}-{first['partition']}"
    assert (first["topic"], first["offset"], first["key"], first["headers"]) == (topic, 0, "aw==", [])
    assert first["timestampType"] == "CREATE_TIME" and first["timestamp"] > 10**12
    assert [record["offset"] for record in records] == list(range(len(records)))
    put(producer, topic, 7)
    assert asked.until(1) == ["7"]


def test_latest_is_the_moment_of_the_mapping(mapped: Mapped, asked: Asked, producer: KafkaProducer, topic: str) -> None:
    put(producer, topic, 1)
    mapped.map(StartingPosition="LATEST")
    put(producer, topic, 2)
    assert asked.until(1) == ["2"]
