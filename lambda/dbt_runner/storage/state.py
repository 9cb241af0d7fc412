"""States for dbt to compare with: the environment's, and the one that a failed run left.

The state is what the last whole build that succeeded left under ``latest/``. A run compares with the same state in all of its
invocations: the first one copies it to ``runs/<run_id>/state/``. dbt finds what it reads in the run's folder, apart from the
target folder, which it writes.
https://docs.getdbt.com/reference/node-selection/state-selection
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from dbt.version import __version__ as dbt_version

from dbt_runner import options
from dbt_runner.errors import TerminalError
from dbt_runner.event import Request
from dbt_runner.run import Run
from dbt_runner.storage.store import Store

LATEST = "latest/"
FILES = ("manifest.json", "run_results.json")
ABOUT = "state.json"
"""``{"run_id": ..., "dbt_version": ..., "begun_at": ...}``: written after the files that it is about."""


def provide(store: Store, this: Run, request: Request, environment: str) -> Request:
    """*request* as dbt understands it, with the folder of what it compares with.

    Raises:
        TerminalError: there is no such state or run, or it is of another version of dbt, or there is nothing to retry, or its
            event would be refused today.
        TransientError: the bucket could not be reached.
    """
    if request.command[0] == "retry":
        folder = _failed(store, this, request.command[1], environment)
        return replace(request, command=("retry",), cli_args=(*request.cli_args, "--state", str(folder)))
    if options.compares(request):
        folder = _state(store, this, environment)
        return replace(request, cli_args=(*request.cli_args, "--state", str(folder)))
    return request


def _state(store: Store, this: Run, environment: str) -> Path:
    """The environment's state as the first invocation of the run found it."""
    own = f"runs/{this.run_id}/state/"
    about = store.get(own + ABOUT)
    if about is None:
        about = store.get(LATEST + ABOUT)
        if about is None:
            raise TerminalError(
                f"The environment {environment} has no state to compare with yet: looked for s3://{store.bucket}/{LATEST}{ABOUT}, "
                "which a `build` of everything leaves when it succeeds. Run one."
            )
        _check_version(
            f"The state of {environment} (run {about.content['run_id']})",
            about.content["dbt_version"],
            "A `build` of everything that succeeds makes a new one.",
        )
        for name in FILES:
            store.copy(LATEST + name, own + name)
        store.put(own + ABOUT, about.content)
    return _fetch(store, own, this.folder / "state")


def _failed(store: Store, this: Run, run_id: str, environment: str) -> Path:
    """Fetch the results of the run that is to be retried."""
    prefix = f"runs/{run_id}/"
    _check_ended(store, run_id)
    asked = store.get(prefix + "event.json")
    if asked is not None:  # dbt takes the run's options from what it left, and an older runner let more of them through
        options.check(Request(tuple(asked.content["command"]), tuple(asked.content["cli_args"])))
    folder = this.folder / "retried"
    folder.mkdir()
    results = folder / "run_results.json"
    store.fetch(prefix + results.name, results)
    content = json.loads(results.read_text("utf-8"))
    _check_version(
        f"The run {run_id}", content["metadata"]["dbt_version"], "Begin a new run, with what failed as its --select."
    )
    _check_retryable(run_id, content)
    # dbt takes the options of the run from here, the folder of the state that it compared with among them.
    if content["args"].get("state"):
        for name in (*FILES, ABOUT):
            store.copy(f"{prefix}state/{name}", f"runs/{this.run_id}/state/{name}")
        content["args"]["state"] = str(_state(store, this, environment))
        results.write_text(json.dumps(content), "utf-8")
    return folder


def _check_ended(store: Store, run_id: str) -> None:
    prefix = f"runs/{run_id}/"
    summary = store.get(prefix + "summary.json")
    if summary is None and not store.keys(prefix):
        raise TerminalError(
            f"There is no run {run_id} to retry: looked for s3://{store.bucket}/{prefix}summary.json. An answer names its `run_id`."
        )
    if summary is None or summary.content["status"] == "incomplete":
        raise TerminalError(
            f"The run {run_id} has not ended: an event with this `run_id` and no command carries it on. What fails in it can be "
            "retried afterwards."
        )
    if "raised" in summary.content:
        raise TerminalError(
            f"The run {run_id} ran nothing that could be retried: {summary.content['raised']['message']} Begin a new run."
        )
    if summary.content["status"] == "success":
        raise TerminalError(f"The run {run_id} succeeded: there is nothing to retry.")


def _check_retryable(run_id: str, results: dict[str, Any]) -> None:
    from dbt.task.retry import RETRYABLE_STATUSES  # with all of dbt's tasks

    if results["args"].get("which") == "run-operation":
        return
    nodes = [result for result in results["results"] if not result["unique_id"].startswith("operation.")]
    if not any(node["status"] in RETRYABLE_STATUSES for node in nodes):
        raise TerminalError(
            f"The run {run_id} failed in its hooks, and no node of it failed or was skipped: there is nothing to retry. Begin a "
            "new run."
        )


def _check_version(what: str, version: str, todo: str) -> None:
    if version != dbt_version:
        raise TerminalError(
            f"{what} is of dbt {version}; the function has dbt {dbt_version} and does not mix them. {todo}"
        )


def _fetch(store: Store, prefix: str, folder: Path) -> Path:
    folder.mkdir()
    for name in FILES:
        store.fetch(prefix + name, folder / name)
    return folder
