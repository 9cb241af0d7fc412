"""One good build of the offline loop, shared by the tests of this folder."""

import os
import shutil

import pytest
from lakeloop.loopback import direct
from lakeloop.workspace import Workspace

from tests.offline_home import checkout, lakeloop
from tests.projects import raw

os.environ.update(direct(os.environ))  # for the clients of the tests themselves

# Files whose one group of tests takes half a minute or more: they begin first, so that no worker waits for another's last.
LONGEST = (
    "test_adoption.py",
    "test_deploy.py",
    "test_arrivals.py",
    # These share one emulator (tests/e2e/aws_loop), in this order.
    "test_loop_apply.py",
    "test_loop_builds.py",
    "test_loop_alerts.py",
    "test_loop_dagster.py",
    "test_loop_end.py",
    "test_capture.py",
    "test_prove.py",
    "test_side_by_side.py",
    "test_clone_of_ones_own.py",
    "test_installed.py",
    "test_manifest.py",
    "test_parity.py",
    "test_changes.py",
    "test_incremental.py",
    "test_offline_loop.py",
    "test_terraform.py",
    "test_upkeep.py",
    "test_waiting.py",
    "test_ingest.py",
    "test_changes_on_athena.py",
    "test_command.py",
    "test_proof.py",
    "test_sources_offline.py",
    "test_zips.py",
    "test_killed.py",
    "test_in_the_runtime.py",
    "test_two_checkouts.py",
)


def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: LONGEST.index(item.path.name) if item.path.name in LONGEST else len(LONGEST))


@pytest.fixture(scope="session")
def built_once(tmp_path_factory):
    """The checkout after one good build, and what the build printed. Not to be changed by a test."""
    home = checkout(tmp_path_factory.mktemp("built"))
    raw.write(home.raw)
    return home, lakeloop(home, "dbt-local")


@pytest.fixture
def home(built_once, tmp_path):
    """A copy of the built checkout that a test may break."""
    shutil.copytree(built_once[0].root, tmp_path / "home")
    return Workspace(tmp_path / "home")
