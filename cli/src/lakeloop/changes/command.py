"""`just cdc-up`, `just cdc-down` and `just cdc-status`; each may be typed twice."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping, Sequence

from lakeloop_project.environments import environment

from lakeloop.arguments import take
from lakeloop.aws.outputs import Outputs, outputs
from lakeloop.aws.place import AWS, Place, enter
from lakeloop.changes import process
from lakeloop.errors import UserError
from lakeloop.workspace import Workspace

_SOURCE = "shop"
_SNAPSHOT = "snapshot"


def up(workspace: Workspace, words: Sequence[str]) -> int:
    """``just cdc-up [env=dev] [again=snapshot]``: start to capture the shop's database, in the background.

    Raises:
        UserError: the database, the local AWS or its stream is missing, or the capture refuses; the message says what to type.
    """
    arguments, rest = take(words, {"env", "again"})
    if rest:
        raise UserError(f"Unknown word {rest[0]!r}. Usage: just cdc-up [env=dev] [again=snapshot]")
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
    if not lake.changes_stream:
        raise UserError(
            f"{name} captures no changes: there is no stream for them. In terraform/envs/{name}.tfvars: changes = {{}}; then "
            f"`just tf-apply env={name}`."
        )
    with process.alone(workspace):
        if process.running(workspace) is not None:
            if again:
                raise UserError("The capture runs: `just cdc-down`, then `just cdc-up again=snapshot`.")
            print("The capture is up already: `just cdc-status` says how far it is.")
            return 0
        told = process.start(workspace, {**place.variables, **_settings(place, lake, database, again)})
    if told.state == "running":
        print(f"The capture is up (process {told.pid}, log {process.log(workspace)}), into {lake.changes_stream}.")
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
    print(f"The capture is {told.state} (process {told.pid}, start {told.starts}). Log: {process.log(workspace)}")
    if told.message:
        print(f"Why: {told.message}")
    for line in lines(process.health(workspace) or {}):
        print(line)
    return 0 if told.state == "running" else 1


def lines(health: Mapping[str, object]) -> list[str]:
    """The table of *health*: records by table, then the lag."""
    sent = health.get("sent")
    if not isinstance(sent, dict):
        return []
    width = max([len(str(name)) for name in sent] + [len("table")])
    shown = [f"{'table':<{width}}  records sent since the start"]
    shown += [f"{name:<{width}}  {count:,}" for name, count in sent.items()]
    lag, silence = health.get("slot_lag_bytes"), health.get("seconds_since_change")
    shown.append(
        f"at {health.get('at')}: {'the slot is gone' if lag is None else f'{lag:,} bytes of the log are not confirmed yet'}"
    )
    if silence is not None:
        shown.append(f"last change that was sent: committed {silence} s before that")
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


def _settings(place: Place, lake: Outputs, database: Mapping[str, str], again: str | None) -> dict[str, str]:
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
        "CAPTURE_TRANSPORT": f"kinesis:{lake.changes_stream}",
        "CAPTURE_BODIES": f"s3://{lake.raw_bucket}/oversize/",
        "CAPTURE_METRICS": place.environment,
        "CAPTURE_HEALTH_SECONDS": "5",
        "CAPTURE_HEARTBEAT_SECONDS": "5",
        "CAPTURE_AGAIN": again or "",
    }
