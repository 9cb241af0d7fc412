"""A checkout of its own for tests that run the offline loop, and ``lakeloop`` run on it."""

import os
import subprocess
import sys
from pathlib import Path

from lakeloop.warm import forks
from lakeloop.workspace import Workspace

from tests.projects import lay

REPO = Workspace(Path(__file__).parents[1])


def lakeloop(home: Workspace, *words: str) -> subprocess.CompletedProcess[str]:
    """Run ``lakeloop`` on *home* as a recipe would; where a test uses ``dbt_imported``, as a step of `just verify`."""
    shell = {**os.environ, "LAKELOOP_HOME": str(home.root), "COLUMNS": "160"}
    return forks.captured([sys.executable, "-P", "-m", "lakeloop", *words], shell)


def checkout(folder: Path) -> Workspace:
    """The shop and its settings, in *folder*."""
    return Workspace(lay(folder))
