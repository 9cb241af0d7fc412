"""One good build of the offline loop, shared by the tests of this folder."""

import shutil

import pytest
from lakeloop.workspace import Workspace
from retail_feed import FeedOptions, generate

from tests.offline_home import checkout, lakeloop


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
