"""``just check`` and ``just fix``: every linter, and all that they have to say before the exit."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from lakeloop.workspace import Workspace


@dataclass(frozen=True)
class Tool:
    """A linter: its command, the command that mends what it can mend, and which tracked files it is given."""

    name: str
    check: tuple[str, ...]
    fix: tuple[str, ...] = ()
    files: tuple[str, ...] = ()


SQL = ("dbt/models", "dbt/snapshots", "dbt/tests")
TOOLS = (
    Tool("just --fmt", ("just", "--fmt", "--check"), ("just", "--fmt")),
    Tool("ruff format", ("ruff", "format", "--check", "--quiet", "."), ("ruff", "format", "--quiet", ".")),
    Tool("ruff", ("ruff", "check", "--quiet", "."), ("ruff", "check", "--quiet", "--fix", ".")),
    Tool("mypy", ("mypy", "cli/src", "sources/src")),
    Tool(
        "mypy emulator",
        (
            "mypy",
            "--config-file",
            "emulator/pyproject.toml",
            "--python-executable",
            "emulator/.venv/bin/python",
            "emulator/src",
        ),
    ),
    Tool("sqlfluff", ("sqlfluff", "lint", "--nocolor", *SQL), ("sqlfluff", "fix", "--quiet", *SQL)),
    Tool("yamllint", ("yamllint", "--strict"), files=("*.yml", "*.yaml")),
    Tool(
        "bandit",
        ("bandit", "--quiet", "--configfile", "pyproject.toml", "-r", "cli/src", "sources/src", "emulator/src"),
    ),
    Tool("shellcheck", ("shellcheck",), files=("*.sh", ".ci/run")),
)


def check(workspace: Workspace) -> int:
    """Run every linter, print what each one found, exit non-zero if any found something."""
    return _run_all(workspace, [(tool.name, [*tool.check, *_files(workspace, tool)]) for tool in TOOLS])


def fix(workspace: Workspace) -> int:
    """Mend what can be mended, one tool after the other."""
    for tool in TOOLS:
        if tool.fix:
            _run(workspace.root, list(tool.fix))
    return check(workspace)


def _run_all(workspace: Workspace, commands: list[tuple[str, list[str]]]) -> int:
    console = Console(highlight=False)
    failed = []
    with ThreadPoolExecutor(max_workers=2) as pool:
        runs = [(name, pool.submit(_run, workspace.root, command)) for name, command in commands]
        for name, run in runs:
            done = run.result()
            if done.returncode:
                failed.append(name)
                console.rule(name)
                console.print(done.stdout.rstrip() or f"exit code {done.returncode}", markup=False)
            else:
                console.print(f"ok      {name}")
    if failed:
        console.print(f"FAILED  {', '.join(failed)}. `just fix` mends what can be mended.", markup=False)
    return 1 if failed else 0


def _run(root: Path, command: list[str]) -> subprocess.CompletedProcess[str]:
    # The tools lie beside this interpreter (the project's environment); just lies on PATH.
    beside = Path(sys.executable).with_name(command[0])
    program = [str(beside) if beside.exists() else command[0], *command[1:]]
    # sqlfluff compiles the project with dbt, which must neither open the offline database nor disturb its target folder.
    aside = {"LAKELOOP_DATABASE": ":memory:", "DBT_TARGET_PATH": str(root / ".lakeloop" / "lint")}
    return subprocess.run(
        program,
        cwd=root,
        env={**os.environ, **aside},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def _files(workspace: Workspace, tool: Tool) -> list[str]:
    if not tool.files:
        return []
    listed = _run(workspace.root, ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *tool.files])
    return [name for name in listed.stdout.splitlines() if (workspace.root / name).exists()]
