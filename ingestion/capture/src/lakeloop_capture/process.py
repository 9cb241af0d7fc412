"""One run of the capture, from its settings to its exit code."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from lakeloop_capture import begin as beginning
from lakeloop_capture import settings as configuration
from lakeloop_capture.bodies import Packer
from lakeloop_capture.columns import shape
from lakeloop_capture.database import Database, State
from lakeloop_capture.errors import CaptureFailed, CaptureRefused
from lakeloop_capture.health import Health
from lakeloop_capture.kinesis import Kinesis
from lakeloop_capture.send import Sender
from lakeloop_capture.settings import Settings
from lakeloop_capture.translate import Translator
from lakeloop_capture.transport import Transport

if TYPE_CHECKING:
    from lakeloop_capture.engine import Engine

STOPPED, FAILED, REFUSED = 0, 1, 2
STATUS_FILE = "LAKELOOP_CAPTURE_STATUS"
"""Variable for the file of `just cdc-status`: the supervisor's to set, no setting of the capture."""
_CLOSE_SECONDS = 10.0
_LOOK_SECONDS = 0.2


def run(environment: Mapping[str, str]) -> int:
    """Capture until a signal ends it. One line of the log says why it ended; ``STOPPED``, ``FAILED`` or ``REFUSED``."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    try:
        _run(configuration.read(environment), Path(file) if (file := environment.get(STATUS_FILE)) else None, stop)
    except CaptureRefused as error:
        log("refused", message=str(error))
        return REFUSED
    except CaptureFailed as error:
        log("failed", message=str(error))
        return FAILED
    log("stopped")
    return STOPPED


def log(event: str, /, **facts: object) -> None:
    """Write a line of the log: JSON, on standard error."""
    moment = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    line = json.dumps({"at": moment, "event": event, **facts}, ensure_ascii=False, default=str)
    print(line, file=sys.stderr, flush=True)


def transport_of(settings: Settings) -> Transport:
    """The stream that ``CAPTURE_TRANSPORT`` names."""
    _, _, name = settings.transport.partition(":")
    if settings.brokers is None:
        return Kinesis(name)
    from lakeloop_capture.kafka import Kafka  # here, for it loads the bridge to Java

    return Kafka(name, settings.brokers)


def _run(settings: Settings, status: Path | None, stop: threading.Event) -> None:
    from lakeloop_capture.engine import Engine  # here, for it loads the bridge to Java

    transport = transport_of(settings)
    stream = transport.check()
    database = Database(settings)
    database.open()
    try:
        began = beginning.begin(database, settings.slot, stream, settings.again, _now())
        log("begin", said=began.said, transport=settings.transport, slot=settings.slot)
        sender = _sender(settings, transport, database, began.state)
        engine = Engine(settings, began.state.tables, sender)
        ended = threading.Event()
        thread = threading.Thread(target=_until_the_end, args=(engine, ended), name="debezium", daemon=True)
        thread.start()
        health = Health(settings.source, settings.metrics, status, log)
        due = time.monotonic()
        while not stop.is_set() and not ended.wait(_LOOK_SECONDS):
            if time.monotonic() >= due:
                health.tell(*sender.told(), database.slot(), _now())
                due = time.monotonic() + settings.health_seconds
        if not ended.is_set() and engine.close(_CLOSE_SECONDS):
            ended.wait(_CLOSE_SECONDS)
        _judge(engine.failure, stop.is_set())
    finally:
        database.close()


def _sender(settings: Settings, transport: Transport, database: Database, state: State) -> Sender:
    def completed(begins: int) -> None:
        database.keep(replace(state, begin=begins, completed=True))
        log("snapshot completed", attempt=state.attempt)

    return Sender(
        transport,
        Packer(transport.limit, settings.bodies),
        Translator(settings.source, state.attempt, state.begin, _now),
        state.tables,
        lambda schema, table: shape(database.columns(schema, table)),
        None if state.completed else completed,
    )


def _judge(failure: BaseException | str | None, stopped: bool) -> None:
    """Raises what ended the engine, if it was not a signal."""
    if isinstance(failure, CaptureFailed | CaptureRefused):
        raise failure
    if failure is not None and not stopped:
        said = failure if isinstance(failure, str) else f"{type(failure).__name__}: {failure}"
        raise CaptureFailed(f"Debezium ended: {' '.join(said.split())[:600]}")
    if not stopped:
        raise CaptureFailed("Debezium ended without a word.")


def _until_the_end(engine: Engine, ended: threading.Event) -> None:
    try:
        engine.run()
    except BaseException as error:
        engine.failure = engine.failure or error
    finally:
        ended.set()


def _now() -> datetime:
    return datetime.now(UTC)


def leave(code: int) -> None:
    """End the process at once: Java's threads would keep it, and whatever they still hold comes again in the next run."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
