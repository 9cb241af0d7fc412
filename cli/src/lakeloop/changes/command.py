"""`just cdc-up`, `just cdc-down` and `just cdc-status`; each may be typed twice."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping, Sequence

from lakeloop_project.environments import environment

from lakeloop.arguments import take
from lakeloop.aws.place import AWS, Place, ask_emulator, enter
from lakeloop.aws.terraform.outputs import Outputs, outputs
from lakeloop.changes import process
from lakeloop.changes.transport import Kafka, Transport, of_lake
from lakeloop.errors import UserError
from lakeloop.workspace import Workspace

_SOURCE = "shop"
_SNAPSHOT = "snapshot"
_SENT = "sent"
_PARTITIONS = 2
"""Of the topic on this machine, so that order holds within a partition here as well, and not beyond it."""


def up(workspace: Workspace, words: Sequence[str]) -> int:
    """``just cdc-up [env=dev] [transport=kafka] [again=snapshot]``: start to capture the shop's database, in the background.

    The transport is the lake's: ``transport=`` only makes sure of it.

    Raises:
        UserError: the database, the local AWS or its stream is missing, or the capture refuses; the message says what to type.
    """
    arguments, rest = take(words, {"env", "transport", "again"})
    if rest:
        raise UserError(f"Unknown word {rest[0]!r}. Usage: just cdc-up [env=dev] [transport=kafka] [again=snapshot]")
    again = arguments.get("again")
    if again not in (None, _SNAPSHOT):
        raise UserError(f"again={again} is not known: again=snapshot takes all rows of the database anew.")
    name = environment(workspace.root, arguments.get("env", "dev"))
    database = _database(workspace)
    place = enter(workspace, name)
    if place.slug == AWS:
        raise UserError(
            "On AWS the capture is a service, not a process here: `capture` in terraform/envs/, then deploy."
        )
    lake = outputs(workspace, place)
    transport = of_lake(lake, name, arguments.get("transport"))
    with process.alone(workspace):
        if process.running(workspace) is not None:
            if again:
                raise UserError("The capture runs: `just cdc-down`, then `just cdc-up again=snapshot`.")
            if isinstance(transport, Kafka):
                _broker(workspace, transport)  # it may have ended, and the capture waits for it
            print("The capture is up already: `just cdc-status` says how far it is.")
            return 0
        if isinstance(transport, Kafka):
            _broker(workspace, transport)
        told = process.start(workspace, {**place.variables, **_settings(place, lake, transport, database, again)})
    if told.state == "running":
        print(f"The capture is up (process {told.pid}, log {process.log(workspace)}), into {transport}.")
        return 0
    way = "It is tried again by itself: `just cdc-status`." if told.state == "waiting" else ""
    raise UserError(
        f"The capture does not capture: {told.message or 'see its log'} Log: {process.log(workspace)}. {way}"
    )


def down(workspace: Workspace, words: Sequence[str]) -> int:
    """``just cdc-down``: end it. The slot stays, and the database keeps what the next start is to send."""
    if words:
        raise UserError(f"Unknown word {words[0]!r}. Usage: just cdc-down")
    with process.alone(workspace):
        told = process.running(workspace)
        if told is None:
            print("The capture is not running.")
            return 0
        process.stop(workspace, told)
    print("The capture is down. Its slot stays: `just cdc-up` goes on where it stopped.")
    return 0


def status(workspace: Workspace, words: Sequence[str]) -> int:
    """``just cdc-status``: records by table since the start, the slot's lag. Gives 1 if nothing captures."""
    if words:
        raise UserError(f"Unknown word {words[0]!r}. Usage: just cdc-status")
    told = process.running(workspace)
    last = process.status(workspace)
    if told is None:
        why = f" It was refused: {last.message}" if last and last.state == "refused" else ""
        print(f"The capture is not running: `just cdc-up` starts it.{why}")
        return 1
    print(f"The capture is {told.state} (process {told.pid}, start {told.starts}).")
    print(f"log: {process.log(workspace).relative_to(workspace.root)}")
    if told.message:
        print(f"Why: {told.message}")
    for line in lines(process.health(workspace) or {}):
        print(line)
    return 0 if told.state == "running" else 1


def lines(health: Mapping[str, object]) -> list[str]:
    """The table of *health*, for 60 columns: records by table, numbers first, for names are as long as they are; then the lag."""
    sent = health.get("sent")
    if not isinstance(sent, dict):
        return []
    counts = [f"{count:,}" for count in sent.values()]
    width = max(map(len, (*counts, _SENT)))
    shown = [f"{_SENT:>{width}}  table (records since the start)"]
    shown += [f"{count:>{width}}  {name}" for count, name in zip(counts, sent, strict=True)]
    lag, silence = health.get("slot_lag_bytes"), health.get("seconds_since_change")
    behind = "The slot is gone." if lag is None else f"Not confirmed yet: {lag:,} bytes of the log."
    shown += [f"at {health.get('at')}", behind]
    if silence is not None:
        shown.append(f"Last change that was sent: committed {silence} s before.")
    return shown


def _database(workspace: Workspace) -> dict[str, str]:
    """The address of the shop's database. Raises ``UserError`` if it is not up."""
    asked = subprocess.run(
        [
            *("uv", "run", "--quiet", "--locked", "--no-dev", "--project", str(workspace.root / "sources")),
            *("lakeloop-sources", "address"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    if asked.returncode:
        raise UserError(
            asked.stderr.strip().removeprefix("error: ") or f"lakeloop-sources: exit code {asked.returncode}"
        )
    return {name: str(value) for name, value in json.loads(asked.stdout).items()}


def _broker(workspace: Workspace, topic: Kafka) -> None:
    """Have the topic on this machine. Raises ``UserError``."""
    if (port := topic.local_port()) is None:
        return
    asked = ask_emulator(workspace, os.environ, "topic", str(port), topic.name, str(_PARTITIONS))
    if asked.returncode:
        raise UserError(asked.stderr.strip())
    print(asked.stdout.strip())


def _settings(
    place: Place, lake: Outputs, transport: Transport, database: Mapping[str, str], again: str | None
) -> dict[str, str]:
    """The capture's environment variables; `ingestion/capture`, `settings.py`, says what each means."""
    return {
        "CAPTURE_SOURCE": _SOURCE,
        "CAPTURE_HOST": database["host"],
        "CAPTURE_PORT": database["port"],
        "CAPTURE_DATABASE": database["database"],
        "CAPTURE_USER": "shop_capture",
        "CAPTURE_PASSFILE": database["passfile"],
        "CAPTURE_SSLMODE": "disable",
        "CAPTURE_PUBLICATION": "shop_changes",
        **transport.settings(),
        "CAPTURE_BODIES": f"s3://{lake.raw_bucket}/oversize/",
        "CAPTURE_METRICS": place.environment,
        "CAPTURE_HEALTH_SECONDS": "5",
        "CAPTURE_HEARTBEAT_SECONDS": "5",
        "CAPTURE_AGAIN": again or "",
    }
