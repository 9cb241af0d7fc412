"""DESCRIBE, and SHOW CREATE of tables and views."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from local_athena.catalog.glue import Glue, GlueObject, is_managed, table_missing
from local_athena.errors import AthenaError, InvalidRequest
from local_athena.model import DEFAULT_CATALOG, Outcome, QueryContext, TableName
from local_athena.session import Session, resolve_name
from local_athena.sql import statements as s
from local_athena.statements import layout
from local_athena.statements.done import describe_view, utility
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
        raise table_missing(name)
    storage = found.get("StorageDescriptor") or {}
    if views.is_view(found) and statement.column is None:
        return describe_view(views.decode(name, found).columns)
    if is_iceberg(found) and statement.column is None:
        return utility("DESCRIBE_TABLE", _DESCRIBE, _iceberg_lines(session, name, found, statement))
    data, keys = [*_current(storage.get("Columns") or [])], [*(found.get("PartitionKeys") or [])]
    if statement.column is not None:
        data = [column for column in [*data, *keys] if str(column["Name"]).lower() == statement.column]
        if not data:
            raise AthenaError(
                "FAILED", f"SemanticException [Error 10004]: Invalid column name {statement.column} of {name}"
            )
        return utility("DESCRIBE_TABLE", _DESCRIBE, [_line(column) for column in data], None)
    lines = [_line(column) for column in [*data, *keys]]
    if statement.formatted:
        lines = [*_heading("col_name"), *(_line(column) for column in data)]
    if keys:
        lines += [
            _bare(""),
            _bare("# Partition Information"),
            *_heading("col_name"),
            *(_line(key) for key in keys),
        ]
    if statement.formatted:
        lines += _details(found, storage)
    elif statement.extended:
        lines += [
            _pad("", "", ""),
            _pad("Detailed Table Information", str({key: found[key] for key in sorted(found)}), ""),
        ]
    return utility("DESCRIBE_TABLE", _DESCRIBE, lines, None)


def _iceberg_lines(session: Session, name: TableName, found: GlueObject, statement: s.Describe) -> list[str]:
    """An Iceberg table's columns and partition spec, not padded; FORMATTED and EXTENDED add what Glue holds."""
    storage = found.get("StorageDescriptor") or {}
    columns = [
        (column["Name"], re.sub("[,:]", r"\g<0> ", column["Type"]), column.get("Comment") or "")
        for column in _current(storage.get("Columns") or [])
    ]
    rows = [
        ("# Table schema:", "", ""),
        ("# col_name", "data_type", "comment"),
        *columns,
        ("", "", ""),
        ("# Partition spec:", "", ""),
        ("# field_name", "field_transform", "column_name"),
        *session.services.iceberg.load(name, found).partition_fields,
    ]
    more = _details(found, storage) if statement.formatted or statement.extended else []
    return ["\t".join(row) for row in rows] + more


def _current(columns: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Without the columns that an Iceberg table had once."""
    return [column for column in columns if (column.get("Parameters") or {}).get("iceberg.field.current") != "false"]


def _pad(*cells: str) -> str:
    return "\t".join(f"{cell:<20}" for cell in cells)


def _bare(text: str) -> str:
    return f"{text}\t \t "


def _line(column: Mapping[str, Any]) -> str:
    return _pad(str(column["Name"]), str(column["Type"]), str(column.get("Comment") or ""))


def _heading(first: str) -> list[str]:
    return [_pad(f"# {first}", "data_type", "comment"), _bare("")]


def _details(found: Mapping[str, Any], storage: Mapping[str, Any]) -> list[str]:
    serde = storage.get("SerdeInfo") or {}
    rows = [
        ("", ""),
        ("# Detailed Table Information", ""),
        ("Database:", str(found.get("DatabaseName", ""))),
        ("CreateTime:", str(found.get("CreateTime", ""))),
        ("Location:", str(storage.get("Location", ""))),
        ("Table Type:", str(found.get("TableType", ""))),
        ("Table Parameters:", ""),
        *((f"\t{key}", str(value)) for key, value in sorted((found.get("Parameters") or {}).items())),
        ("", ""),
        ("# Storage Information", ""),
        ("SerDe Library:", str(serde.get("SerializationLibrary", ""))),
        ("InputFormat:", str(storage.get("InputFormat", ""))),
        ("OutputFormat:", str(storage.get("OutputFormat", ""))),
        ("Num Buckets:", str(storage.get("NumberOfBuckets", -1))),
        ("Bucket Columns:", str(storage.get("BucketColumns") or [])),
        ("Storage Desc Params:", ""),
        *((f"\t{key}", str(value)) for key, value in sorted((serde.get("Parameters") or {}).items())),
    ]
    return [_pad(*row, "") for row in rows]


def show_create(session: Session, statement: s.ShowCreate) -> Outcome:
    """A statement that would make the table or view again."""
    name = session.name(statement.table)
    found = session.glue.table(name)
    if found is None:
        raise table_missing(name)
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
        comment = f" COMMENT {_quote(column['Comment'])}" if column.get("Comment") else ""
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
    parts = [f"CREATE EXTERNAL TABLE `{'.'.join(written[-2:])}`(\n{_columns(storage['Columns'])})"]
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
    properties = {key: value for key, value in (found.get("Parameters") or {}).items() if key != "EXTERNAL"}
    if properties:
        parts.append(f"TBLPROPERTIES (\n{_pairs(properties)})")
    return "\n".join(parts)


def _create_iceberg(session: Session, name: TableName, found: GlueObject) -> str:
    storage = found["StorageDescriptor"]
    table = session.services.iceberg.load(name, found)
    hidden = {"metadata_location", "previous_metadata_location", "EXTERNAL"}
    kept = {key: value for key, value in (found.get("Parameters") or {}).items() if key not in hidden}
    properties = {**kept, **of_athena(table.properties), "table_type": "iceberg"}
    fields = [ddl_spelling(transform, column) for _, transform, column in table.partition_fields]
    parts = [f"CREATE TABLE {name.database}.{found['Name']} (\n{_columns(_current(storage['Columns']))})"]
    if table.properties.get("comment"):
        parts.append(f"COMMENT {_quote(table.properties['comment'])}")
    if fields:
        parts.append(f"PARTITIONED BY ({', '.join(fields)})")
    parts.append(f"LOCATION {_quote(storage.get('Location', ''))}")
    parts.append(f"TBLPROPERTIES (\n{_pairs(properties)}\n)")
    return "\n".join(parts)
