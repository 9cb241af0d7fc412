"""dbt as a child process: its own words on the terminal, its own exit code."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lakeloop_project import profiles

from lakeloop.workspace import Workspace

NOT_BEGUN = 3
"""The exit code of ``run_offline`` when a source, raw data or the project is bad: dbt was not run, and a message says why."""


def run_dbt(workspace: Workspace, words: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run ``dbt`` on the checkout's project and wait for it.

    Returns:
        dbt's exit code: 0 success, 1 something failed, 2 it could not run
        (https://docs.getdbt.com/reference/exit-codes).
    """
    dbt = [str(Path(sys.executable).with_name("dbt")), *words]
    return subprocess.run(dbt, env={**variables(workspace), **environment}, check=False).returncode


@dataclass(frozen=True)
class Offline:
    """Where an offline run reads and writes: the raw zone, the DuckDB file, and dbt's target folder."""

    raw: Path
    database: Path
    target: Path


def run_offline(workspace: Workspace, words: Sequence[str], places: Offline) -> int:
    """Run ``dbt`` on DuckDB, with views over the files of all sources; its exit code, or ``NOT_BEGUN``."""
    environment = {
        "DBT_TARGET": profiles.LOCAL,
        "DBT_TARGET_PATH": str(places.target),
        "LAKELOOP_DATABASE": str(places.database),
    }
    child = [sys.executable, "-m", "lakeloop.child.offline", str(places.raw), str(workspace.local_sources), *words]
    return subprocess.run(child, env={**variables(workspace), **environment}, check=False).returncode


def variables(workspace: Workspace) -> dict[str, str]:
    """The environment of a dbt that works on the checkout's project."""
    settings = {
        "DBT_PROJECT_DIR": str(workspace.dbt_project),
        "DBT_PROFILES_DIR": str(profiles.write(workspace.root, workspace.profiles).parent),
        "DBT_TARGET_PATH": str(workspace.target),
        "DBT_LOG_PATH": str(workspace.state / "logs"),
        "DBT_USE_COLORS": str(sys.stdout.isatty()),
    }
    return {**os.environ, **settings}
