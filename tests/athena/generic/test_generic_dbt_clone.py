"""dbt.tests.adapter.dbt_clone"""

from dbt.tests.adapter.dbt_clone.test_dbt_clone import BaseCloneNotPossible, BaseCloneSameTargetAndState


class TestCloneNotPossible(BaseCloneNotPossible):
    """Athena clones no table: dbt makes a view of each."""


class TestCloneSameTargetAndState(BaseCloneSameTargetAndState):
    pass
