"""dbt.tests.adapter.simple_copy"""

import pytest
from dbt.tests.adapter.simple_copy.test_copy_uppercase import BaseSimpleCopyUppercase
from dbt.tests.adapter.simple_copy.test_simple_copy import EmptyModelsArentRunBase, SimpleCopyBase


class TestSimpleCopy(SimpleCopyBase):
    @pytest.mark.skip("Athena has no materialized views")
    def test_simple_copy_with_materialized_views(self, project):
        pass


class TestEmptyModelsArentRun(EmptyModelsArentRunBase):
    pass


class TestSimpleCopyUppercase(BaseSimpleCopyUppercase):
    """The suite's fixture names PostgreSQL's profile."""

    @pytest.fixture(scope="class")
    def dbt_profile_target(self, athena_target):
        return athena_target
