"""dbt.tests.adapter.query_comment"""

from dbt.tests.adapter.query_comment.test_query_comment import (
    BaseEmptyQueryComments,
    BaseMacroArgsQueryComments,
    BaseMacroInvalidQueryComments,
    BaseMacroQueryComments,
    BaseNullQueryComments,
    BaseQueryComments,
)


class TestQueryComments(BaseQueryComments):
    """The adapter's comment is one line, behind dashes: Hive's DDL does not take the other kind."""

    def test_matches_comment(self, project):
        assert r"-- /* dbt rules! */\n" in self.run_get_json()


class TestMacroQueryComments(BaseMacroQueryComments):
    def test_matches_comment(self, project):
        assert r"-- /* dbt macros are pretty cool */\n" in self.run_get_json()


class TestMacroArgsQueryComments(BaseMacroArgsQueryComments):
    pass


class TestMacroInvalidQueryComments(BaseMacroInvalidQueryComments):
    pass


class TestNullQueryComments(BaseNullQueryComments):
    pass


class TestEmptyQueryComments(BaseEmptyQueryComments):
    pass
