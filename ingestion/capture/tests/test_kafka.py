"""Records into Kafka: in order, without gaps, and never into a topic that is another one under the same name."""

from __future__ import annotations

from collections import defaultdict

import jpype
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lakeloop_capture import jvm
from lakeloop_capture import kafka as module
from lakeloop_capture.errors import CaptureFailed, CaptureRefused
from lakeloop_capture.kafka import Kafka
from lakeloop_capture.settings import Brokers
from lakeloop_capture.transport import Record
from lakeloop_emulator import broker
from shop import free_port

TIMEOUT = "org.apache.kafka.common.errors.TimeoutException"
TOO_LARGE = "org.apache.kafka.common.errors.RecordTooLargeException"


def records(*numbers):
    return [Record("t", f"k{number % 5}", str(number).encode()) for number in numbers]


class Refusing:
    """A producer of Java's that the broker refuses a record of: its thread tells of one after another until it is closed."""

    def __init__(self, kafka, refused, error):
        self.kafka, self.refused, self.error = kafka, refused, error
        self.waiting, self.kept, self.closed = [], [], False

    def send(self, record, told):
        self.waiting.append(bytes(record.value()))

    def flush(self):
        while self.waiting and not self.closed:
            value = self.waiting.pop(0)
            if len(self.kept) == self.refused:
                self.kafka._completed(None, jpype.JClass(self.error)("no"))
            else:
                self.kept.append(value)
                self.kafka._completed(None, None)

    def close(self, _):
        self.closed = True


@given(st.integers(0, 12), st.integers(1, 12))
def test_nothing_behind_a_record_that_is_refused_enters(refused, count):
    kafka = Kafka("t", Brokers("127.0.0.1:1", "plaintext", "", "", ""))
    kafka._topic_id = lambda: ""
    kafka._producer = producer = Refusing(kafka, refused, TIMEOUT)
    if refused < count:
        with pytest.raises(CaptureFailed, match=r"The topic t at 127\.0\.0\.1:1: no"):
            kafka.append(records(*range(count)))
    else:
        kafka.append(records(*range(count)))
    assert producer.kept == [b"%d" % number for number in range(min(refused, count))]


def test_what_no_other_try_mends_is_refused():
    kafka = Kafka("t", Brokers("127.0.0.1:1", "plaintext", "", "", ""))
    kafka._producer = Refusing(kafka, 0, TOO_LARGE)
    with pytest.raises(CaptureRefused, match=r"The topic t at 127\.0\.0\.1:1: no"):
        kafka.append(records(1))


def test_a_password_is_quoted():
    kafka = Kafka("t", Brokers("a:1", "scram-256", 'me"', "a\\b", "PEM"))
    found = kafka._connection()
    told = 'ScramLoginModule required username="me\\"" password="a\\\\b";'  # pragma: allowlist secret
    assert found["sasl.jaas.config"].endswith(told)
    assert (found["security.protocol"], found["sasl.mechanism"]) == ("SASL_SSL", "SCRAM-SHA-256")
    assert found["ssl.truststore.certificates"] == "PEM"


@pytest.fixture
def port(tmp_path):
    port = free_port()
    broker.up(tmp_path / "broker", port, "shop", 2)
    yield port
    broker.down(tmp_path / "broker")


def read(port, count):
    """The first *count* records of the topic by partition: key, value, offset."""
    jvm.start()
    properties = jpype.JClass("java.util.Properties")()
    of_bytes = "org.apache.kafka.common.serialization.ByteArrayDeserializer"
    for name, value in {
        "bootstrap.servers": f"127.0.0.1:{port}",
        "key.deserializer": of_bytes,
        "value.deserializer": of_bytes,
    }.items():
        properties.setProperty(name, value)
    consumer = jpype.JClass("org.apache.kafka.clients.consumer.KafkaConsumer")(properties)
    place = jpype.JClass("org.apache.kafka.common.TopicPartition")
    places = jpype.JClass("java.util.ArrayList")([place("shop", 0), place("shop", 1)])
    consumer.assign(places)
    consumer.seekToBeginning(places)
    found = defaultdict(list)
    while sum(map(len, found.values())) < count:
        for one in consumer.poll(jpype.JClass("java.time.Duration").ofMillis(200)):
            found[one.partition()].append((bytes(one.key()).decode(), int(bytes(one.value())), one.offset()))
    consumer.close()
    return found


@pytest.mark.slow
def test_records_are_in_their_partitions_in_order_and_a_topic_that_is_made_anew_is_another(port, tmp_path, monkeypatch):
    # Of a broker that is gone, the producer hears nothing for so long.
    monkeypatch.setattr(module, "_REQUEST_MILLISECONDS", 1000)
    monkeypatch.setitem(module._PRODUCER, "delivery.timeout.ms", "2000")
    kafka = Kafka("shop", Brokers(f"127.0.0.1:{port}", "plaintext", "", "", ""))
    identity = kafka.check()
    assert kafka.check() == identity
    kafka.append([])
    kafka.append(records(*range(100)))
    kafka.append(records(*range(100, 300)))
    found = read(port, 300)
    for partition in found.values():
        assert [offset for *_, offset in partition] == list(range(len(partition)))
        numbers = [number for _, number, _ in partition]
        assert numbers == sorted(numbers)
    keys = [{key for key, *_ in partition} for partition in found.values()]
    assert len(keys) == 2 and keys[0].isdisjoint(keys[1]) and keys[0] | keys[1] == {f"k{n}" for n in range(5)}

    broker.down(tmp_path / "broker")
    broker.up(tmp_path / "broker", port, "shop", 2)
    with pytest.raises(CaptureFailed, match=r"made anew while it was written to|127\.0\.0\.1"):
        kafka.append(records(1))
    again = Kafka("shop", Brokers(f"127.0.0.1:{port}", "plaintext", "", "", ""))
    assert again.check() != identity
    absent = Kafka("other", Brokers(f"127.0.0.1:{port}", "plaintext", "", "", ""))
    with pytest.raises(CaptureRefused, match=r"There is no topic other at 127\.0\.0\.1"):
        absent.check()
