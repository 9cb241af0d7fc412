"""dbt.tests.adapter.dbt_debug: what does not name a PostgreSQL user or password."""

import re

import pytest
from dbt.tests.adapter.dbt_debug.test_dbt_debug import (
    BaseDebugInvalidProjectPostgres,
    BaseDebugPostgres,
    BaseDebugProfileVariable,
)
from dbt.tests.util import run_dbt


class TestDebug(BaseDebugPostgres):
    @pytest.fixture(scope="class")
    def profiles_config_update(self, dbt_profile_target, unique_schema):
        """The suite expects a target without a password and one that cannot log in; here: no staging place, no server."""
        good = {**dbt_profile_target, "schema": unique_schema}
        incomplete = {name: value for name, value in good.items() if name != "region_name"}
        unreachable = {**good, "endpoint_url": "http://127.0.0.1:1", "num_retries": 0, "num_boto3_retries": 1}
        return {
            "test": {
                "outputs": {"default": good, "nopass": incomplete, "wronguser": unreachable},
                "target": "default",
            }
        }

    def test_empty_target(self, project):
        run_dbt(["debug", "--target", "none_target"], expect_pass=False)
        self.assertGotValue(re.compile(r"\s+output 'none_target'"), "misconfigured")


class TestDebugInvalidProject(BaseDebugInvalidProjectPostgres):
    pass


class TestDebugProfileVariable(BaseDebugProfileVariable):
    def test_ok(self, project):
        run_dbt(["debug"])
        assert "ERROR" not in self.capsys.readouterr().out
