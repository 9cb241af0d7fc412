"""The generic suites of dbt-tests-adapter, and Lakeloop's own, run with the unmodified dbt-athena against local Athena."""

import aws_clients
import pytest
from dbt.cli import requires
from dbt.task.run_operation import RunOperationTask
from dbt.tests.fixtures.project import *  # noqa: F403 - `pytest_plugins` may stand in the top conftest only
from dbt_common.behavior_flags import BehaviorFlagRendered
from dbt_common.clients.system import get_env
from dbt_runner.patches import operations

from tests import local_aws


@pytest.fixture(scope="session")
def clients():
    return aws_clients.Kept()


@pytest.fixture(scope="module")
def aws(emulator, clients):
    """A running emulator; the environment of this process points every AWS client at it, until the module's tests end."""
    with local_aws.pointed_at(emulator), clients.handed_out():
        yield emulator


@pytest.fixture(scope="class")
def athena_target(aws):
    """A profile's target for dbt-athena. Small waits: local Athena has answered before the adapter first asks."""
    return {
        "type": "athena",
        "region_name": aws.region,
        "database": "awsdatacatalog",
        "schema": "set by dbt-tests-adapter",
        "work_group": "primary",
        "s3_staging_dir": f"s3://{aws.bucket}/results/",
        "s3_data_dir": f"s3://{aws.bucket}/tables/",
        "threads": 4,
        "poll_interval": 0.05,
        "num_retries": 0,
    }


@pytest.fixture(scope="class")
def dbt_profile_target(athena_target):
    return athena_target


@pytest.fixture(scope="class")
def profile_user():
    """Tables have no owner in Athena."""
    return


@pytest.fixture(scope="class", autouse=True)
def unmodified():
    """dbt as it ships: other tests of this process have made the runner's of it, which finds few variables and runs few macros."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(requires, "get_env", get_env)
        patch.setattr(RunOperationTask, "_get_macro_parts", operations.DBT_PARTS)
        yield


@pytest.fixture(scope="class", autouse=True)
def spared(request):
    """dbt spends a fifth of its time on JSON files that few tests read: those are marked so. A tenth it spends on a log.

    And an eighth on the source of every frame of the stack, for the name of a module that a warning about a flag may tell.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BehaviorFlagRendered, "_default_source", staticmethod(lambda: "not looked up in these tests"))
        patch.setenv("DBT_WRITE_JSON", str(request.node.get_closest_marker("artifacts") is not None))
        patch.setenv("DBT_LOG_LEVEL_FILE", "none")
        yield


@pytest.fixture(scope="class")
def logs_dir(tmp_path_factory):
    """Not in the checkout, where dbt-tests-adapter puts them."""
    with pytest.MonkeyPatch.context() as patch:
        folder = str(tmp_path_factory.mktemp("logs"))
        patch.setenv("DBT_LOG_PATH", folder)
        yield folder
