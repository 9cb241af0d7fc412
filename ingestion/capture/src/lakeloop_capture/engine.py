"""Debezium in this process: https://debezium.io/documentation/reference/stable/development/engine.html

The engine hands over batches, in the order of the database. A batch is marked as done when the transport has all of it, up to the
last record before the end's place in the log: records that share a place (a changed key, rows of a COPY) are done together or not
at all, for Debezium begins again *behind* the place that it stored, whatever else was there.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import jpype

from lakeloop_capture import jvm
from lakeloop_capture.columns import Field, Shape, shape
from lakeloop_capture.database import BEAT
from lakeloop_capture.settings import Settings

_HEARTBEATS = "__debezium-heartbeat."
_PROPAGATED = "__debezium.source.column."


class Sink(Protocol):
    """The taker of records; what it raises ends the engine, and the records come again in the next run."""

    def change(self, key: str | None, value: str, shape: Callable[[], Shape]) -> None:
        """Take a record of a table: JSON of its key and of Debezium's envelope, and its columns."""

    def flush(self) -> None:
        """Come back when all that was taken is safe."""


class Engine:
    """A run of the connector."""

    def __init__(self, settings: Settings, tables: Sequence[str], sink: Sink) -> None:
        jvm.start()
        self.failure: BaseException | str | None = None
        self._polling = threading.Event()
        properties = jpype.JClass("java.util.Properties")()
        for name, value in _properties(settings, tables).items():
            properties.setProperty(name, value)
        self._engine = (
            jpype.JClass("io.debezium.engine.DebeziumEngine")
            .create(jpype.JClass("io.debezium.engine.format.Json"))
            .using(properties)
            .using(
                jpype.JProxy("io.debezium.engine.DebeziumEngine$CompletionCallback", dict={"handle": self._completed})
            )
            .using(jpype.JProxy("io.debezium.engine.DebeziumEngine$ConnectorCallback", dict=self._callbacks()))
            .notifying(jpype.JProxy("io.debezium.engine.DebeziumEngine$ChangeConsumer", inst=_Consumer(self, sink)))
            .build()
        )

    def run(self) -> None:
        """Run until ``close`` or a failure, which is in ``failure`` then."""
        self._engine.run()

    def close(self, seconds: float) -> bool:
        """End the run; whether it could be told to. Before it polls, Debezium cannot."""
        if not self._polling.wait(seconds):
            return False
        self._engine.close()
        return True

    def _completed(self, success: bool, message: Any, error: Any) -> None:
        # Debezium tells a failure here, and `run` returns as if there were none.
        if not success and self.failure is None:
            self.failure = f"{message}{'' if error is None else f' ({jvm.root(error)})'}"

    def _callbacks(self) -> dict[str, Callable[[], None]]:
        names = ("connectorStarted", "connectorStopped", "taskStarted", "taskStopped", "pollingStopped")
        return {**dict.fromkeys(names, lambda: None), "pollingStarted": self._polling.set}


class _Consumer:
    """``DebeziumEngine.ChangeConsumer``."""

    def __init__(self, engine: Engine, sink: Sink) -> None:
        self._engine = engine
        self._sink = sink
        self._held: tuple[Any, Any] | None = None
        self._shapes: dict[str, tuple[Any, Shape]] = {}

    def handleBatch(self, records: Any, committer: Any) -> None:  # noqa: N802 - Debezium's name
        try:
            for record in records:
                topic = str(record.destination())
                value = record.value()
                if value is not None and not topic.startswith(_HEARTBEATS):
                    key = record.key()
                    self._sink.change(None if key is None else str(key), str(value), lambda: self._shape(topic, record))  # noqa: B023 - called at once
            self._sink.flush()
            self._mark(records, committer)
            committer.markBatchFinished()
        except Exception as error:
            self._engine.failure = self._engine.failure or error
            raise

    def supportsTombstoneEvents(self) -> bool:  # noqa: N802 - Debezium's name
        return False

    def _shape(self, topic: str, record: Any) -> Shape:
        schema = record.sourceRecord().valueSchema()
        known = self._shapes.get(topic)
        # Debezium keeps the schema of a table until the table changes: Java's `equals` of an object with itself is quick.
        if known is None or not known[0].equals(schema):
            known = self._shapes[topic] = schema, shape(_fields(schema))
        return known[1]

    def _mark(self, records: Any, committer: Any) -> None:
        """Mark the last record whose place differs from the end's, and keep the end for the next batch."""
        end = records[len(records) - 1]
        last = _place(end)
        if last is None:
            # The end of a snapshot: all of it is done.
            committer.markProcessed(end)
            self._held = None
            return
        for index in range(len(records) - 2, -1, -1):
            if _place(records[index]) != last:
                committer.markProcessed(records[index])
                break
        else:
            if self._held is not None and self._held[1] != last:
                committer.markProcessed(self._held[0])
        self._held = end, last


