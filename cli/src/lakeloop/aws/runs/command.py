"""``just run``: a dbt command in as many invocations as it takes, started in Step Functions and followed to its end."""

from __future__ import annotations

import json
import sys
import time
import uuid
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from lakeloop_project.environments import environment
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Column

from lakeloop import terminal
from lakeloop.arguments import take
from lakeloop.aws.account import EXPIRED, SIGN_IN
from lakeloop.aws.place import AWS, Place, enter
from lakeloop.aws.runs.invoke import print_answer, split
from lakeloop.aws.runs.lease import read
from lakeloop.aws.terraform.outputs import Outputs, outputs
from lakeloop.errors import UserError
from lakeloop.plural import counted
from lakeloop.skip import leave_out
from lakeloop.workspace import Workspace

_POLL_SECONDS = 1.0
_SHOWN = 4
_BAR = 16
UNHEARD = 75
"""EX_TEMPFAIL of sysexits.h: with credentials that are valid, the same run can be waited for again."""


def run(workspace: Workspace, words: Sequence[str]) -> int:
    """``just run [env=dev] [wait=600] [build --select +fct_orders]``, or ``just run run_id=...`` to carry a run on.

    ``wait``: seconds to wait while another run has the environment; without it, that is an error. ``arrived``: sources whose raw
    tables have to know new files first, ``shop.orders,shop.items``. ``arrived_from``: the first day that incremental models have to
    read (docs/EVENTS.md).

    Returns:
        0 if all that ran succeeded, 1 if something failed or more than ``max_bytes`` were scanned; and of a run that goes on
        without this process: ``UNHEARD`` if AWS no longer answered, or not these credentials, 130 after Ctrl-C.

    Raises:
        UserError: the run was not started, or ended without an answer.
    """
    arguments, rest = take(words, {"env", "on", "run_id", "wait", "max_bytes", "arrived", "arrived_from"})
    max_bytes = _whole(arguments, "max_bytes", "bytes")
    wait_seconds = _whole(arguments, "wait", "seconds")
    place = enter(workspace, environment(workspace.root, arguments.get("env", "dev")), arguments.get("on"))
    lake = outputs(workspace, place)
    command, cli_args = split(leave_out(workspace, rest, place.left_out))
    event: dict[str, Any] = {"command": command, "cli_args": cli_args}
    name = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{uuid.uuid4().hex[:8]}"
    run_id = arguments.get("run_id", name)
    if "run_id" in arguments:
        event = {"run_id": run_id} if not rest else {**event, "run_id": run_id}
    if "arrived" in arguments:
        event["arrived"] = arguments["arrived"].split(",")
    if "arrived_from" in arguments:
        event["arrived_from"] = arguments["arrived_from"]
    if wait_seconds:
        event["wait_seconds"] = wait_seconds
    execution = _start(place, lake, name, event)
    print(f"The run {run_id} has begun. It goes on whatever becomes of this terminal.", flush=True)
    try:
        ended = _follow(place, lake, execution, run_id)
        return _tell(place, lake, ended, run_id, max_bytes)
    except KeyboardInterrupt:
        print(f"\nThe run {run_id} goes on: the function's log is at `just logs env={place.environment} -f`.")
        return 130
    except (BotoCoreError, ClientError) as error:
        print(_unheard(place, run_id, error), file=sys.stderr)
        return UNHEARD


def _unheard(place: Place, run_id: str, error: Exception) -> str:
    """A message for a run whose end this process will not see: a session that has expired, a network that is gone."""
    expired = isinstance(error, ClientError) and error.response["Error"].get("Code") in EXPIRED
    reason = "The session has expired" if expired else f"AWS could not be asked: {error}"
    here = "" if place.slug != AWS else " on=aws"
    return (
        f"{reason}. The run {run_id} goes on all the same. {SIGN_IN if expired else 'When AWS answers again:'} "
        f"`just run env={place.environment}{here} run_id={run_id}` waits for its end and tells how it ended."
    )


def _whole(arguments: Mapping[str, str], name: str, unit: str) -> int:
    """The whole number that the argument *name* holds, 0 without it."""
    word = arguments.get(name, "0")
    if not word.isdecimal():
        raise UserError(f"{name}={word} is not a number of {unit}.")
    return int(word)


