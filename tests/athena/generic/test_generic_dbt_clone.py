"""dbt.tests.adapter.dbt_clone"""

import pytest
from dbt.tests.adapter.dbt_clone.test_dbt_clone import BaseCloneNotPossible, BaseCloneSameTargetAndState


@pytest.mark.artifacts
class TestCloneNotPossible(BaseCloneNotPossible):
    """Athena clones no table: dbt makes a view of each."""


@pytest.mark.artifacts
class TestCloneSameTargetAndState(BaseCloneSameTargetAndState):
    pass
