"""DESCRIBE, and SHOW CREATE of tables and views."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from local_athena.catalog.glue import (
    Glue,
    GlueObject,
    is_managed,
    table_missing,
    unknown_database_to_hive,
    unknown_to_hive,
    view_missing,
)
from local_athena.catalog.types import parts_of
from local_athena.errors import (
    SYSTEM,
    AthenaError,
    DdlTaskError,
    HiveError,
    IcebergRefused,
    InvalidRequest,
    NotSupported,
)
from local_athena.model import DEFAULT_CATALOG, Outcome, QueryContext, TableName
from local_athena.session import Session, resolve_name
from local_athena.sql import statements as s
from local_athena.sql.reserved import HIVE_WORDS
from local_athena.statements import described, layout
from local_athena.statements.done import describe_view, utility
from local_athena.statements.partitions import registered
from local_athena.statements.relations import is_iceberg
from local_athena.tables import views
from local_athena.tables.delta.table import is_delta
from local_athena.tables.iceberg.partitioning import ddl_spelling
from local_athena.tables.iceberg.properties import of_athena

_DESCRIBE = ("col_name", "data_type", "comment")


def check_name(glue: Glue, statement: s.Describe | s.ShowColumns, context: QueryContext) -> None:
    """Look for the table before the query starts, as Athena does; a catalog that is not registered is asked for by its name only.

    https://github.com/aoyagikouhei/athena-local/blob/main/docs/dev/measurements/statements.md (#207, #212)

    :raises InvalidRequest: where it is missing, or its name stands in double quotes and it is no view.
    """
    if isinstance(statement, s.Describe) and (statement.extended or statement.formatted):
        return  # Hive looks for it when the query runs (#275)
    name, known = resolve_name(statement.table, context.catalog, context.database), context.catalogs
    if known is not None and name.catalog not in known and not is_managed(name.catalog):
        if len(statement.table) == 3:
            raise InvalidRequest(f"Catalog '{statement.table[0]}' does not exist", "DATACATALOG_NOT_FOUND")
        name = replace(name, catalog=DEFAULT_CATALOG)
    found = glue.table(name)
    if found is None:
        raise InvalidRequest(
            "Entity Not Found (Service: AmazonDataCatalog; Status Code: 400; Error Code: EntityNotFoundException; "
            f"Request ID: {context.query_id}; Proxy: null)",
            "INVALID_INPUT",
        )
    if statement.refusal and not views.is_view(found):
        raise InvalidRequest(statement.refusal)


def describe(session: Session, statement: s.Describe) -> Outcome:
    """Columns with Hive's types, tab-separated and padded to twenty characters; FORMATTED and EXTENDED add what Glue holds."""
    name = session.name(statement.table)
    found = session.glue.table(name)
    if found is None:
        raise _missing(session, name, statement)
    plain = not (statement.extended or statement.formatted or statement.column or statement.partition)
    if views.is_view(found) and plain:
        return describe_view(views.decode(name, found).columns)
    if is_iceberg(found):
        return _iceberg(session, name, found, statement)
    partition = registered(session, name, found, statement.partition) if statement.partition else None
    own = ((partition or {}).get("StorageDescriptor") or {}).get("Columns") or found["StorageDescriptor"].get("Columns")
    found = {**found, "StorageDescriptor": {**found["StorageDescriptor"], "Columns": own or []}}
    data, keys = described.data_columns(found), [*(found.get("PartitionKeys") or [])]
    if statement.column is not None:
        column = next((one for one in [*data, *keys] if str(one["Name"]).lower() == statement.column), None)
        if column is None:
            raise _no_field(statement.column, [str(one["Name"]) for one in data])
        fields = _fields(str(column["Name"]), str(column["Type"]), statement.path)
        return utility("DESCRIBE_TABLE", _names(statement), described.fields(fields, statement.formatted), None)
    if statement.formatted:
        return utility("DESCRIBE_TABLE", _DESCRIBE, described.formatted(found, data, partition), None)
    lines = described.columns(data, keys)
    if statement.extended:
        own = own or []
        lines += described.extended_partition(found, own, partition) if partition else described.extended(found, own)
    return utility("DESCRIBE_TABLE", _DESCRIBE, lines, None)


def _fields(name: str, kind: str, path: Sequence[str]) -> list[tuple[str, str]]:
    """Return what Hive tells of a column or of what *path* leads to inside it: the fields of a struct, or the one thing.

    https://github.com/apache/hive/blob/rel/release-2.3.9/metastore/src/java/org/apache/hadoop/hive/metastore/MetaStoreUtils.java
    (``getFieldsFromDeserializer``)
    """
    holder, inside = parts_of(kind)
    for name in path:
        if holder == "struct" and name not in inside:
            raise _no_field(name, [*inside])
        if name not in inside:
            raise DdlTaskError(f"Error in getting fields from serde.Unknown type for {name}")
        kind = inside[name]
        holder, inside = parts_of(kind)
    return [*inside.items()] if holder == "struct" else [(name, kind)]


