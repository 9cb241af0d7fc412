"""Kafka as the transport, by the Java client that Debezium brings: any broker that speaks its protocol.

A record that the broker refuses ends the producer *within* the refusal: nothing behind it was on its way (one request at a time,
https://kafka.apache.org/documentation/#producerconfigs_max.in.flight.requests.per.connection), and nothing behind it will be. So a
partition holds the first so many of the records, whatever failed. A request whose answer was lost is sent again and taken once
(``enable.idempotence``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import jpype

from lakeloop_capture import jvm
from lakeloop_capture.errors import CaptureFailed, CaptureRefused
from lakeloop_capture.settings import Brokers
from lakeloop_capture.transport import Record

# A topic's own limit is 1 MiB and a little, headers included: https://kafka.apache.org/documentation/#topicconfigs_max.message.bytes
_LIMIT = 1_000_000
_REQUEST_BYTES = 2 * 1024 * 1024
_REQUEST_MILLISECONDS, _DELIVERY_MILLISECONDS = 10_000, 30_000
_BYTES = "org.apache.kafka.common.serialization.ByteArraySerializer"
_MECHANISMS = {
    "plain": ("PLAIN", "plain.PlainLoginModule"),
    "scram-256": ("SCRAM-SHA-256", "scram.ScramLoginModule"),
    "scram-512": ("SCRAM-SHA-512", "scram.ScramLoginModule"),
}
# No other try will go better: somebody has to act.
_REFUSALS = (
    "AuthenticationException",
    "AuthorizationException",
    "ConfigException",
    "InvalidTopicException",
    "RecordTooLargeException",
)


class Kafka:
    """The topic *topic* of *brokers*."""

    limit = _LIMIT

    def __init__(self, topic: str, brokers: Brokers) -> None:
        jvm.start()
        self._topic = topic
        self._brokers = brokers
        self._admin: Any = None
        self._producer: Any = None
        self._id = ""
        self._failure: Any = None
        self._told = jpype.JProxy("org.apache.kafka.clients.producer.Callback", dict={"onCompletion": self._completed})
        self._record = jpype.JClass("org.apache.kafka.clients.producer.ProducerRecord")

    def check(self) -> str:
        """``Transport.check``: the topic's id, which a broker gives anew to each topic that it makes."""
        self._id = self._topic_id()
        return f"kafka:{self._topic}@{self._id}"

    def append(self, records: Sequence[Record]) -> None:
        """``Transport.append``."""
        if not records:
            return
        with self._explained():
            if self._producer is None:
                self._producer = jpype.JClass("org.apache.kafka.clients.producer.KafkaProducer")(
                    _java({**self._connection(), **_PRODUCER})
                )
            for record in records:
                self._producer.send(
                    self._record(self._topic, _bytes(record.key.encode()), _bytes(record.data)), self._told
                )
            self._producer.flush()
        if self._failure is not None:
            raise self._error(self._failure)
        # A producer finds its way to a topic that was made anew meanwhile, and what was in the former may not have been read.
        if self._topic_id() != self._id:
            raise CaptureFailed(
                f"The topic {self._topic} at {self._brokers.servers} was made anew while it was written to."
            )

    def _topic_id(self) -> str:
        with self._explained():
            if self._admin is None:
                self._admin = jpype.JClass("org.apache.kafka.clients.admin.Admin").create(
                    _java({**self._connection(), "default.api.timeout.ms": str(_DELIVERY_MILLISECONDS)})
                )
            try:
                found = self._admin.describeTopics(jpype.JClass("java.util.List").of(self._topic))
                return str(found.allTopicNames().get().get(self._topic).topicId())
            except jpype.JException as error:
                if not _is(error, "UnknownTopicOrPartitionException"):
                    raise
                raise CaptureRefused(
                    f"There is no topic {self._topic} at {self._brokers.servers}: make it, with as many partitions as the "
                    "function is to read at once (docs/CHANGES.md, Kafka)."
                ) from None

    def _completed(self, _: Any, error: Any) -> None:
        """Called for each record, in the thread that sends, before it sends anything more."""
        if error is not None and self._failure is None:
            self._failure = error
            # From this thread, it lets go of all that waits: https://kafka.apache.org/43/javadoc/org/apache/kafka/clients/producer/KafkaProducer.html
            self._producer.close(jpype.JClass("java.time.Duration").ZERO)

    def _connection(self) -> dict[str, str]:
        brokers = self._brokers
        found = {
            "bootstrap.servers": brokers.servers,
            "client.id": "lakeloop-capture",
            "request.timeout.ms": str(_REQUEST_MILLISECONDS),
            "security.protocol": "PLAINTEXT",
        }
        if brokers.security != "plaintext":
            mechanism, module = _MECHANISMS[brokers.security]
            found |= {
                "security.protocol": "SASL_SSL",
                "sasl.mechanism": mechanism,
                "sasl.jaas.config": f"org.apache.kafka.common.security.{module} required "
                f"username={_quoted(brokers.username)} password={_quoted(brokers.password)};",
            }
        if brokers.authority:
            found |= {"ssl.truststore.type": "PEM", "ssl.truststore.certificates": brokers.authority}
        return found

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except jpype.JException as error:
            raise self._error(self._failure if self._failure is not None else error) from None

    def _error(self, error: Any) -> CaptureFailed | CaptureRefused:
        kind = CaptureRefused if any(_is(error, name) for name in _REFUSALS) else CaptureFailed
        return kind(f"The topic {self._topic} at {self._brokers.servers}: {jvm.root(error)}")


_PRODUCER = {
    "acks": "all",
    "enable.idempotence": "true",
    "max.in.flight.requests.per.connection": "1",
    "linger.ms": "0",
    "batch.size": "262144",
    "max.request.size": str(_REQUEST_BYTES),
    "max.block.ms": str(_DELIVERY_MILLISECONDS),
    "delivery.timeout.ms": str(_DELIVERY_MILLISECONDS),
    "key.serializer": _BYTES,
    "value.serializer": _BYTES,
}


def _java(properties: dict[str, str]) -> Any:
    made = jpype.JClass("java.util.Properties")()
    for name, value in properties.items():
        made.setProperty(name, value)
    return made


def _bytes(data: bytes) -> Any:
    return jpype.JArray(jpype.JByte)(data)


def _quoted(text: str) -> str:
    """*text* as JAAS has it: https://docs.oracle.com/javase/8/docs/api/javax/security/auth/login/Configuration.html"""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _is(error: Any, name: str) -> bool:
    """Whether *error*, or what caused it, is of Java's class *name*, or of one that extends it."""
    while error is not None:
        of = error.getClass()
        while of is not None:
            if str(of.getSimpleName()) == name:
                return True
            of = of.getSuperclass()
        error = error.getCause()
    return False
