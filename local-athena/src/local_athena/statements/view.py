"""CREATE [OR REPLACE] VIEW."""

from __future__ import annotations

from dataclasses import replace

from local_athena.catalog.glue import table_exists
from local_athena.errors import AthenaError
from local_athena.model import Column, Outcome
from local_athena.session import Session
from local_athena.sql import statements as s
from local_athena.statements.done import ddl
from local_athena.statements.relations import Relations
from local_athena.tables import views


def create_view(session: Session, statement: s.CreateView) -> Outcome:
    """Analyse the query and keep its text. Over a view it makes a new version of it, over a table it is refused."""
    name = session.name(statement.view)
    session.schema_to_fill(name)
    found = session.glue.table(name)
    if found is not None:
        if not views.is_view(found):
            raise AthenaError(
                "TABLE_ALREADY_EXISTS", f"line 1:1: View already exists: a table '{name}' is in its place"
            )
        if not statement.or_replace:
            raise table_exists(name)
    relations = Relations(session)
    bound = relations.bind(statement.query, creating=name)
    columns = _named(relations.columns_of(bound))
    view = views.View(statement.text, session.context.catalog, session.context.database, columns)
    definition = view.glue_table(name)
    session.context.check()
    if found is None:
        session.glue.create_table(name, definition)
    else:
        session.glue.update_table(name, definition)
    return ddl("CREATE_VIEW")


def _named(columns: tuple[Column, ...]) -> tuple[Column, ...]:
    seen: set[str] = set()
    for position, column in enumerate(columns, 1):
        if not column.name or column.name == f"_col{position - 1}":
            raise AthenaError("MISSING_COLUMN_NAME", f"line 1:1: Column name not specified at position {position}")
        if column.name.lower() in seen:
            raise AthenaError(
                "DUPLICATE_COLUMN_NAME", f"line 1:1: Column name '{column.name.lower()}' specified more than once"
            )
        if column.type.sql(dialect="trino").lower() in ("unknown", "null"):
            raise AthenaError("COLUMN_TYPE_UNKNOWN", f"line 1:1: Column type is unknown: {column.name.lower()}")
        seen.add(column.name.lower())
    return tuple(replace(column, name=column.name.lower()) for column in columns)
