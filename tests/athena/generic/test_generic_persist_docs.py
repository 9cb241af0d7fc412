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


class TestPersistDocsColumnMissing(BasePersistDocsColumnMissing):
    pass


class TestPersistDocsAllColumnsMissing(BasePersistDocsAllColumnsMissing):
    pass


class TestPersistDocsCommentOnQuotedColumn(BasePersistDocsCommentOnQuotedColumn):
    pass
