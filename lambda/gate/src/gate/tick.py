"""Lambda's entry point for ticks: ``gate.tick.handle``.

A tick is a delayed message of the gate's, or the end of any execution of the pipeline. All of a batch are one look.
"""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from typing import Any

from gate import configuration, messages, ticks
from gate.logs import logger
from gate.runs import NAME, Runs
from gate.state import Machine
from gate.store import Conflict, Store


def handle(raw_event: dict[str, Any], context: Any) -> dict[str, Any]:
    """See to the run under way, start the next one if it is due, tell of files in quarantine.

    Raises:
        Exception: it could not be; the ticks come again.
    """
    settings = configuration.read(os.environ)
    store = Store(settings.artifacts_bucket)
    runs, now = Runs(settings, store), datetime.now(UTC)
    waits: list[float | None] = []
    try:
        machine = Machine(store)
        if any(map(_releases, raw_event["Records"])) and machine.state.failed:
            logger.info("Files of the run that failed are taken again", extra={"run": machine.state.failed})
            machine.change(failed=None)
        waits.append(messages.tell(settings, store, machine, now))
        if runs.settle(machine):
            waits.append(runs.begin(machine, now))
    except Conflict:  # another tick is at it, and may have looked before what this one tells of
        waits.append(settings.quiet)
    if due := [wait for wait in waits if wait is not None]:
        ticks.send(settings.ticks_queue, min(due) + 1)
    return {"batchItemFailures": []}


def _releases(record: dict[str, Any]) -> bool:
    """Whether the message tells of a run of somebody else's that has succeeded: what failed may have been mended."""
    try:
        detail = json.loads(record["body"])["detail"]
        return detail["status"] == "SUCCEEDED" and not str(detail["name"]).startswith(NAME)
    except (ValueError, KeyError, TypeError):
        return False
