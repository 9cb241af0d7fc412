"""``just verify``: all that a team's CI asks of its project, on this machine and in a local AWS of its own.

Each step is a command that a person can type, in a process of its own, so that what fails here is looked at there.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lakeloop_project import DbtProject, packages
from lakeloop_project.environments import environments
from rich.console import Console
from rich.table import Table

from lakeloop import emulator
from lakeloop.errors import UserError
from lakeloop.sources import known
from lakeloop.workspace import Workspace

_SHOWN_LINES = 40
_BUILT = ("model", "seed", "snapshot")


@dataclass(frozen=True)
class Step:
    """A ``just`` recipe with its words, the first ones of ``lakeloop``'s; ``reason`` says why it is left out, if it is."""

    name: str
    words: tuple[str, ...]
    reason: str = ""

    @property
    def recipe(self) -> str:
        return f"just {' '.join(self.words)}"


class Report:
    """What was done, and the table of it."""

    def __init__(self) -> None:
        self._console = Console(highlight=False, soft_wrap=True)
        self._rows: list[tuple[str, str, str]] = []
        self._began = time.monotonic()

    def took(self, name: str, seconds: float) -> None:
        self._rows.append((name, f"{seconds:.1f}", ""))
        self._console.print(f"ok       {name} ({seconds:.1f} s)", markup=False)

    def left_out(self, step: Step) -> None:
        self._rows.append((step.name, "", f"left out: {step.reason}"))
        self._console.print(f"left out {step.name}: {step.reason}", markup=False)

    def print(self) -> None:
        """The steps and their seconds."""
        table = Table(title="verify", title_justify="left")
        table.add_column("step")
        table.add_column("seconds", justify="right")
        table.add_column("")
        for row in self._rows:
            table.add_row(*row)
        table.add_row("in all", f"{time.monotonic() - self._began:.1f}", "")
        self._console.print(table)


def verify(workspace: Workspace, words: Sequence[str]) -> int:
    """``just verify``: parse for every environment, build on DuckDB, then apply, load, run, compare and prove in an emulator.

    Raises:
        UserError: the first step that fails; no other is begun.
    """
    if words:
        raise UserError("Usage: just verify")
    report = Report()
    names = environments(workspace.root)
    if packages.read(DbtProject.read(workspace.dbt_project)).named:
        _run(workspace, Step("install packages", ("deps",)), {}, report)
    for name in names:
        _run(workspace, Step(f"parse for {name}", ("parse", f"env={name}")), {}, report)
    contents = _contents(workspace)
    _run(workspace, Step("build and test on DuckDB", ("dbt-local",), contents.lacking), {}, report)
    began = time.monotonic()
    with emulator.own(workspace.root, workspace.state / "verify" / "emulator", enforcing=True) as variables:
        report.took("local AWS up", time.monotonic() - began)
        for step in _steps(names[0], contents):
            _run(workspace, step, variables, report)
    report.print()
    return 0


@dataclass(frozen=True)
class Contents:
    """Contents of the project: whether it builds anything, and why it cannot be built, if it cannot."""

    builds: bool
    loads: bool
    lacking: str


def _steps(environment: str, contents: Contents) -> list[Step]:
    """The AWS loop on *environment*."""
    env = f"env={environment}"
    nothing = contents.lacking or ("" if contents.builds else "the project has no models, seeds or snapshots yet")
    not_loaded = contents.lacking or (
        "" if contents.loads else "the project reads no raw files, and no tables of others"
    )
    return [
        Step("apply Terraform", ("tf-apply", env)),
        Step("load what sources read", ("load", env), not_loaded),
        Step("run in the Lambda", ("run", env), nothing),
        Step("no drift", ("tf-plan", env, "-detailed-exitcode")),
        Step("parity of DuckDB and Athena", ("parity", env), nothing),
        Step("no call is denied", ("iam-proof", env, "unused=ok"), nothing),
    ]


def _contents(workspace: Workspace) -> Contents:
    """Read the manifest that the last parse has left."""
    manifest = json.loads((workspace.target / "manifest.json").read_text("utf-8"))
    raw = any(source["config"]["meta"].get("format") for source in manifest["sources"].values())
    stand_ins = (workspace.dbt_project / known.FILE).exists() or workspace.local_sources.is_dir()
    files = workspace.raw.is_dir() and any(file.is_file() for file in workspace.raw.glob("*/**/[!._]*"))
    lacking = (
        f"no raw files in {workspace.settings.raw_folder}/; a few that git keeps will do" if raw and not files else ""
    )
    builds = any(node["resource_type"] in _BUILT for node in manifest["nodes"].values())
    return Contents(builds, raw or (stand_ins and bool(manifest["sources"])), lacking)


def _run(workspace: Workspace, step: Step, variables: Mapping[str, str], report: Report) -> None:
    """Run *step* with *variables* over the shell's, its output kept in a file."""
    if step.reason:
        report.left_out(step)
        return
    log = workspace.state / "verify" / f"{step.words[0]}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    shell = {name: value for name, value in os.environ.items() if not (variables and name.startswith("AWS_"))}
    began = time.monotonic()
    with log.open("w", encoding="utf-8") as output:
        code = subprocess.run(
            [sys.executable, "-m", "lakeloop", *step.words],
            env={**shell, "LAKELOOP_HOME": str(workspace.root), **variables},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        ).returncode
    if code == 130:
        raise KeyboardInterrupt
    if code:
        print("\n".join(log.read_text("utf-8").rstrip().splitlines()[-_SHOWN_LINES:]), flush=True)
        raise UserError(f"{step.name} failed: see above, all of it is in {log}. `{step.recipe}` is the step alone.")
    report.took(step.name, time.monotonic() - began)
