"""``just schedule``: the runs that begin by themselves, when they do next; paused and resumed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError
from lakeloop_project.environments import environment

from lakeloop.arguments import meant, take
from lakeloop.aws.place import enter
from lakeloop.aws.terraform.outputs import outputs
from lakeloop.errors import UserError
from lakeloop.rows import print_rows, style
from lakeloop.workspace import Workspace

_USAGE = "Usage: just schedule [env=dev] [format=table|tsv|json], just schedule pause|resume [NAME ...] [env=dev]"
_STATES = {"pause": "DISABLED", "resume": "ENABLED"}
# UpdateSchedule forgets what it is not told: https://docs.aws.amazon.com/scheduler/latest/APIReference/API_UpdateSchedule.html
_KEPT = (
    *("Name", "GroupName", "Description", "ScheduleExpression", "ScheduleExpressionTimezone", "FlexibleTimeWindow"),
    *("Target", "KmsKeyArn", "StartDate", "EndDate", "ActionAfterCompletion"),
)


def schedule(workspace: Workspace, words: Sequence[str]) -> int:
    """Print an environment's schedules, or pause or resume those that are named, all if none is.

    Raises:
        UserError: an unknown word or schedule, an environment that is not applied or has no schedules.
    """
    arguments, rest = take(words, {"env", "on", "format"})
    if rest and rest[0] not in _STATES:
        raise UserError(f"Unknown word {rest[0]!r}.{meant(rest[0], _STATES)} {_USAGE}")
    shown = style(arguments.get("format"))
    name = environment(workspace.root, arguments.get("env", "dev"))
    place = enter(workspace, name, arguments.get("on"))
    group = outputs(workspace, place).schedule_group
    client = place.client("scheduler")
    try:
        found = listed(client, group) if group else []
        if not found:
            raise UserError(
                f"{name} has no schedules. In terraform/envs/{name}.tfvars, then applied: schedules = "
                '{ nightly = { expression = "cron(0 4 * * ? *)", timezone = "Europe/Berlin" } }'
            )
        if rest:
            _set(client, found, rest[1:], _STATES[rest[0]])
            found = listed(client, group)
    except ClientError as error:
        raise UserError(f"{place}: {error.response['Error'].get('Message')}") from error
    names = ("schedule", "state", "expression", "time zone", "runs", "next")
    print_rows(shown, names, _rows(workspace, found))
    return 0


def listed(client: Any, group: str) -> list[dict[str, Any]]:
    """The schedules of a group by name, each as Scheduler tells all of it."""
    pages = client.get_paginator("list_schedules").paginate(GroupName=group)
    listed = sorted(one["Name"] for page in pages for one in page["Schedules"])
    return [client.get_schedule(GroupName=group, Name=name) for name in listed]


def _set(client: Any, found: Sequence[dict[str, Any]], names: Sequence[str], state: str) -> None:
    known = {one["Name"]: one for one in found}
    if unknown := [name for name in names if name not in known]:
        raise UserError(f"No schedule {', '.join(unknown)}.{meant(unknown[0], known)} Known: {', '.join(known)}.")
    for name in names or known:
        kept = {key: value for key, value in known[name].items() if key in _KEPT and value is not None}
        client.update_schedule(**kept, State=state)


def _rows(workspace: Workspace, found: Sequence[dict[str, Any]]) -> list[Sequence[object]]:
    rows: list[Sequence[object]] = []
    for one, moments in zip(found, _next(workspace, found), strict=True):
        said = json.loads(one["Target"].get("Input") or "{}")
        # A pipeline of batch ingestion is no command of dbt's.
        ingest = ["just ingest", said["pipeline"]] if "pipeline" in said else []
        does = " ".join([*said.get("command", []), *said.get("cli_args", []), *ingest])
        state = "paused" if one["State"] == "DISABLED" else "on"
        following = "" if state == "paused" else ", ".join(moments) or "never"
        rows.append((one["Name"], state, one["ScheduleExpression"], one["ScheduleExpressionTimezone"], does, following))
    return rows


def _next(workspace: Workspace, found: Sequence[dict[str, Any]]) -> list[list[str]]:
    """The next moments of each; AWS does not say them. Reckoned by the emulator's library, which is Python alone."""
    asked = [
        {
            "expression": one["ScheduleExpression"],
            "zone": one["ScheduleExpressionTimezone"],
            "start": _iso(one.get("StartDate") or one["CreationDate"]),
            "end": _iso(one.get("EndDate")),
        }
        for one in found
    ]
    answered = subprocess.run(
        [sys.executable, "-m", "local_scheduler"],
        env={**os.environ, "PYTHONPATH": str(workspace.root / "emulator" / "src")},
        input=json.dumps(asked),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    moments: list[list[str]] = json.loads(answered.stdout)
    return moments


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
