"""``just job``: a Spark job of the environment, started and followed to its end, with its log."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from lakeloop_project.environments import environment

from lakeloop.arguments import meant, take
from lakeloop.aws.place import Place, enter
from lakeloop.errors import UserError
from lakeloop.interrupted import EXIT_CODE
from lakeloop.workspace import Workspace

_USAGE = "Usage: just job NAME [env=dev] [--ARGUMENT VALUE ...]; without words it lists jobs"
_ENDED = ("SUCCEEDED", "FAILED", "TIMEOUT", "STOPPED", "ERROR")
_SECONDS = 1.0
_STREAMS = ("output", "error")


def job(workspace: Workspace, words: Sequence[str]) -> int:
    """``just job NAME env=dev --day 2026-01-01``: start it, print its log and its state.

    Returns:
        0 if it succeeded, 1 if not.

    Raises:
        UserError: an unknown word or job, a run that was refused.
    """
    arguments, rest = take(words, {"env", "on"})
    names = [word for word in rest[:1] if not word.startswith("-")]
    given = _arguments(rest[len(names) :])
    if given and not names:
        raise UserError(f"{_USAGE}.")
    env = environment(workspace.root, arguments.get("env", "dev"))
    place = enter(workspace, env, arguments.get("on"))
    start = f"{workspace.settings.name}-{env}-dbt-"
    try:
        there = sorted(name.removeprefix(start) for name in _names(place.client("glue")) if name.startswith(start))
        if not names:
            print(
                "\n".join(there)
                or f"No jobs in {place}: `jobs` of terraform/envs/{env}.tfvars, then applied, makes some."
            )
            return 0
        name = names[0].replace("_", "-")
        if name not in there:
            raise UserError(
                f"There is no job {names[0]!r} in {place}.{meant(name, there)} Jobs: {', '.join(there) or 'none'}."
            )
        return _run(place, start + name, given)
    except (ClientError, BotoCoreError) as error:
        said = error.response["Error"].get("Message") if isinstance(error, ClientError) else str(error)
        raise UserError(f"{place}: {said}") from error


def _arguments(words: Sequence[str]) -> dict[str, str]:
    """``--day 2026-01-01`` as Glue has it. Raises ``UserError``."""
    if len(words) % 2 or not all(name.startswith("--") for name in words[::2]):
        raise UserError(f"A job's arguments are pairs, --NAME VALUE, not {' '.join(words)!r}. {_USAGE}.")
    return dict(zip(words[::2], words[1::2], strict=True))


def _names(glue: Any) -> Iterator[str]:
    for page in glue.get_paginator("get_jobs").paginate():
        yield from (one["Name"] for one in page["Jobs"])


def _run(place: Place, name: str, given: dict[str, str]) -> int:
    glue, log = place.client("glue"), _Log(place.client("logs"))
    run = glue.start_job_run(JobName=name, Arguments=given)["JobRunId"]
    print(f"{name} {run}: started", file=sys.stderr)
    state = ""
    try:
        while state not in _ENDED:
            found = glue.get_job_run(JobName=name, RunId=run)["JobRun"]
            if found["JobRunState"] != state:
                state = found["JobRunState"]
                print(f"{state.lower()}", file=sys.stderr)
            log.show(found["LogGroupName"], run)
            if state not in _ENDED:
                time.sleep(_SECONDS)
    except KeyboardInterrupt:
        print(
            f"\nThe run goes on. `aws glue batch-stop-job-run --job-name {name} --job-run-ids {run}` ends it.",
            file=sys.stderr,
        )
        return EXIT_CODE
    print(f"{name}: {state} after {found['ExecutionTime']} s", file=sys.stderr)
    if found.get("ErrorMessage"):
        print(found["ErrorMessage"], file=sys.stderr)
    return 0 if state == "SUCCEEDED" else 1


class _Log:
    """The lines of a run that were not shown yet: what it prints on standard output, its errors on standard error."""

    def __init__(self, logs: Any) -> None:
        self._logs, self._tokens = logs, dict[str, str]()

    def show(self, group: str, run: str) -> None:
        """Print what has come."""
        for stream in _STREAMS:
            while True:
                more = {"nextToken": self._tokens[stream]} if stream in self._tokens else {}
                try:
                    answer = self._logs.get_log_events(
                        logGroupName=f"{group}/{stream}", logStreamName=run, startFromHead=True, **more
                    )
                except self._logs.exceptions.ResourceNotFoundException:
                    break  # it has written nothing yet
                for event in answer["events"]:
                    print(
                        event["message"].rstrip("\n"), file=sys.stdout if stream == "output" else sys.stderr, flush=True
                    )
                if answer["nextForwardToken"] == self._tokens.get(stream):
                    break
                self._tokens[stream] = answer["nextForwardToken"]
