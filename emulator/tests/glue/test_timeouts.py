"""Runs and applications whose time is over: minutes count from the script's start, and what is idle stops."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from local_glue import runner
from local_glue.environments import Environment
from local_glue.model import JobFailed, Work
from local_glue.runs import Run
from localstack_plugin import glue_jobs
from localstack_plugin.emr_serverless import JobRun, is_idle

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)


class Place:
    """A role's place with one script; it keeps what is told of the run."""

    def __init__(self) -> None:
        self.told: list[Any] = []

    def variables(self) -> dict[str, str]:
        return {"AWS_REGION": "r"}

    def fetch(self, address: str) -> bytes:
        return b"import time\ntime.sleep(600)"

    def client(self, service: str) -> Any:
        raise JobFailed(f"There is no {service} here.")

    def tell(self, source: str, kind: str, detail: Any) -> None:
        self.told.append((detail["state"], detail["severity"]))


def test_a_glue_job_ends_timeout_by_its_own_minutes_and_is_not_tried_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    run, place, minutes, made_in = Run("slow", "pythonshell", {}, timeout=1), Place(), list[float](), list[str]()
    job: Any = SimpleNamespace(name="slow", command={"ScriptLocation": "s3://b/slow.py"}, max_retries=2, job_runs=[run])

    def attempt(work: Work, of: Any, folder: Path, root: Path) -> runner.Attempt:
        minutes.append(work.seconds / 60)
        return runner.Attempt(replace(work, seconds=work.seconds / 60), of, tmp_path / "run", root)

    def provide(root: Path, spark: bool) -> Environment:
        made_in.append(run.state)
        return Environment(Path(sys.prefix))

    monkeypatch.setattr(glue_jobs, "Attempt", attempt)
    monkeypatch.setattr(runner, "provide", provide)
    glue_jobs._carry_out(job, run, {}, place)  # type: ignore[arg-type]
    assert (run.state, run.message, minutes) == ("TIMEOUT", "Job run timed out.", [1])
    assert (place.told, job.job_runs) == ([("TIMEOUT", "WARN")], [run])
    # The time that an environment takes to be made is none of the run's.
    assert made_in == ["STARTING"]
    assert run.began and run.ended
    assert run.described()["ExecutionTime"] == int((run.ended - run.began).total_seconds())


@pytest.mark.parametrize(
    ("minutes", "state", "stop", "idle"),
    [
        (1, "SUCCESS", {"enabled": True, "idleTimeoutMinutes": 1}, True),
        (1, "SUCCESS", {"enabled": True, "idleTimeoutMinutes": 2}, False),
        (14, "FAILED", {}, False),
        (15, "FAILED", {}, True),
        (60, "SUCCESS", {"enabled": False, "idleTimeoutMinutes": 1}, False),
        (60, "RUNNING", {"enabled": True, "idleTimeoutMinutes": 1}, False),
    ],
)
def test_an_application_is_idle_when_its_last_run_ended_so_many_minutes_ago(
    minutes: int, state: str, stop: dict[str, Any], idle: bool
) -> None:
    application: Any = SimpleNamespace(state="STARTED", auto_stop_configuration=stop)
    earlier = JobRun("a", "arn", {}, "emr-7.9.0", "me", "1", state="FAILED", updated=NOW - timedelta(days=1))
    last = JobRun("a", "arn", {}, "emr-7.9.0", "me", "2", state=state, updated=NOW - timedelta(minutes=minutes))
    assert is_idle(application, [last, earlier], NOW) is idle
    assert not is_idle(application, [], NOW)
    application.state = "CREATED"
    assert not is_idle(application, [last], NOW)
