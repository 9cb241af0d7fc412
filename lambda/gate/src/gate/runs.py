"""Runs of what has arrived: when one is due, which files it takes, and what becomes of them at its end."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from lakeloop_raw import arrivals

from gate import errors
from gate.clients import client
from gate.configuration import Configuration
from gate.logs import logger
from gate.state import Machine
from gate.store import Conflict, Entry, Store

NAME = "arrivals-"
# A run takes the oldest: an input of Step Functions has 256 KB, and the runner takes 500 criteria of selection.
_MOST_FILES = 10_000
_MOST_TABLES = 200
_ABSENT = "ExecutionDoesNotExist"
# Left by the last build of everything that succeeded (dbt_runner/storage/state.py).
_BUILT = "latest/state.json"
# Another run has the environment by the time that this one begins, such as one that a person invoked.
_WAIT_SECONDS = 7200


class Runs:
    """Runs of one environment. Whatever is done here may be done again, and by two at once."""

    def __init__(self, settings: Configuration, store: Store) -> None:
        self._settings = settings
        self._store = store
        self._steps = client("stepfunctions")

    def settle(self, machine: Machine) -> bool:
        """See to the run that is under way; whether there is none (any more)."""
        name = machine.state.run
        if name is None:
            return True
        found = self._store.get(f"{arrivals.RUNS}{name}.json")
        run = found.content if found else {"markers": [], "input": {}}
        status = self._status(name)
        if status is None:  # whoever took the files came no further
            self._start(name, run["input"])
            return False
        if status == "RUNNING":
            return False
        if status == "SUCCEEDED":
            self._store.delete(run["markers"])
            machine.change(run=None, failed=None)
        else:
            machine.change(run=None, failed=name)
        logger.info("The run has ended", extra={"run": name, "status": status, "files": len(run["markers"])})
        return True

    def begin(self, machine: Machine, now: datetime) -> float | None:
        """Start a run if one is due; the seconds until it may be, None if a message will tell.

        Files of a run that failed wait for others, or for a run of somebody else's that succeeds: they alone begin none.
        """
        markers = sorted(self._store.entries(arrivals.WAITING), key=lambda entry: entry.written)
        held = self._held(machine)
        fresh = [entry for entry in markers if entry.key not in held]
        wait = due_in(fresh, now, self._settings.quiet, self._settings.longest_wait)
        if wait is None or wait > 0:
            return wait
        if more_to_come(self._settings, fresh, now):
            return self._settings.quiet
        if self._is_running():
            return None
        taken = _some(markers)
        event = event_of(taken, whole=self._store.get(_BUILT) is None)
        # Of the moment, too: the same files are taken again when their run has failed, and a name is of one execution for good.
        digest = hashlib.sha256("\n".join([now.isoformat(), *(entry.key for entry in taken)]).encode()).hexdigest()[:8]
        name = f"{NAME}{now.astimezone(UTC):%Y%m%dT%H%M%SZ}-{digest}"
        try:
            self._store.put(f"{arrivals.RUNS}{name}.json", {"markers": [entry.key for entry in taken], "input": event})
            machine.change(run=name, failed=None)
        except Conflict:  # another tick took them
            return None
        self._start(name, event)
        return None

    def _held(self, machine: Machine) -> set[str]:
        if machine.state.failed is None:
            return set()
        found = self._store.get(f"{arrivals.RUNS}{machine.state.failed}.json")
        return set(found.content["markers"]) if found else set()

    def _is_running(self) -> bool:
        answer = self._steps.list_executions(
            stateMachineArn=self._settings.state_machine, statusFilter="RUNNING", maxResults=1
        )
        return bool(answer["executions"])

    def _status(self, name: str) -> str | None:
        """The status of the execution *name*; None if there is none."""
        arn = self._settings.state_machine.replace(":stateMachine:", ":execution:") + f":{name}"
        try:
            return str(self._steps.describe_execution(executionArn=arn)["status"])
        except errors.AWS as error:
            if errors.code(error) == _ABSENT:
                return None
            raise

    def _start(self, name: str, event: dict[str, Any]) -> None:
        """Start the execution *name*; if it is there already, somebody else did."""
        try:
            self._steps.start_execution(
                stateMachineArn=self._settings.state_machine, name=name, input=json.dumps(event)
            )
        except errors.AWS as error:
            if errors.code(error) != "ExecutionAlreadyExists":
                raise
        logger.info("A run has begun", extra={"run": name, "arrived": event["arrived"]})


def due_in(entries: Sequence[Entry], now: datetime, quiet: float, longest: float) -> float | None:
    """Seconds until *entries* have been quiet for *quiet* or the oldest has waited for *longest*; None without any."""
    if not entries:
        return None
    ages = _ages(entries, now)
    return max(0.0, min(quiet - min(ages), longest - max(ages)))


def more_to_come(settings: Configuration, entries: Sequence[Entry], now: datetime) -> bool:
    """Whether *entries* have to wait for files in ``incoming/`` that the gate has yet to look at: no marker tells of these.

    They wait no longer than for any file, nor at all for one that has lain there for so long: the gate could not take it.
    """
    if max(_ages(entries, now)) >= settings.longest_wait:
        return False
    files = [one for one in Store(settings.raw_bucket).entries(arrivals.INCOMING) if not one.key.endswith("/")]
    return any(age < settings.longest_wait for age in _ages(files, now))


def _ages(entries: Sequence[Entry], now: datetime) -> list[float]:
    return [(now - entry.written).total_seconds() for entry in entries]


def event_of(markers: Sequence[Entry], *, whole: bool) -> dict[str, Any]:
    """The runner's event that builds all that depends on the tables of *markers*, or the *whole* project.

    Nothing is downstream of anything before all of it was built once: a model may join a seed that no run has loaded.
    """
    files = [arrivals.waiting_of(entry.key) for entry in markers]
    sources = sorted({f"{source}.{table}" for source, table, _, _ in files})
    days = [day for *_, day in files if day]
    return {
        "command": ["build"],
        "cli_args": [] if whole else ["--select", *(f"source:{source}+" for source in sources)],
        "arrived": sources,
        **({"arrived_from": min(days)} if days else {}),
        "wait_seconds": _WAIT_SECONDS,
    }


def _some(markers: Sequence[Entry]) -> list[Entry]:
    """The oldest of *markers*, as many as a run takes."""
    taken: list[Entry] = []
    tables: set[tuple[str, str]] = set()
    for entry in markers[:_MOST_FILES]:
        source, table, *_ = arrivals.waiting_of(entry.key)
        if len(tables | {(source, table)}) <= _MOST_TABLES:
            tables.add((source, table))
            taken.append(entry)
    return taken
