"""OPTIMIZE and VACUUM, of Iceberg tables only."""

from __future__ import annotations

from local_athena.catalog.glue import GlueObject, table_missing
from local_athena.errors import AthenaError
from local_athena.model import Outcome, TableName
from local_athena.session import Session
from local_athena.sql import statements as s
from local_athena.statements.relations import is_iceberg


def _table(session: Session, parts: s.Parts, word: str) -> tuple[TableName, GlueObject]:
    name = session.name(parts)
    found = session.glue.table(name)
    if found is None:
        session.require_schema(name)
        raise table_missing(name)
    if not is_iceberg(found):
        raise AthenaError("NOT_SUPPORTED", f"{word} is supported for Iceberg tables only: {name}")
    return name, found


def optimize(session: Session, statement: s.Optimize) -> Outcome:
    name, found = _table(session, statement.table, "OPTIMIZE")
    with session.running():
        written = session.services.iceberg.load(name, found).optimize(
            session.connection, statement.where, session.context
        )
    return Outcome("DML", "CREATE_TABLE_AS_SELECT", lines=[], scanned_bytes=written.scanned_bytes)


def vacuum(session: Session, statement: s.Vacuum) -> Outcome:
    name, found = _table(session, statement.table, "VACUUM")
    with session.running():
        session.services.iceberg.load(name, found).vacuum(session.context)
    return Outcome("DML", "VACUUM_TABLE", lines=[])
