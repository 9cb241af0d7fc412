"""UPDATE, DELETE and MERGE: Iceberg's; refused for Hive tables in Athena's words."""

from __future__ import annotations

from local_athena.catalog.glue import is_managed, table_missing
from local_athena.errors import AthenaError
from local_athena.model import Column, Outcome, trino_type
from local_athena.session import Session
from local_athena.sql import statements as s
from local_athena.statements.relations import Relations, is_iceberg
from local_athena.tables import views

_INTO_VIEWS = {"DELETE": "Deleting from", "UPDATE": "Updating", "MERGE": "Merging into"}


def modify(session: Session, statement: s.Modify) -> Outcome:
    name = session.name(statement.table)
    known = session.context.catalogs
    there = known is None or name.catalog in known or is_managed(name.catalog)
    found = session.glue.table(name) if there else None
    if found is None:
        if there:
            session.require_schema(name)
        raise table_missing(name)
    if views.is_view(found):
        raise AthenaError("NOT_SUPPORTED", f"line 1:1: {_INTO_VIEWS[statement.kind]} views is not supported")
    if not is_iceberg(found):
        raise AthenaError("NOT_SUPPORTED", "Modifying Hive table rows is only supported for transactional tables")

    iceberg = session.services.iceberg
    with session.running(), iceberg.writing(name, session.context):
        table = iceberg.load(name, session.glue.table(name) or found)
        relations = Relations(session)
        session.sources |= dict.fromkeys(table.data_files(), "ICEBERG_CURSOR_ERROR")
        tree = relations.bind_sources(statement.tree)
        written = table.change(session.connection, tree, relations.make_all(), session.context)
    session.add_scanned(written.scanned_bytes)
    columns = (Column("rows", trino_type("bigint")),)
    return Outcome(
        "DML",
        statement.kind,
        columns,
        lines=[],
        update_count=written.rows,
        scanned_bytes=session.scanned_bytes,
        written=written.files,
    )
