"""``just invoke``: a dbt command in the runner function. ``just run``: one in as many invocations as it takes."""

from __future__ import annotations

import json
import sys
import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from lakeloop_project.environments import environment

from lakeloop.arguments import take
from lakeloop.aws.account import EXPIRED, SIGN_IN
from lakeloop.aws.place import AWS, Place, enter
from lakeloop.aws.runs import runner
from lakeloop.aws.runs.answer import print_answer, tell
from lakeloop.aws.runs.following import follow
from lakeloop.aws.terraform.outputs import Outputs, outputs
from lakeloop.errors import UserError
from lakeloop.interrupted import EXIT_CODE
from lakeloop.skip import leave_out
from lakeloop.workspace import Workspace

UNHEARD = 75
"""EX_TEMPFAIL of sysexits.h: with credentials that are valid, the same run can be waited for again."""


def invoke(workspace: Workspace, words: Sequence[str]) -> int:
    """``just invoke [env=dev] [test --select fct_orders]``: ``build`` unless told otherwise.

    Returns:
        0 if all that ran succeeded, 1 if something failed.
    """
    arguments, rest = take(words, {"env", "on"})
    place = enter(workspace, environment(workspace.root, arguments.get("env", "dev")), arguments.get("on"))
    command, cli_args = split(leave_out(workspace, rest, place.left_out))
    answer = runner.invoke(place, outputs(workspace, place), command, cli_args)
    print_answer(answer)
    if answer["status"] == "incomplete":
        print(
            f"There was no time for all of it: `just run env={place.environment} run_id={answer['run_id']}` carries on."
        )
    return 0 if answer["status"] == "success" else 1


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
        ended = follow(place, lake, execution, run_id)
        return tell(place, lake, ended, run_id, max_bytes)
    except KeyboardInterrupt:
        print(f"\nThe run {run_id} goes on: the function's log is at `just logs env={place.environment} -f`.")
        return EXIT_CODE
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


def split(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """dbt's words as the event has them: the command and its positional words, and the options."""
    first = next((position for position, word in enumerate(words) if word.startswith("-")), len(words))
    return list(words[:first]) or ["build"], list(words[first:])


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
