"""A checkout of its own for tests that run the offline loop: the project copied, small raw data, one good build."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from lakeloop.workspace import Workspace, find
from retail_feed import FeedOptions, generate

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


@pytest.fixture(scope="session")
def built_once(tmp_path_factory):
    """The checkout after one good build, and what the build printed. Not to be changed by a test."""
    home = checkout(tmp_path_factory.mktemp("built"))
    generate(FeedOptions(orders=300, days=5), home.raw)
    return home, lakeloop(home, "dbt-local")


@pytest.fixture
def home(built_once, tmp_path):
    """A copy of the built checkout that a test may break."""
    shutil.copytree(built_once[0].root, tmp_path / "home")
    return Workspace(tmp_path / "home")
