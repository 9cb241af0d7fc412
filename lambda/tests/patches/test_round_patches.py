"""Everything that the runner replaces in dbt is there, and dbt still calls it: an upgrade that moves it fails here."""

from __future__ import annotations

import inspect
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import dbt.tracking
import pytest
from dbt.artifacts.schemas.run.v5 import run as results_artifact
from dbt.task import build, retry, run, runnable
from dbt_common import invocation
from dbt_runner.patches import rounds


@pytest.mark.parametrize(
    ("function", "parameters"),
    [
        (runnable.GraphRunnableTask.call_runner, ["self", "runner", "parent_context"]),
        (runnable.GraphRunnableTask._handle_result, ["self", "result"]),
        (run.RunTask.safe_run_hooks, ["self", "adapter", "hook_type", "extra_context"]),
        (results_artifact.process_run_result, ["result"]),
        (run.MicrobatchBatchRunner._build_failed_run_batch_result, ["self", "model", "batch", "elapsed_time"]),
    ],
)
def test_signatures(function, parameters):
    assert list(inspect.signature(function).parameters) == parameters


@pytest.mark.parametrize("name", ["call_runner", "_handle_result", "safe_run_hooks"])
@pytest.mark.parametrize("task", [build.BuildTask, run.RunTask, *retry.TASK_DICT.values()])
def test_no_task_has_one_of_its_own(task: Any, name: str):
    """A command with its own version would run nodes past the journal."""
    owners = {base.__name__ for base in task.__mro__ if name in vars(base)}
    # `dbt compile --select an_ephemeral_model` adds to what it inherits, for that command only.
    assert owners - ({"CompileTask"} if name == "_handle_result" else set()) <= {"GraphRunnableTask", "RunTask"}


def test_every_way_of_running_a_node_goes_through_them():
    source = "".join(Path(module.__file__).read_text("utf-8") for module in (build, run, runnable))
    assert source.count("runner.run_with_hooks(") == 1
    assert "result = runner.run_with_hooks(self.manifest)" in inspect.getsource(runnable.GraphRunnableTask.call_runner)
    assert "process_run_result(result) for result in results" in inspect.getsource(
        results_artifact.RunResultsArtifact.from_execution_results
    )


def test_an_invocation_looks_like_the_one_that_began_the_run(monkeypatch):
    user = SimpleNamespace(run_started_at=None)
    monkeypatch.setattr(dbt.tracking, "active_user", user)
    for name in ("_INVOCATION_ID", "_INVOCATION_STARTED_AT"):
        monkeypatch.setattr(invocation, name, getattr(invocation, name))
    listen = rounds.same_invocation("the-first", "2026-11-20T16:00:00.123456+00:00")

    listen(SimpleNamespace(info=SimpleNamespace(name="AnotherEvent")))
    assert user.run_started_at is None
    listen(SimpleNamespace(info=SimpleNamespace(name="MainReportVersion")))

    assert user.run_started_at.isoformat() == "2026-11-20T16:00:00.123456+00:00"
    assert invocation.get_invocation_id() == "the-first"
    assert invocation.get_invocation_started_at().isoformat() == "2026-11-20T16:00:00.123456"
