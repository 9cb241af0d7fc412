"""A checkout of its own for tests that run the offline loop: the project copied, and ``lakeloop`` run on it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from lakeloop.workspace import Workspace, find

REPO = find(Path(__file__))


def lakeloop(home: Workspace, *words: str) -> subprocess.CompletedProcess[str]:
    """Run ``lakeloop`` on *home* as a recipe would."""
    return subprocess.run(
        [sys.executable, "-m", "lakeloop", *words],
        env={**os.environ, "LAKELOOP_HOME": str(home.root), "COLUMNS": "160"},
        capture_output=True,
        text=True,
        check=False,
    )


def checkout(folder: Path) -> Workspace:
    """The dbt project, without what builds leave in it, in *folder*."""
    home = Workspace(folder)
    shutil.copytree(REPO.dbt_project, home.dbt_project, ignore=shutil.ignore_patterns("target", "logs"))
    return home
