"""DROP TABLE, DROP VIEW and DROP SCHEMA."""

from __future__ import annotations

from local_athena.catalog.glue import is_managed, unknown_database_to_hive, unknown_to_hive, view_missing
from local_athena.errors import AthenaError, DdlTaskError
from local_athena.model import Outcome, TableName
from local_athena.session import Session
from local_athena.sql import statements as s
from local_athena.statements.done import ddl, dropped_by_trino
from local_athena.statements.relations import is_iceberg
from local_athena.tables import views
from local_athena.tables.hive.files import folder


def drop_table(session: Session, statement: s.DropTable) -> Outcome:
    """A Hive table's data stays, because it is external; an Iceberg table's goes, as on AWS."""
    name = session.name(statement.table)
    found = session.glue.table(name)
    if found is None:
        if statement.if_exists:
            return ddl("DROP_TABLE")
        raise unknown_to_hive(name)
    if views.is_view(found):
        raise AthenaError("FAILED", "SemanticException [Error 10108]: Cannot drop a view with DROP TABLE")
    session.context.check()
    _drop(session, name, found)
    return dropped_by_trino() if is_iceberg(found) else ddl("DROP_TABLE")


def _drop(session: Session, name: TableName, found: dict[str, object]) -> None:
    if found.get("PartitionKeys") and not is_iceberg(found):
        session.glue.partitions(name)  # as Hive does, which takes them away before the table
    session.glue.delete_table(name)
    if is_managed(name.catalog):  # its files went with it
        return
    storage = found.get("StorageDescriptor")
    if is_iceberg(found) and isinstance(storage, dict) and storage.get("Location"):
        session.storage.delete_prefix(folder(str(storage["Location"])))


def drop_view(session: Session, statement: s.DropView) -> Outcome:
    name = session.name(statement.view)
    found = session.glue.table(name)
    if found is None:
        if statement.if_exists:
            return ddl("DROP_VIEW")
        raise view_missing(name)
    if not views.is_view(found):
        raise AthenaError(
            "TABLE_NOT_FOUND",
            f"line 1:1: View '{name}' does not exist, but a table with that name exists. Did you mean DROP TABLE {name}?",
        )
    session.context.check()
    session.glue.delete_table(name)
    return ddl("DROP_VIEW")


def drop_schema(session: Session, statement: s.DropSchema) -> Outcome:
    name = TableName(statement.name, "", session.context.catalog.lower())
    found = session.glue.database(statement.name, name.catalog)
    if found is None or found.keys() == {"Name"}:  # the ``default`` that Glue does not have yet
        if statement.if_exists:
            return ddl("DROP_DATABASE")
        raise unknown_database_to_hive(name)
    tables = session.glue.tables(statement.name, name.catalog)
    if tables and not statement.cascade:
        raise DdlTaskError(
            f"InvalidOperationException(message:Database {statement.name} is not empty. One or more tables exist.)",
        )
    session.context.check()
    for table in tables:
        _drop(session, TableName(statement.name, table["Name"], name.catalog), table)
    session.glue.delete_database(statement.name, name.catalog)
    return ddl("DROP_DATABASE")
