"""Statements with a block comment, which Hive's parser refuses and Iceberg's tables never meet."""

from __future__ import annotations

from local_athena.session import Session
from local_athena.sql import statements as s
from local_athena.sql.comments import Commentable, CommentRefused
from local_athena.statements.relations import is_iceberg
from local_athena.tables import views


def check(session: Session, statement: Commentable, refusal: CommentRefused) -> None:
    """:raises CommentRefused: for a table of Hive's, and for one that is missing."""
    found = session.glue.table(session.name(statement.table))
    described = found is not None and views.is_view(found) and isinstance(statement, s.Describe)
    if found is None or not (is_iceberg(found) or described):
        raise refusal
