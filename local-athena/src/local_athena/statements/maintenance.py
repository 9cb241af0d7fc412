"""OPTIMIZE and VACUUM, of Iceberg tables only."""

from __future__ import annotations

from sqlglot import exp

from local_athena.catalog.glue import GlueObject, table_missing
from local_athena.errors import AthenaError
from local_athena.model import Outcome, TableName
from local_athena.session import Session
from local_athena.sql import statements as s
from local_athena.statements.relations import Relations, is_iceberg


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
    if statement.where is not None:
        _analyse(session, statement.table, statement.where)
    with session.running():
        written = session.services.iceberg.load(name, found).optimize(
            session.connection, statement.where, session.context
        )
    return Outcome("DML", "CREATE_TABLE_AS_SELECT", lines=[], scanned_bytes=written.scanned_bytes)


def _analyse(session: Session, table: s.Parts, where: exp.Expression) -> None:
    """:raises AthenaError: for names and types that a query with this WHERE is refused for."""
    names = zip(("this", "db", "catalog"), reversed(table), strict=False)
    source = exp.Table(**{place: exp.to_identifier(name, quoted=True) for place, name in names})
    query = exp.select("1").from_(source).where(where.copy())
    relations = Relations(session)
    relations.columns_of(relations.bind(query))


def vacuum(session: Session, statement: s.Vacuum) -> Outcome:
    name, found = _table(session, statement.table, "VACUUM")
    with session.running():
        session.services.iceberg.load(name, found).vacuum(session.context)
    return Outcome("DML", "VACUUM_TABLE", lines=[])