def _no_field(name: str, known: Sequence[str]) -> DdlTaskError:
    listed = ", ".join(f"{at}:{one}" for at, one in enumerate(known))
    return DdlTaskError(f"cannot find field {name} from [{listed}]", category=SYSTEM, error_type=1003)


def _names(statement: s.Describe) -> Sequence[str]:
    return described.STATISTICS if statement.formatted else _DESCRIBE


def _missing(session: Session, name: TableName, statement: s.Describe) -> AthenaError:
    """A table that Hive was asked for more than the columns of: it names no database."""
    if not (statement.extended or statement.formatted):
        return table_missing(name)
    if session.glue.database(name.database, name.catalog) is None:
        return unknown_database_to_hive(name)
    return HiveError(f"SemanticException [Error 10001]: Table not found {name.table}")


def _iceberg(session: Session, name: TableName, found: GlueObject, statement: s.Describe) -> Outcome:
    """An Iceberg table's columns and partition spec, not padded; FORMATTED adds its place and properties (#275)."""
    if statement.extended:
        raise IcebergRefused("EXTENDED keyword is not supported for Iceberg tables.", 1100)
    if statement.column is not None and statement.formatted:
        raise IcebergRefused("FORMATTED keyword is not supported for Iceberg table columns.", 1100)
    if statement.path:
        raise NotSupported("DESCRIBE of a field inside a column of an Iceberg table")
    if statement.partition:
        raise IcebergRefused("PARTITION keyword is not supported for Iceberg tables.", 1100)
    storage = found.get("StorageDescriptor") or {}
    columns = [
        (column["Name"], re.sub("[,:]", r"\g<0> ", column["Type"]), column.get("Comment") or "")
        for column in _current(storage.get("Columns") or [])
    ]
    table = session.services.iceberg.load(name, found)
    if any(column.type.is_type("time", "uuid") for column in table.columns):
        raise IcebergRefused("Table has unsupported column types", 1100)
    if statement.column is not None:
        rows = [column for column in columns if str(column[0]).lower() == statement.column]
        if not rows:
            raise AthenaError("COLUMN_NOT_FOUND", f"Column {statement.column} does not exist in {name}")
        return utility("DESCRIBE_TABLE", _DESCRIBE, ["\t".join(row) for row in rows])
    rows = [
        ("# Table schema:", "", ""),
        ("# col_name", "data_type", "comment"),
        *columns,
        ("", "", ""),
        ("# Partition spec:", "", ""),
        ("# field_name", "field_transform", "column_name"),
        *table.partition_fields,
    ]
    if statement.formatted:
        rows += [
            ("", "", ""),
            ("Name:", f"iceberg.{name.database}.{name.table}", ""),
            ("Location:", str(storage.get("Location", "")), ""),
            ("", "", ""),
            ("# Table properties:", "", ""),
            ("# key", "value", ""),
            *((key, str(value), "") for key, value in sorted(of_athena(table.properties).items())),
            ("", "", ""),
            ("# Iceberg storage table properties:", "", ""),
            ("# key", "value", ""),
            *((key, str(value), "") for key, value in sorted(table.properties.items())),
        ]
    return utility("DESCRIBE_TABLE", _DESCRIBE, ["\t".join(row) for row in rows])


