"""dbt as a child process whose events and artifacts are read, not shown.

https://docs.getdbt.com/reference/events-logging, https://docs.getdbt.com/reference/artifacts/run-results-json
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lakeloop.dbt_command import command, variables
from lakeloop.errors import UserError
from lakeloop.warm import forks
from lakeloop.workspace import Workspace

_SHOWN = 12


@dataclass(frozen=True)
class Result:
    """How a node fared: ``success``, ``pass``, ``error``, ``fail``, ``skipped`` or ``warn``; its SQL, if there is any."""

    unique_id: str
    status: str
    message: str = ""
    compiled: str = ""

    @property
    def kind(self) -> str:
        """``model``, ``seed``, ``test`` and so on."""
        return self.unique_id.partition(".")[0]


@dataclass(frozen=True)
class Done:
    """A dbt that has ended."""

    code: int
    events: list[dict[str, Any]]
    target: Path
    results: dict[str, Result] = field(default_factory=dict)

    @property
    def manifest(self) -> dict[str, Any]:
        """``manifest.json``; empty if dbt did not come so far."""
        file = self.target / "manifest.json"
        return dict(json.loads(file.read_text("utf-8"))) if file.exists() else {}

    @property
    def deprecations(self) -> int:
        """How many deprecations dbt told, each occurrence counted once."""
        return sum("deprecat" in str(event["info"].get("name", "")).lower() for event in self.events)

    @property
    def said(self) -> str:
        """dbt's errors, or its last words if it told none."""
        errors = [str(event["info"]["msg"]).strip() for event in self.events if event["info"].get("level") == "error"]
        lines = "\n".join(errors or [str(event["info"]["msg"]) for event in self.events[-3:]]).strip().splitlines()
        return "\n".join(line for line in lines[:_SHOWN] if line.strip())


def run(
    workspace: Workspace, name: str, words: Sequence[str], environment: Mapping[str, str], target: Path | None = None
) -> Done:
    """Run dbt with *words*; its log stays in ``.lakeloop/adopt/<name>.log``.

    Args:
        target: where dbt keeps its artifacts between commands; without, a fresh folder for this one.

    Raises:
        UserError: dbt did not come so far as to say anything.
    """
    fresh = workspace.state / "adopt" / name
    if target is None:
        shutil.rmtree(fresh, ignore_errors=True)
    found = {**variables(workspace), **environment}
    return run_program(workspace, name, command(["--log-format", "json", *words]), found, target or fresh)


def run_program(
    workspace: Workspace, name: str, program: Sequence[str], environment: Mapping[str, str], target: Path
) -> Done:
    """As ``run``, for a *program* that runs dbt with ``--log-format json``."""
    folder = workspace.state / "adopt"
    (target / "run_results.json").unlink(missing_ok=True)
    aside = {"DBT_TARGET_PATH": str(target), "DBT_LOG_PATH": str(folder / "logs" / name), "DBT_USE_COLORS": "False"}
    done = forks.captured(program, {**environment, **aside})
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.log").write_text(done.stdout + done.stderr, "utf-8")
    found = [event for line in done.stdout.splitlines() if (event := _event(line))]
    if done.returncode and not found:
        said = (done.stderr or done.stdout).strip().removeprefix("error: ")
        raise UserError(f"dbt ({name}) did not run: {said[-600:]}")
    return Done(done.returncode, found, target, _results(target))


def results_of(document: Mapping[str, Any]) -> dict[str, Result]:
    """The results in a ``run_results.json``, by their nodes."""
    return {
        str(one["unique_id"]): Result(
            str(one["unique_id"]),
            str(one["status"]).replace("partial success", "error"),
            str(one.get("message") or ""),
            str(one.get("compiled_code") or ""),
        )
        for one in document.get("results", [])
    }


def _results(target: Path) -> dict[str, Result]:
    file = target / "run_results.json"
    return results_of(json.loads(file.read_text("utf-8"))) if file.exists() else {}


def _event(line: str) -> dict[str, Any] | None:
    try:
        event = json.loads(line)
    except ValueError:
        return None
    return event if isinstance(event, dict) and isinstance(event.get("info"), dict) else None
