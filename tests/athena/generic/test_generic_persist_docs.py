"""dbt.tests.adapter.persist_docs"""

from dbt.tests.adapter.persist_docs.test_persist_docs import (
    BasePersistDocs,
    BasePersistDocsAllColumnsMissing,
    BasePersistDocsColumnMissing,
    BasePersistDocsCommentOnQuotedColumn,
)


class TestPersistDocs(BasePersistDocs):
    def _assert_common_comments(self, *comments):
        """The adapter makes one line of a comment, and cuts a column's at 255 characters."""
        for comment in comments:
            assert '"with double quotes"' in comment
            assert "'''abc123'''" in comment
            assert "Some $lbl$ labeled $lbl$ and $$" in comment
            assert "-- /* comment */" in comment

    def _assert_has_view_comments(self, view_node, has_node_comments=True, has_column_comments=True):
        """Athena writes a comment on every view that it makes, and what has none is empty in the adapter's catalog."""
        if not has_node_comments:
            assert view_node["metadata"].pop("comment") == "Presto View"
            view_node["metadata"]["comment"] = None
        super()._assert_has_view_comments(view_node, has_node_comments, has_column_comments)


class TestPersistDocsColumnMissing(BasePersistDocsColumnMissing):
    pass


class TestPersistDocsAllColumnsMissing(BasePersistDocsAllColumnsMissing):
    pass


class TestPersistDocsCommentOnQuotedColumn(BasePersistDocsCommentOnQuotedColumn):
    pass
