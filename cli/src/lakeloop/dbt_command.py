"""dbt as a child process: its own words on the terminal, its own exit code."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lakeloop_project import DbtProject, packages, profiles

from lakeloop import dbt_target, docs_page, files, terminal
from lakeloop.errors import UserError
from lakeloop.warm import programs
from lakeloop.workspace import Workspace

NOT_BEGUN = 3
"""The exit code of ``run_offline`` when a source, raw data or the project is bad: dbt was not run, and a message says why."""
_OFFLINE = "lakeloop.child.offline"
_LEAST_WIDTH, _WIDTH, _BESIDE = 30, 80, "12:34:56   [PASS in 12.34s]"
# Commands that read no package; and options in the place of one.
_WITHOUT_PACKAGES = {"clean", "debug", "deps", "init"}
# dbt prefers its new spelling of these, DBT_ENGINE_TARGET, over the one by which recipes set them.
_TWICE = ("DBT_LOG_PATH", "DBT_PROFILES_DIR", "DBT_PROJECT_DIR", "DBT_TARGET", "DBT_TARGET_PATH", "DBT_USE_COLORS")


def run_dbt(workspace: Workspace, words: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run ``dbt`` on the checkout's project and wait for it.

    Returns:
        dbt's exit code: 0 success, 1 something failed, 2 it could not run
        (https://docs.getdbt.com/reference/exit-codes).

    Raises:
        UserError: packages that the project names are not installed, or the target is one on Athena and no environment is set.
    """
    found = {**variables(workspace), **environment}
    target = dbt_target.named(words) or found.get("DBT_TARGET") or profiles.LOCAL
    found["DBT_TARGET_PATH"] = str(workspace.target_of(target))
    dbt_target.require_environment(words, found)
    if words and not words[0].startswith("-") and words[0] not in _WITHOUT_PACKAGES:
        packages.require_installed(DbtProject.read(workspace.dbt_project))
    return _documented(workspace, words, "lakeloop.child.ready_program", words, found)


def ask_dbt(
    workspace: Workspace, words: Sequence[str], environment: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run ``dbt`` as ``run_dbt`` does, and keep what it prints."""
    return subprocess.run(
        command(words), env={**variables(workspace), **environment}, capture_output=True, text=True, check=False
    )


def command(words: Sequence[str]) -> list[str]:
    """dbt with *words*, as the workspace's Python has it; no folder ``dbt`` where it is typed is taken for dbt."""
    return [sys.executable, "-P", "-m", "lakeloop.child.dbt_program", *words]


@dataclass(frozen=True)
class Offline:
    """Paths of an offline run: the raw zone, the DuckDB file, and dbt's target folder."""

    raw: Path
    database: Path
    target: Path


def run_offline(workspace: Workspace, words: Sequence[str], places: Offline) -> int:
    """Run ``dbt`` on DuckDB, with views over the files of all sources; its exit code, or ``NOT_BEGUN``.

    Raises:
        UserError: packages that the project names are not installed.
    """
    packages.require_installed(DbtProject.read(workspace.dbt_project))
    arguments = _offline_arguments(workspace, words, places)
    return _documented(workspace, words, _OFFLINE, arguments, offline_variables(workspace, places))


def _documented(
    workspace: Workspace, words: Sequence[str], program: str, arguments: Sequence[str], environment: Mapping[str, str]
) -> int:
    """The exit code of *program*; what it wrote of documentation runs nothing of the project's in a browser (``docs_page``)."""
    files.require_room(workspace.state)
    code = programs.run(program, arguments, environment)
    if "docs" in words:
        try:
            docs_page.rewrite(Path(environment["DBT_TARGET_PATH"]))
        except ValueError as error:
            if not code:  # or dbt has said why there is no page
                raise UserError(str(error)) from error
    return code


def offline_command(workspace: Workspace, words: Sequence[str], places: Offline) -> list[str]:
    """The program that ``run_offline`` runs."""
    return [sys.executable, "-P", "-m", _OFFLINE, *_offline_arguments(workspace, words, places)]


def _offline_arguments(workspace: Workspace, words: Sequence[str], places: Offline) -> list[str]:
    return [str(places.raw), str(workspace.local_sources), *words]


def offline_variables(workspace: Workspace, places: Offline) -> dict[str, str]:
    """The environment of that program."""
    environment = {
        "DBT_TARGET": profiles.LOCAL,
        "DBT_TARGET_PATH": str(places.target),
        "LAKELOOP_DATABASE": str(places.database),
    }
    return {**variables(workspace), **environment}


def printer_width() -> int:
    """Columns that dbt fills with dots, so that its lines fit the terminal with what stands beside them; its own 80 at the most.

    https://docs.getdbt.com/reference/global-configs/print-output#printer-width
    """
    return max(_LEAST_WIDTH, min(_WIDTH, shutil.get_terminal_size().columns - len(_BESIDE)))


def variables(workspace: Workspace) -> dict[str, str]:
    """The environment of a dbt that works on the checkout's project.

    ``[dbt.env]`` beats the shell, because the function has no shell: what is built here is what is built there.
    """
    # Not asked for: a message to dbt Labs with each command, which waits where there is no network.
    defaults = {
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "False",
        "ENVIRONMENT": "local",
        "AWS_REGION": workspace.settings.region,
        **({"DBT_PRINTER_WIDTH": str(printer_width())} if sys.stdout.isatty() else {}),
    }
    settings = {
        "DBT_PROJECT_DIR": str(workspace.dbt_project),
        "DBT_PROFILES_DIR": str(profiles.write(workspace.root, workspace.profiles, workspace.database).parent),
        "DBT_TARGET_PATH": str(workspace.target),
        "DBT_LOG_PATH": str(workspace.state / "logs"),
        "DBT_USE_COLORS": str(terminal.colored()),
    }
    shell = dict(os.environ)
    for name in _TWICE:
        if (value := shell.pop(name.replace("DBT_", "DBT_ENGINE_"), None)) is not None:
            shell[name] = value
    return {**defaults, **shell, **workspace.settings.dbt.env, **settings}
