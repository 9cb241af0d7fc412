"""``just verify``: all that a team's CI asks of its project, on this machine and in a local AWS of its own.

Each step is a command that a person can type, in a process of its own, so that what fails here is looked at there.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lakeloop_project import DbtProject, packages
from lakeloop_project.environments import environments
from rich.table import Table

from lakeloop import emulator, terminal
from lakeloop.aws import place as places
from lakeloop.contents import NOTHING_BUILT, Contents
from lakeloop.errors import UserError
from lakeloop.iam.command import print_proof, proofs
from lakeloop.interrupted import EXIT_CODE
from lakeloop.start import sample
from lakeloop.warm import forks
from lakeloop.workspace import Workspace

_SHOWN_LINES = 40


@dataclass(frozen=True)
class Step:
    """A command with its words, ``lakeloop``'s; ``left_out`` is the reason if it is."""

    name: str
    words: tuple[str, ...]
    left_out: str = ""


class Report:
    """The steps that were done: a line for each as it ends, a table in the end."""

    def __init__(self) -> None:
        self._console = terminal.console(soft_wrap=True)
        self._rows: list[tuple[str, str]] = []
        self._began = time.monotonic()

    def took(self, name: str, since: float) -> None:
        """Tell that a step has succeeded, which began at *since* (``time.monotonic``)."""
        seconds = f"{time.monotonic() - since:.1f}"
        self._rows.append((name, seconds))
        self._console.print(f"ok        {name} ({seconds} s)")

    def left_out(self, step: Step) -> None:
        """Tell that a step is left out, and why."""
        self._rows.append((step.name, "left out"))
        self._console.print(f"left out  {step.name}: {step.left_out}")

    def end(self) -> None:
        """Print the table."""
        table = Table(title="verify", title_justify="left")
        table.add_column("step")
        table.add_column("seconds", justify="right")
        for row in self._rows:
            table.add_row(*row)
        table.add_section()
        table.add_row("all of it", f"{time.monotonic() - self._began:.1f}")
        self._console.print(table)


@forks.kept()
def verify(workspace: Workspace, words: Sequence[str]) -> int:
    """``just verify``: parse for every environment, build on DuckDB, then apply, load, run, compare and prove in an emulator.

    Raises:
        UserError: the first step that fails; no other is begun.
    """
    if words:
        raise UserError("Usage: just verify")
    report = Report()
    names = environments(workspace.root)
    if packages.read(DbtProject.read(workspace.dbt_project)).missing:
        _run(workspace, Step("install packages", ("deps",)), {}, report)
    for name in names:
        _run(workspace, Step(f"parse for {name}", ("parse", name)), {}, report)
    contents = Contents.of(workspace, names[-1])
    if contents.lacking and (workspace.root / sample.FOLDER).is_dir():
        _make_raw_data(workspace, report)
        contents = Contents.of(workspace, names[-1])
    _run(workspace, Step("build and test on DuckDB", ("dbt-local",), contents.lacking), {}, report)
    began = time.monotonic()
    with emulator.own(workspace.root, workspace.state / "verify" / "emulator", enforcing=True) as variables:
        report.took("start a local AWS", began)
        for step in _steps(contents, names[0]):
            _run(workspace, step, variables, report)
        if contents.builds and not contents.lacking:
            _prove(workspace, names[0], variables, report)
    report.end()
    return 0


def _steps(contents: Contents, environment: str) -> list[Step]:
    """The loop in the local AWS."""
    env = f"env={environment}"
    nothing = contents.lacking or ("" if contents.builds else NOTHING_BUILT)
    not_loaded = contents.lacking or (
        "" if contents.loads else "the project reads no raw files, and no tables of others"
    )
    return [
        Step("apply Terraform", ("tf-apply", env)),
        Step("load what sources read", ("load", env), not_loaded),
        Step("run in the Lambda", ("run", env), nothing),
        Step("no drift", ("tf-plan", env, "-detailed-exitcode")),
        Step("parity of DuckDB and Athena", ("parity", env), nothing),
    ]


def _make_raw_data(workspace: Workspace, report: Report) -> None:
    """The sample's own, which a clone does not have."""
    began = time.monotonic()
    asked = subprocess.run(["just", "sample-data"], cwd=workspace.root, capture_output=True, text=True, check=False)
    if asked.returncode:
        raise UserError(f"The sample's raw data could not be made (`just sample-data`): {asked.stderr.strip()}")
    report.took("make raw data", began)


def _run(workspace: Workspace, step: Step, variables: Mapping[str, str], report: Report) -> None:
    """Run *step* with *variables* over the shell's, and keep all that it prints in a file."""
    if step.left_out:
        report.left_out(step)
        return
    log = workspace.state / "verify" / f"{step.words[0]}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    shell = {**_shell(variables), "LAKELOOP_HOME": str(workspace.root), "COLUMNS": "200"}
    code = forks.run([sys.executable, "-P", "-m", "lakeloop", *step.words], shell, log, log)
    if code == EXIT_CODE:
        raise KeyboardInterrupt
    if code:
        print(_end_of(log), flush=True)
        recipe = f"just {' '.join(step.words)}"
        raise UserError(f"{step.name} failed; all that it printed: {log}. `{recipe}` is the step alone.")
    report.took(step.name, began)


def _prove(workspace: Workspace, environment: str, variables: Mapping[str, str], report: Report) -> None:
    """Nothing was denied. What a project does not use is allowed all the same: it may use it tomorrow."""
    began = time.monotonic()
    os.environ.update(variables)
    found = proofs(workspace, places.enter(workspace, environment))
    for proof in found:
        if proof.denied or proof.unknown:
            print_proof(proof)
    if any(proof.denied or proof.unknown for proof in found):
        raise UserError("IAM would deny calls of the run, or nobody knows what they need: see above.")
    report.took("no call is denied", began)


def _shell(variables: Mapping[str, str]) -> dict[str, str]:
    """The shell's variables, and *variables* in the place of all that it says of AWS."""
    kept = {name: value for name, value in os.environ.items() if not (variables and name.startswith("AWS_"))}
    return {**kept, **variables}


def _end_of(log: Path) -> str:
    return "\n".join(log.read_text("utf-8", errors="replace").rstrip().splitlines()[-_SHOWN_LINES:])