def _current(columns: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Without the columns that an Iceberg table had once."""
    return [column for column in columns if (column.get("Parameters") or {}).get("iceberg.field.current") != "false"]


def show_create(session: Session, statement: s.ShowCreate) -> Outcome:
    """A statement that would make the table or view again."""
    name = session.name(statement.table)
    found = session.glue.table(name)
    if found is None:
        raise view_missing(name) if statement.kind == "VIEW" else unknown_to_hive(name, error_type=1301)
    if statement.kind == "VIEW":
        if not views.is_view(found):
            raise AthenaError("NOT_SUPPORTED", f"line 1:1: Relation '{name}' is a table, not a view")
        lines = layout.create_view(name, views.decode(name, found).sql)
        return utility("SHOW_CREATE_VIEW", ["create view"], lines)
    if views.is_view(found):
        raise AthenaError("NOT_SUPPORTED", f"line 1:1: Relation '{name}' is a view, not a table")
    if is_delta(found):
        parts = (
            f"CREATE EXTERNAL TABLE `{name.database}.{name.table}`",
            "LOCATION",
            f"  {_quote(found['StorageDescriptor']['Location'])}",
        )
        text = "\n".join((*parts, "TBLPROPERTIES (\n  'table_type'='DELTA')"))
        return utility("SHOW_CREATE_TABLE", ["createtab_stmt"], text.split("\n"))
    if is_iceberg(found):
        return utility("SHOW_CREATE_TABLE", ["createtab_stmt"], _create_iceberg(session, name, found).split("\n"))
    text = _create_hive(statement.table, found)
    return utility("SHOW_CREATE_TABLE", ["createtab_stmt"], text.split("\n"), None)


# As Hive writes texts into statements, so that a line of them stays a line and is read back as it was:
# https://github.com/apache/hive/blob/master/common/src/java/org/apache/hive/common/util/HiveStringUtils.java
_ESCAPES = {i: f"\\u{i:04X}" for i in range(32)} | {
    ord(c): f"\\{e}" for c, e in zip("\b\t\n\f\r\\'", "btnfr\\'", strict=True)
}


def _quote(text: object) -> str:
    return f"'{str(text).translate(_ESCAPES)}'"


def _columns(columns: Sequence[Mapping[str, Any]], indent: str = "  ") -> str:
    def one(column: Mapping[str, Any]) -> str:
        comment = f" COMMENT {_quote(column['Comment'])}" if column.get("Comment") is not None else ""
        return f"{indent}`{column['Name']}` {column['Type']}{comment}"

    return ", \n".join(map(one, columns))


def _pairs(properties: Mapping[str, Any]) -> str:
    return ", \n".join(f"  {_quote(key)}={_quote(value)}" for key, value in sorted(properties.items()))


def _create_hive(written: Sequence[str], found: Mapping[str, Any]) -> str:
    """The table under the name that was *written*, with its database or without, and without a SerDe's default property.

    https://github.com/aws/aws-sdk-pandas/blob/main/tests/unit/test_athena.py
    """
    storage = found["StorageDescriptor"]
    serde = storage.get("SerdeInfo") or {}
    serde_properties = {**(serde.get("Parameters") or {})}
    if serde_properties.get("serialization.format") == "1":
        del serde_properties["serialization.format"]
    parts = [f"CREATE EXTERNAL TABLE `{'.'.join(written[-2:])}`(\n{_columns(described.data_columns(found))})"]
    parameters = {**(found.get("Parameters") or {})}
    parameters.pop("EXTERNAL", None)
    if comment := parameters.pop("comment", None):
        parts.append(f"COMMENT {_quote(comment)}")
    if found.get("PartitionKeys"):
        parts.append(f"PARTITIONED BY ( \n{_columns(found['PartitionKeys'])})")
    if storage.get("BucketColumns"):
        parts.append(
            f"CLUSTERED BY ( \n  {', '.join(storage['BucketColumns'])}) \nINTO {storage['NumberOfBuckets']} BUCKETS"
        )
    parts.append(f"ROW FORMAT SERDE \n  {_quote(serde.get('SerializationLibrary', ''))} ")
    if serde_properties:
        parts.append(f"WITH SERDEPROPERTIES ( \n{_pairs(serde_properties)}) ")
    parts.append(f"STORED AS INPUTFORMAT \n  {_quote(storage.get('InputFormat', ''))} ")
    parts.append(f"OUTPUTFORMAT \n  {_quote(storage.get('OutputFormat', ''))}")
    parts.append(f"LOCATION\n  {_quote(storage.get('Location', ''))}")
    if parameters:
        parts.append(f"TBLPROPERTIES (\n{_pairs(parameters)})")
    return "\n".join(parts)


def _create_iceberg(session: Session, name: TableName, found: GlueObject) -> str:
    """https://github.com/aoyagikouhei/athena-local/blob/main/docs/dev/measurements/result-files.md (#146)"""
    storage = found["StorageDescriptor"]
    table = session.services.iceberg.load(name, found)
    hidden = {"metadata_location", "previous_metadata_location", "EXTERNAL"}
    kept = {key: value for key, value in (found.get("Parameters") or {}).items() if key not in hidden}
    properties = {**kept, **of_athena(table.properties)}
    properties.pop("table_type", None)
    fields = [ddl_spelling(transform, column) for _, transform, column in table.partition_fields]
    columns = ",\n".join(_bare_column(column) for column in _current(storage["Columns"]))
    parts = [f"CREATE TABLE {name.database}.{found['Name']} (\n{columns})"]
    if table.properties.get("comment"):
        parts.append(f"COMMENT {_quote(table.properties['comment'])}")
    if fields:
        parts.append(f"PARTITIONED BY ({', '.join(fields)})")
    parts.append(f"LOCATION {_quote(storage.get('Location', ''))}")
    pairs = [("table_type", "iceberg"), *sorted(properties.items())]
    listed = ",\n".join(f"  {_quote(key)}={_quote(value)}" for key, value in pairs)
    parts.append(f"TBLPROPERTIES (\n{listed}\n);")
    return "\n".join(parts)


def _bare_column(column: Mapping[str, Any]) -> str:
    """Quoted only where Hive's grammar would not read it back."""
    name = str(column["Name"])
    shown = name if re.fullmatch(r"[a-z]\w*", name) and name.upper() not in HIVE_WORDS else f"`{name}`"
    return f"  {shown} {column['Type']}" + (f" COMMENT {_quote(column['Comment'])}" if column.get("Comment") else "")