def _place(record: Any) -> Any:
    """The place in the log that Debezium would store for *record*; None for the last of a snapshot."""
    offset = record.sourceRecord().sourceOffset()
    if str(offset.get("last_snapshot_record")) == "true":
        return None
    return str(offset.get("lsn")), str(offset.get("snapshot"))


def _fields(schema: Any) -> list[Field]:
    """The columns of the row in an envelope of *schema*."""
    return [_field(str(field.name()), field.schema()) for field in schema.field("after").schema().fields()]


def _field(name: str, schema: Any) -> Field:
    kind = str(schema.type())
    said = {str(key): str(value) for key, value in dict(schema.parameters() or {}).items()}
    return Field(
        name=name,
        kind=kind,
        meaning=None if schema.name() is None else str(schema.name()),
        optional=bool(schema.isOptional()),
        source=said.get(f"{_PROPAGATED}type", ""),
        length=int(said.get(f"{_PROPAGATED}length", 0)),
        scale=int(said.get(f"{_PROPAGATED}scale", 0)),
        element=_field("", schema.valueSchema()) if kind == "ARRAY" else None,
    )


def _properties(settings: Settings, tables: Sequence[str]) -> dict[str, str]:
    """https://debezium.io/documentation/reference/stable/connectors/postgresql.html#postgresql-connector-properties"""
    address = f"jdbc:postgresql://{settings.host}:{settings.port}/{settings.database}"
    return {
        "name": settings.source,
        "connector.class": "io.debezium.connector.postgresql.PostgresConnector",
        "topic.prefix": settings.source,
        "database.hostname": settings.host,
        "database.port": str(settings.port),
        "database.user": settings.user,
        "database.password": settings.password,
        "database.dbname": settings.database,
        "database.sslmode": settings.sslmode,
        "plugin.name": "pgoutput",
        "publication.name": settings.publication,
        "publication.autocreate.mode": "disabled",
        "slot.name": settings.slot,
        "slot.drop.on.stop": "false",
        "table.include.list": ",".join(table.replace(".", "[.]") for table in tables),
        "snapshot.mode": "initial",
        # A slot that is not where the offset is, is seen before Debezium starts; if it is seen here, it is an end.
        "offset.mismatch.strategy": "no_validation",
        # A schema-qualified name fails at the second start: the schema goes by the connection.
        "offset.storage": "io.debezium.storage.jdbc.offset.JdbcOffsetBackingStore",
        "offset.storage.jdbc.connection.url": f"{address}?currentSchema=capture&sslmode={settings.sslmode}",
        "offset.storage.jdbc.connection.user": settings.user,
        "offset.storage.jdbc.connection.password": settings.password,
        "offset.storage.jdbc.table.name": "debezium_offsets",
        "offset.flush.interval.ms": "1000",
        "heartbeat.interval.ms": str(settings.heartbeat_seconds * 1000),
        "heartbeat.action.query": BEAT,
        "skipped.operations": "none",
        "tombstones.on.delete": "false",
        "include.unknown.datatypes": "true",
        "decimal.handling.mode": "string",
        "time.precision.mode": "microseconds",
        "interval.handling.mode": "string",
        "binary.handling.mode": "bytes",
        "hstore.handling.mode": "json",
        "column.propagate.source.type": ".*",
        "key.converter.schemas.enable": "false",
        "value.converter.schemas.enable": "false",
        # A failure ends the process, which is started again: a connector that restarts inside would come back at other places.
        "errors.max.retries": "0",
        "max.batch.size": "500",
        "max.queue.size": "8192",
        "max.queue.size.in.bytes": "67108864",
        "poll.interval.ms": "50",
        "snapshot.fetch.size": "10000",
    }