def _start(place: Place, lake: Outputs, name: str, event: dict[str, Any]) -> str:
    try:
        started = place.client("stepfunctions").start_execution(
            stateMachineArn=lake.state_machine_arn, name=name, input=json.dumps(event)
        )
    except ClientError as error:
        code, message = error.response["Error"].get("Code"), error.response["Error"].get("Message", "")
        todo = f"`just tf-apply env={place.environment}` makes it." if code == "StateMachineDoesNotExist" else ""
        raise UserError(f"Step Functions does not start {lake.state_machine_arn}: {code}: {message} {todo}") from error
    return str(started["executionArn"])


def _follow(place: Place, lake: Outputs, execution: str, run_id: str) -> dict[str, Any]:
    """Wait for the execution's end: a bar on a terminal, a line for each change elsewhere."""
    steps, s3 = place.client("stepfunctions"), place.client("s3")
    console = terminal.console(stderr=True)
    said = ""
    with Progress(*_columns(), console=console, transient=True, expand=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("starting", total=None, running="")
        while True:
            described: dict[str, Any] = steps.describe_execution(executionArn=execution)
            lease = read(s3, lake.artifacts_bucket, place.environment)
            progress = lease.get("progress") if lease.get("run_id") == run_id else None
            line = ""
            if progress and progress["nodes"]:
                running = _running(progress["running"])
                bar.update(task, description=f"round {progress['round']}")
                bar.update(task, completed=progress["done"], total=progress["nodes"])
                bar.update(task, running=running)
                line = f"round {progress['round']}: {progress['done']} of {counted(progress['nodes'], 'node')} done"
            elif lease and lease["run_id"] != run_id and lease["expires_at"] > time.time():
                running = ""
                line = f"{place.environment} is in use by the run {lease['run_id']} (dbt {lease['command']})"
                bar.update(task, description="waiting", running=line)
            if line and not console.is_terminal and line != said:
                console.print(f"{line}{', running ' + running if running else ''}", soft_wrap=True)
                said = line
            if described["status"] != "RUNNING":
                return described
            time.sleep(_POLL_SECONDS)


def _columns() -> tuple[ProgressColumn, ...]:
    """Columns of the line: round, bar, counts and time keep their widths; the names of nodes get what is left."""
    return (
        TextColumn("{task.description}", markup=False, table_column=Column(no_wrap=True)),
        BarColumn(_BAR, table_column=Column(width=_BAR)),
        MofNCompleteColumn(table_column=Column(no_wrap=True)),
        TimeElapsedColumn(table_column=Column(no_wrap=True)),
        TextColumn(
            "{task.fields[running]}", markup=False, table_column=Column(ratio=1, no_wrap=True, overflow="ellipsis")
        ),
    )


def _running(running: dict[str, float]) -> str:
    """The nodes that have run longest, by the last part of their names."""
    longest = sorted(running.items(), key=lambda item: -item[1])
    names = [f"{unique_id.split('.', 2)[-1]} {seconds:.0f} s" for unique_id, seconds in longest[:_SHOWN]]
    return ", ".join([*names, f"{len(longest) - _SHOWN} more"] if len(longest) > _SHOWN else names)


def _tell(place: Place, lake: Outputs, ended: dict[str, Any], run_id: str, max_bytes: int) -> int:
    if ended["status"] == "SUCCEEDED":
        answer = json.loads(ended["output"])
        print_answer(answer)
        if max_bytes and answer["bytes_scanned"] > max_bytes:
            print(
                f"The run scanned {counted(answer['bytes_scanned'], 'byte')}, more than max_bytes={max_bytes:,}.",
                file=sys.stderr,
            )
            return 1
        return 0
    if ended.get("error") == "DbtFailed":
        key = f"runs/{run_id}/summary.json"
        print_answer(json.loads(place.client("s3").get_object(Bucket=lake.artifacts_bucket, Key=key)["Body"].read()))
        return 1
    cause = ended.get("cause") or "no cause given"
    with suppress(ValueError):  # what a function raises comes as JSON
        cause = json.loads(cause).get("errorMessage", cause)
    if ended.get("error") == "LeaseHeld":
        raise UserError(f"{cause}\n`just run wait=600 ...` waits for its end, 600 s at most.")
    raise UserError(
        f"The run {run_id} did not end well: {ended['status']}, {ended.get('error', 'no error given')}: {cause}\n"
        f"What has succeeded is kept: `just run env={place.environment} run_id={run_id}` carries on."
    )
