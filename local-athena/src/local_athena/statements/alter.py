"""ALTER TABLE: columns, properties, location, name. Hive tables change in Glue only; Iceberg tables through their metadata."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from local_athena.catalog.glue import (
    GlueObject,
    schema_missing,
    table_exists,
    unknown_database_to_hive,
    unknown_to_hive,
)
from local_athena.catalog.types import from_hive, trino_spelling
from local_athena.errors import AthenaError, DdlTaskError, HiveError, IcebergRefused, NotSupported, properties_refused
from local_athena.model import Column, Outcome, TableName, trino_type
from local_athena.session import Session
from local_athena.sql import statements as s
from local_athena.statements.done import by_hive, ddl
from local_athena.statements.partitions import registered
from local_athena.statements.relations import is_iceberg
from local_athena.storage import split_uri
from local_athena.tables import views
from local_athena.tables.delta.table import is_delta, refuse_write
from local_athena.tables.hive.description import settings
from local_athena.tables.hive.description.definition import glue_column
from local_athena.tables.iceberg.alter import Alteration

_OF_NO_ENGINE = "Query type not supported by DDL engine."
"""ErrorMessage of what no engine of Athena's takes, behind Hive's words (#43, #204, #217):
https://github.com/aoyagikouhei/athena-local/blob/main/docs/dev/measurements/statements.md"""


def find(session: Session, parts: s.Parts, detail: str = "") -> tuple[TableName, GlueObject]:
    """The table that an ALTER is about; *detail* is the other text that Athena has for one that is missing.

    :raises AthenaError: in Hive's words when there is none.
    """
    name = session.name(parts)
    found = session.glue.table(name)
    if found is None:
        raise unknown_to_hive(name, detail)
    session.context.check()
    return name, found


def _iceberg(session: Session, name: TableName, found: GlueObject, change: Callable[[Alteration], object]) -> None:
    with session.running():
        change(session.services.iceberg.load(name, found).alter)


def _columns(columns: Sequence[s.HiveColumn]) -> list[Column]:
    """New columns of an Iceberg table: its timestamps have microseconds."""
    spelled = (trino_spelling(column.type).replace("timestamp(3)", "timestamp(6)") for column in columns)
    return [
        Column(column.name, trino_type(kind), column.comment) for column, kind in zip(columns, spelled, strict=True)
    ]


def _refuse_view(name: TableName, found: GlueObject) -> None:
    if is_delta(found):
        raise refuse_write(name)
    if views.is_view(found):
        raise AthenaError(
            "FAILED",
            f"SemanticException [Error 10131]: To alter a view you need to use the ALTER VIEW command: {name.table}",
        )


def add_columns(session: Session, statement: s.AddColumns) -> Outcome:
    name, found = find(session, statement.table)
    _refuse_view(name, found)
    if is_iceberg(found):
        if statement.partition:
            raise IcebergRefused()
        _iceberg(session, name, found, lambda table: table.add_columns(_columns(statement.columns)))
        return ddl("ALTER_TABLE_ADD_COLUMN")
    fresh = _glue_columns(statement.columns)
    _set_columns(session, name, found, statement.partition, lambda columns: [*columns, *fresh])
    return by_hive("ALTER_TABLE_ADD_COLUMN")


def replace_columns(session: Session, statement: s.ReplaceColumns) -> Outcome:
    name, found = find(session, statement.table)
    _refuse_view(name, found)
    if is_iceberg(found):
        raise IcebergRefused()
    fresh = _glue_columns(statement.columns)
    _set_columns(session, name, found, statement.partition, lambda _: fresh)
    return by_hive("ALTER_TABLE_REPLACE_COLUMN")


def _glue_columns(columns: Sequence[s.HiveColumn]) -> list[dict[str, str]]:
    for column in columns:
        from_hive(column.type)
    return [glue_column(column) for column in columns]


def _set_columns(
    session: Session,
    name: TableName,
    found: GlueObject,
    spec: s.PartitionSpec,
    change: Callable[[list[dict[str, str]]], list[dict[str, str]]],
) -> None:
    """Metadata only: files are read by name, what they lack is NULL. The columns of a partition that is named are its own, and
    the table's stay, as in Hive:
    https://github.com/apache/hive/blob/rel/release-2.3.9/ql/src/java/org/apache/hadoop/hive/ql/exec/DDLTask.java
    """
    partition = registered(session, name, found, spec) if spec else None
    storage = {**found["StorageDescriptor"], **((partition or {}).get("StorageDescriptor") or {})}
    storage["Columns"] = change([*storage["Columns"]])
    seen = {str(key["Name"]).lower() for key in found.get("PartitionKeys") or []}
    for column in storage["Columns"]:
        if str(column["Name"]).lower() in seen:
            raise DdlTaskError(f"Duplicate column name: {column['Name'].lower()}")
        seen.add(str(column["Name"]).lower())
    if partition is None:
        session.glue.update_table(name, {**found, "StorageDescriptor": storage})
    else:
        session.glue.update_partition(name, partition["Values"], {**partition, "StorageDescriptor": storage})


def drop_column(session: Session, statement: s.DropColumn) -> Outcome:
    """Of Iceberg's tables. Hive's parser knows DROP PARTITION only, whatever the name names."""
    name = session.name(statement.table)
    found = session.glue.table(name)
    if found is None or not is_iceberg(found):
        raise HiveError(*statement.refusal)
    _iceberg(session, name, found, lambda table: table.drop_column(statement.column))
    return ddl("ALTER_TABLE_DROP_COLUMN")


def change_column(session: Session, statement: s.ChangeColumn) -> Outcome:
    """A new name, type or comment; Iceberg allows widening types only, Hive anything (the files decide when they are read)."""
    name, found = find(session, statement.table)
    _refuse_view(name, found)
    if is_iceberg(found):
        if statement.partition:
            raise IcebergRefused()
        (new,) = _columns([statement.new])
        _iceberg(session, name, found, lambda table: table.change_column(statement.column, new, statement.position))
        return ddl("ALTER_TABLE_CHANGE_COLUMN")
    _set_columns(session, name, found, statement.partition, lambda columns: _changed(statement, columns))
    return by_hive("ALTER_TABLE_CHANGE_COLUMN")


def _changed(statement: s.ChangeColumn, columns: list[dict[str, str]]) -> list[dict[str, str]]:
    names = [str(column["Name"]).lower() for column in columns]
    if statement.column not in names:
        raise DdlTaskError(f"Invalid column reference {statement.column}")
    at = names.index(statement.column)
    old = columns.pop(at)
    (new,) = _glue_columns([statement.new])
    if "Comment" in old and "Comment" not in new:
        new["Comment"] = old["Comment"]
    columns.insert(_position(statement, names, at), new)
    return columns


def _position(statement: s.ChangeColumn, names: list[str], at: int) -> int:
    if statement.position is None:
        return at
    if statement.position == "":
        return 0
    others = names[:at] + names[at + 1 :]
    if statement.position not in others:
        raise DdlTaskError(f"Invalid column reference {statement.position}")
    return others.index(statement.position) + 1


def set_properties(session: Session, statement: s.SetProperties) -> Outcome:
    name, found = find(session, statement.table)
    if is_iceberg(found):
        with properties_refused():
            _iceberg(session, name, found, lambda table: table.set_properties(dict(statement.properties)))
    elif is_delta(found):
        raise _unsupported_key(statement.properties)
    else:
        changed = {**found, "Parameters": {**(found.get("Parameters") or {}), **statement.properties}}
        if not views.is_view(found):
            settings.check({**changed, "Parameters": statement.properties}, at="statement")
            if "table_type" in statement.properties:
                raise NotSupported("ALTER TABLE SET TBLPROPERTIES of table_type")
        session.glue.update_table(name, changed)
    return ddl("ALTER_TABLE_PROPERTIES")


def _unsupported_key(keys: Iterable[str]) -> AthenaError:
    """Words of AWS's page: https://docs.aws.amazon.com/athena/latest/ug/delta-lake-tables.html"""
    return AthenaError("INVALID_TABLE_PROPERTY", f"Unsupported table property key: {next(iter(keys))}")


def unset_properties(session: Session, statement: s.UnsetProperties) -> Outcome:
    name, found = find(session, statement.table)
    if is_iceberg(found):
        _iceberg(session, name, found, lambda table: table.unset_properties([*statement.keys]))
        return ddl("ALTER_TABLE_UNSET_TBLPROPERTIES")
    if is_delta(found):
        raise _unsupported_key(statement.keys)
    parameters = dict(found.get("Parameters") or {})
    for key in statement.keys:
        if parameters.pop(key, None) is None and not statement.if_exists:
            raise AthenaError(
                "FAILED",
                f"SemanticException [Error 10215]: Property {key} is not set; write UNSET TBLPROPERTIES IF EXISTS if that may be",
            )
    session.glue.update_table(name, {**found, "Parameters": parameters})
    return ddl("ALTER_TABLE_UNSET_TBLPROPERTIES")


def set_location(session: Session, statement: s.SetLocation) -> Outcome:
    name, found = find(session, statement.table)
    if is_iceberg(found):
        raise IcebergRefused()
    if is_delta(found):
        raise refuse_write(name)
    if views.is_view(found):
        raise AthenaError(
            "NOT_SUPPORTED", f"ALTER TABLE SET LOCATION is supported for Hive tables only, not for {name}"
        )
    split_uri(statement.location)
    if statement.partition:
        partition = registered(session, name, found, statement.partition)
        storage = {
            **found["StorageDescriptor"],
            **(partition.get("StorageDescriptor") or {}),
            "Location": statement.location,
        }
        session.glue.update_partition(name, partition["Values"], {**partition, "StorageDescriptor": storage})
    else:
        session.glue.update_table(
            name, {**found, "StorageDescriptor": {**found["StorageDescriptor"], "Location": statement.location}}
        )
    return ddl("ALTER_TABLE_SET_LOCATION")


def rename_table(session: Session, statement: s.RenameTable) -> Outcome:
    """Iceberg tables only, as in Athena."""
    name, found = find(session, statement.table, _OF_NO_ENGINE)
    new = session.name(statement.new if len(statement.new) > 1 else (name.database, *statement.new))
    if not is_iceberg(found):
        raise DdlTaskError(
            "Unable to alter table. Unable to change partition or table: com.amazonaws.services.datacatalog.model."
            "InvalidInputException: Table cannot be renamed (Service: AmazonDataCatalog; Status Code: 400; Error Code: "
            f"InvalidInputException; Request ID: {session.context.query_id}; Proxy: null)",
            _OF_NO_ENGINE,
        )
    if session.glue.database(new.database, new.catalog) is None:
        raise schema_missing(new)
    if session.glue.table(new) is not None:
        raise table_exists(new)
    session.services.iceberg.rename(name, new)
    return ddl("ALTER_TABLE_RENAME")


def set_schema_properties(session: Session, statement: s.SetSchemaProperties) -> Outcome:
    name = TableName(statement.name, "", session.context.catalog.lower())
    if session.glue.database(name.database, name.catalog) is None:
        raise unknown_database_to_hive(name)
    database = session.schema_to_fill(name)
    database["Parameters"] = {**(database.get("Parameters") or {}), **statement.properties}
    session.glue.update_database(database, name.catalog)
    return ddl("ALTER_DATABASE")
