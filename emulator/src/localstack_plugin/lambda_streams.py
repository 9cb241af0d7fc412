"""Event source mappings of Kinesis and Kafka: LocalStack keeps their settings, ``local_lambda.mappings`` delivers.

LocalStack's own reads one shard a second, begins anew after each change of a mapping, ignores BisectBatchOnFunctionError and
splits of shards, and drops the batch that it was about to try again when a mapping is changed. Of Kafka it has none.
"""

from __future__ import annotations

from typing import Any

from botocore.config import Config
from localstack.services.lambda_.event_source_mapping.esm_worker import EsmState, EsmWorker
from localstack.services.lambda_.event_source_mapping.esm_worker_factory import EsmWorkerFactory
from localstack.services.lambda_.event_source_mapping.pipe_utils import get_internal_client
from localstack.services.lambda_.event_source_mapping.pollers.kinesis_poller import KinesisPoller
from localstack.services.lambda_.event_source_mapping.pollers.poller import Poller
from localstack.utils.patch import patch
from localstack.utils.threads import FuncThread

from local_lambda.mappings.kafka import Committed, KafkaSource
from local_lambda.mappings.mapping import Mapping
from local_lambda.mappings.model import AT_TIMESTAMP, TRIM_HORIZON, Policy, Position
from localstack_plugin.lambda_kinesis import KinesisSource
from localstack_plugin.lambda_targets import Target

_PATIENT = Config(retries={"total_max_attempts": 1}, read_timeout=905)
"""A client that waits for a function as long as one may run, and calls it once."""
_current: dict[str, StreamWorker] = {}
"""The worker of each mapping, by the mapping's UUID: a mapping that is changed has another."""


class StreamWorker(EsmWorker):
    """A mapping of a stream, in LocalStack's terms: made, started, stopped, deleted."""

    def __init__(
        self, settings: Any, poller: Poller, enabled: bool, source: KinesisSource | KafkaSource, target: Target
    ) -> None:
        super().__init__(settings, poller, enabled)
        self._source = source
        positions = self._positions()
        kept = Committed(positions, source) if isinstance(source, KafkaSource) else positions
        self._mapping = Mapping(source, policy(settings), start(settings), kept, target.invoke, target.discard)

    def create(self) -> None:
        self._before: StreamWorker | None = _current.get(self.uuid)
        _current[self.uuid] = self
        super().create()

    def stop(self) -> None:
        super().stop()
        self._end()

    def delete(self) -> None:
        super().delete()
        self._end()
        if not self._is_alive():
            self.delete_esm_in_store()

    def stop_for_shutdown(self) -> None:
        super().stop_for_shutdown()
        self._end()

    def poller_loop(self, *args: Any, **kwargs: Any) -> None:
        """Deliver until the mapping is stopped."""
        if self._before is not None:  # its batches come to their end first, or records would overtake each other
            self._before._join()
            self._before = None
        with self._state_lock:
            if not self._shutdown_event.is_set():
                self.current_state = EsmState.ENABLED
                self.update_esm_state_in_store(EsmState.ENABLED)
        try:
            self._mapping.run()
        finally:
            self._source.close()
        self._tell_end()

    def delete_esm_in_store(self) -> None:
        super().delete_esm_in_store()
        _positions(self._state).pop(self.uuid, None)
        _current.pop(self.uuid, None)

    def _positions(self) -> dict[str, Position]:
        return _positions(self._state).setdefault(self.uuid, {})

    def _end(self) -> None:
        self._mapping.stop()
        self._source.wake()

    def _join(self) -> None:
        if self._is_alive():
            self._thread().join()

    def _is_alive(self) -> bool:
        return self._poller_thread is not None and self._thread().is_alive()

    def _thread(self) -> FuncThread:
        assert self._poller_thread is not None
        return self._poller_thread

    def _tell_end(self) -> None:
        if self.current_state == EsmState.DELETING:
            self.delete_esm_in_store()
        elif self.current_state == EsmState.DISABLING and _current.get(self.uuid) is self:
            with self._state_lock:
                self.current_state = EsmState.DISABLED
            self.update_esm_state_in_store(EsmState.DISABLED)


def _positions(store: Any) -> dict[str, dict[str, Position]]:
    """The places of all mappings, in Lambda's own memory: they are saved with it, and stay when a mapping is changed."""
    kept: dict[str, dict[str, Position]] = vars(store).setdefault("stream_positions", {})
    return kept


def policy(settings: Any) -> Policy:
    """The settings of a mapping that say how it delivers."""
    return Policy(
        batch_size=settings.get("BatchSize") or 100,
        window_seconds=settings.get("MaximumBatchingWindowInSeconds", 0),
        bisect=settings.get("BisectBatchOnFunctionError", False),
        retries=settings.get("MaximumRetryAttempts", -1),
        age_seconds=settings.get("MaximumRecordAgeInSeconds", -1),
        reports_failures="ReportBatchItemFailures" in (settings.get("FunctionResponseTypes") or ()),
    )


def start(settings: Any) -> Position:
    """The place at which the stream begins for a mapping: LATEST is the moment at which it was made."""
    match settings["StartingPosition"]:
        case "LATEST":
            # A stream's times have milliseconds: a record of the same one is not left out.
            return Position(AT_TIMESTAMP, str(int(settings["LastModified"].timestamp() * 1000) / 1000))
        case "AT_TIMESTAMP":
            return Position(AT_TIMESTAMP, str(settings["StartingPositionTimestamp"].timestamp()))
        case _:
            return Position(TRIM_HORIZON)


@patch(EsmWorkerFactory.get_esm_worker)  # type: ignore[untyped-decorator]
def get_esm_worker(made: Any, self: EsmWorkerFactory) -> EsmWorker:
    """LocalStack's worker; of a stream, this module's."""
    settings, role = self.esm_config, self.function_role_arn
    if "SelfManagedEventSource" in settings:
        servers = settings["SelfManagedEventSource"]["Endpoints"]["KAFKA_BOOTSTRAP_SERVERS"]
        group = (settings.get("SelfManagedKafkaEventSourceConfig") or {}).get("ConsumerGroupId") or settings["UUID"]
        topics = KafkaSource(servers, settings["Topics"], group)
        client = get_internal_client(settings["FunctionArn"], client_config=_PATIENT)
        return StreamWorker(settings, _NoPoller(), self.enabled, topics, Target(client, topics, settings, role))
    worker = made(self)
    if not isinstance(worker.poller, KinesisPoller):
        return worker
    stream = KinesisSource(worker.poller)
    target = Target(worker.poller.processor.sender.target_client, stream, settings, role)
    return StreamWorker(settings, worker.poller, self.enabled, stream, target)


class _NoPoller(Poller):
    """LocalStack's workers have a poller, and this module's do not ask it."""

    def __init__(self) -> None:
        """Nothing of LocalStack's: its own asks for a source that has an ARN."""

    def event_source(self) -> str:
        return "SelfManagedKafka"

    def poll_events(self) -> None:
        """Nothing to poll."""
