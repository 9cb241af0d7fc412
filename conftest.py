"""Settings of every test of the workspace."""

import os
from collections.abc import Iterator

import boto3
import pytest
from dbt_common.tests import enable_test_caching
from hypothesis import settings
from lakeloop.warm import forks
from xdist.scheduler import LoadScopeScheduling

from tests import local_aws, provider

# An interrupted pytest leaves no emulator behind (`lakeloop_emulator.settings.PARENT`), whoever started it: a fixture, or a
# recipe that a test types. Workers of xdist inherit what their controller has set.
os.environ.setdefault("LAKELOOP_EMULATOR_PARENT", str(os.getpid()))

# Nor is a process with dbt imported left in each checkout that a test runs a recipe in (`lakeloop.warm`).
os.environ.setdefault("LAKELOOP_WARM_SECONDS", "0")

# No test asserts a time: the machine may be busy with something else.
settings.register_profile("untimed", deadline=None)
# Hypothesis tries the same values in every run of CI: a commit passes or it does not. Others are sought every night.
# https://hypothesis.readthedocs.io/en/latest/reference/api.html#hypothesis.settings.derandomize
settings.register_profile("search", deadline=None, derandomize=False, max_examples=1_000)
settings.load_profile("untimed")

# dbt in this process parses its own macros and the adapter's once, as in its makers' tests.
enable_test_caching()

provider.collect_seldom()
provider.take_unhashed()


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[local_aws.LocalAws]:
    """A local AWS with a bucket, one for each worker: what is made in it has names that no other module takes.

    It enforces no permissions. Tests that end with an empty account, or count its calls, start one of their own.
    """
    with local_aws.running(tmp_path_factory.mktemp("emulator")) as running:
        with local_aws.pointed_at(running):
            boto3.client("s3").create_bucket(Bucket=running.bucket)
        yield running


class ByEmulator(LoadScopeScheduling):
    """A file is one worker's, and so are all files of a folder whose tests share an emulator.

    https://pytest-xdist.readthedocs.io/en/stable/distribution.html
    """

    _FOLDERS = ("tests/e2e/aws_loop",)

    def _split_scope(self, nodeid: str) -> str:
        folder = nodeid.partition("::")[0].rpartition("/")[0]
        return folder if folder in self._FOLDERS else str(super()._split_scope(nodeid))


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> ByEmulator | None:
    """Replace xdist's own ``--dist loadscope``."""
    return ByEmulator(config, log) if config.getvalue("dist") == "loadscope" else None


@pytest.fixture(scope="module")
def dbt_imported() -> Iterator[None]:
    """Recipes by ``tests.offline_home.lakeloop`` are forks of one process that has dbt imported, until the module's tests end."""
    with forks.kept():
        yield


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--kills", type=int, default=0, help="how often processes are killed; 0 is what each test takes usually"
    )
    parser.addoption("--transport", choices=("kinesis", "kafka"), default="kinesis", help="of captured changes")
    parser.addoption("--files", type=int, default=0, help="how many files arrive meanwhile; 0 as for --kills")


@pytest.fixture
def files(request: pytest.FixtureRequest) -> int:
    """How many files may arrive at functions that are killed."""
    return int(request.config.getoption("--files"))


@pytest.fixture
def kills(request: pytest.FixtureRequest) -> int:
    """How often a test may kill what it is about."""
    return int(request.config.getoption("--kills"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test of the emulator is one that uses it."""
    for item in items:
        if "emulator" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.emulator)
