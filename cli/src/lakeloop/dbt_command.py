"""dbt as a child process: its own words on the terminal, its own exit code."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from lakeloop_project import profiles

from lakeloop.workspace import Workspace


def run_dbt(workspace: Workspace, words: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run ``dbt`` on the checkout's project and wait for it.

    Returns:
        dbt's exit code: 0 success, 1 something failed, 2 it could not run
        (https://docs.getdbt.com/reference/exit-codes).
    """
    settings = {
        "DBT_PROJECT_DIR": str(workspace.dbt_project),
        "DBT_PROFILES_DIR": str(profiles.write(workspace.root, workspace.profiles).parent),
        "DBT_TARGET_PATH": str(workspace.target),
        "DBT_LOG_PATH": str(workspace.state / "logs"),
        "DBT_USE_COLORS": str(sys.stdout.isatty()),
    }
    dbt = [str(Path(sys.executable).with_name("dbt")), *words]
    return subprocess.run(dbt, env={**os.environ, **settings, **environment}, check=False).returncode
