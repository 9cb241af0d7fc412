"""Relations that are about tables: ``information_schema``, ``"t$partitions"``, and the points of time travel."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlglot import exp

from local_athena import dialect
from local_athena.catalog.glue import table_missing
from local_athena.catalog.partitions import Partition
from local_athena.dialect.errors import failure
from local_athena.dialect.expressions.aggregation import refuse
from local_athena.dialect.values.types import from_datatype, to_duckdb
from local_athena.errors import AthenaError
from local_athena.model import Column, TableName, trino_type
from local_athena.session import Session
from local_athena.tables import views
from local_athena.tables.delta.table import DeltaTable, is_delta
from local_athena.tables.hive.files import equalities, partitions_of
from local_athena.tables.hive.lines.values import identifier, literal
from local_athena.tables.hive.partition_values import typed_values
from local_athena.tables.hive.table import HiveTable
from local_athena.tables.iceberg import AsOf

ICEBERG_KINDS = {"snapshots", "files", "partitions", "manifests", "history", "refs", "properties"}
_TEXT, _NUMBER = trino_type("varchar"), trino_type("bigint")
_TABLES: dict[str, tuple[str, ...]] = {
    "schemata": ("catalog_name", "schema_name"),
    "tables": ("table_catalog", "table_schema", "table_name", "table_type"),
    "views": ("table_catalog", "table_schema", "table_name", "view_definition"),
    "columns": (
        "table_catalog", "table_schema", "table_name", "column_name", "ordinal_position", "column_default", "is_nullable",
        "data_type", "comment", "extra_info",
    ),
}  # fmt: skip
_NUMBERS = {"ordinal_position"}
_MOMENTS = {"date", "timestamp", "timestamp with time zone", "unknown"}
_NUMBERED = {"tinyint", "smallint", "integer", "bigint"}


def columns(name: TableName, position: str) -> tuple[Column, ...]:
    """The columns of a table of ``information_schema``.

    :raises AthenaError: ``TABLE_NOT_FOUND``.
    """
    if name.table not in _TABLES:
        raise table_missing(name, position)
    return tuple(Column(column, _NUMBER if column in _NUMBERS else _TEXT) for column in _TABLES[name.table])


def information_schema(session: Session, name: TableName, relation: str, predicates: Sequence[exp.Expression]) -> None:
    """Make *relation*: what Glue holds, as Trino's ``information_schema`` shows it. A metadata table such as ``t$partitions`` is
    shown to a query that names it, where *predicates* hold ``table_name`` to it.
    """
    asked = [text for text in equalities(session.connection, predicates).get("table_name", []) if "$" in text]
    databases = [str(database["Name"]) for database in session.glue.databases(name.catalog)]
    rows = [row for database in databases for row in _rows(session, name, database)]
    rows += [
        row
        for database in databases
        for text in dict.fromkeys(asked)
        for row in _of_metadata(session, name, database, text)
    ]
    names = _TABLES[name.table]
    if not rows:
        rows_sql = ", ".join(f"CAST(NULL AS {_duckdb(column)}) AS {column}" for column in names) + " WHERE false"
    else:
        rows_sql = ", ".join(
            f"unnest({_array(column, [row[at] for row in rows])}) AS {column}" for at, column in enumerate(names)
        )
    session.connection.execute(f"CREATE OR REPLACE TEMP VIEW {identifier(relation)} AS SELECT {rows_sql}")


def _duckdb(column: str) -> str:
    return "BIGINT" if column in _NUMBERS else "VARCHAR"


def _array(column: str, values: Sequence[Any]) -> str:
    items = ", ".join("NULL" if value is None else literal(str(value)) for value in values)
    return f"CAST([{items}] AS {_duckdb(column)}[])"


def _rows(session: Session, name: TableName, database: str) -> list[tuple[Any, ...]]:
    if name.table == "schemata":
        return [(name.catalog, database)]
    rows: list[tuple[Any, ...]] = []
    for table in session.glue.tables(database, name.catalog):
        at = TableName(database, table["Name"], name.catalog)
        head = (name.catalog, database, table["Name"])
        view = views.is_view(table)
        if name.table == "tables":
            rows.append((*head, "VIEW" if view else "BASE TABLE"))
        elif name.table == "views" and view:
            rows.append((*head, _definition(at, table)))
        elif name.table == "columns":
            rows += [(*head, *column) for column in _described(session, at, table)]
    return rows


def _of_metadata(session: Session, name: TableName, database: str, text: str) -> list[tuple[Any, ...]]:
    """The rows of a metadata table *text*, if there is one; as it is found by its name, no list holds it."""
    base, _, kind = text.partition("$")
    at = TableName(database, base, name.catalog)
    table = session.glue.table(at) if name.table in ("tables", "columns") else None
    try:
        found = _metadata_columns(session, at, kind, table) if table else ()
    except AthenaError:  # as in ``_described``
        return []
    head = (name.catalog, database, text)
    if name.table == "tables":
        return [(*head, "BASE TABLE")] if found else []
    return [(*head, *column) for column in _spelt(found, set())]


def _metadata_columns(session: Session, name: TableName, kind: str, table: dict[str, Any]) -> Sequence[Column]:
    """The columns of ``"t$kind"``, none where the table *name* has no such metadata."""
    if _is_iceberg(table) and kind in ICEBERG_KINDS:
        loaded = session.services.iceberg.load(name, table)
        columns: Sequence[Column] = loaded.metadata_table(session.connection, f"columns_of_{kind}", kind)
        return columns
    if _is_iceberg(table) or kind != "partitions" or views.is_view(table) or is_delta(table):
        return ()
    return HiveTable.load(name, table).keys


def _definition(name: TableName, table: dict[str, Any]) -> str | None:
    try:
        return views.decode(name, table).sql
    except AthenaError:
        return None


def _described(session: Session, name: TableName, table: dict[str, Any]) -> list[tuple[Any, ...]]:
    """A table that cannot be read has no columns here, as on AWS, where one bad table does not spoil the listing."""
    try:
        found = table_columns(session, name, table)
    except AthenaError:
        return []
    return _spelt(found, {str(key["Name"]).lower() for key in table.get("PartitionKeys") or []})


def _spelt(found: Sequence[Column], keys: set[str]) -> list[tuple[Any, ...]]:
    return [
        (
            column.name,
            number,
            None,
            "YES",
            dialect.types.from_datatype(column.type).__str__(),
            column.comment,
            "partition key" if column.name in keys else None,
        )
        for number, column in enumerate(found, 1)
    ]


def table_columns(session: Session, name: TableName, table: dict[str, Any]) -> Sequence[Column]:
    """The columns of any Glue table or view, in Trino's types."""
    if views.is_view(table):
        return views.decode(name, table).columns
    if _is_iceberg(table):
        found: Sequence[Column] = session.services.iceberg.load(name, table).columns
        return found
    if is_delta(table):
        return DeltaTable.load(name, table, session.storage, session.context.check).columns
    return HiveTable.load(name, table).columns


def _is_iceberg(table: dict[str, Any]) -> bool:
    return str((table.get("Parameters") or {}).get("table_type", "")).upper() == "ICEBERG"


def hive_partitions(session: Session, table: HiveTable, relation: str) -> None:
    """Make *relation*: one row of typed values for each partition in Glue."""
    partitions: list[Partition] = partitions_of(session.glue, table, session.connection)
    if not partitions:
        nulls = ", ".join(f"CAST(NULL AS {to_duckdb(key.type)}) AS {identifier(key.name)}" for key in table.keys)
        session.connection.execute(f"CREATE OR REPLACE TEMP VIEW {identifier(relation)} AS SELECT {nulls} WHERE false")
        return
    values = ", ".join(
        f"unnest({typed_values(key, [partition.values[at] for partition in partitions])}) AS {identifier(key.name)}"
        for at, key in enumerate(table.keys)
    )
    session.connection.execute(f"CREATE OR REPLACE TEMP VIEW {identifier(relation)} AS SELECT {values}")


def as_of(session: Session, version: exp.Expression, position: str) -> AsOf:
    """The point that ``FOR TIMESTAMP AS OF x`` or ``FOR VERSION AS OF x`` names, for ``tables.iceberg``.

    https://github.com/trinodb/trino/blob/master/core/trino-main/src/main/java/io/trino/sql/analyzer/StatementAnalyzer.java
    (``validateVersionPointer``)

    :raises AthenaError: ``INVALID_ARGUMENTS`` for NULL and for a moment that is not in the past, ``TYPE_MISMATCH`` for what
        is no moment, ``NOT_SUPPORTED`` for what is neither a snapshot's number nor a name, ``EXPRESSION_NOT_CONSTANT``.
    """
    _check_constant(version.expression)
    translation = dialect.translate(exp.select(exp.alias_(version.expression.copy(), "pointer")), {})
    kind = from_datatype(translation.columns[0].type)
    temporal = str(version.this).upper() != "VERSION"
    if temporal and kind.name not in _MOMENTS:
        raise AthenaError(
            "TYPE_MISMATCH",
            f"{position}: Type {kind} invalid. Temporal pointers must be of type Timestamp, Timestamp with Time Zone, or Date.",
        )
    value = "pointer"
    if temporal:
        # Not ``exp.cast``, which takes a type of fewer digits for the same one.
        moment = exp.Cast(this=version.expression.copy(), to=trino_type("timestamp(6) with time zone"))
        translation = dialect.translate(exp.select(exp.alias_(moment, "pointer")), {}, target="table")
        value = "epoch_us(pointer)"
    ((pointer, now),) = session.rows(f"SELECT {value}, epoch_us(now()) FROM ({translation.sql}) AS p(pointer)")
    if pointer is None:
        raise AthenaError("INVALID_ARGUMENTS", f"{position}: Pointer value cannot be NULL")
    if temporal:
        if pointer > now or (
            pointer == now and pointer % 1000
        ):  # CURRENT_TIMESTAMP, of whole milliseconds, is let through
            raise _not_past(session, version.expression, position)
        return AsOf(timestamp=datetime.fromtimestamp(0, UTC) + timedelta(microseconds=pointer))
    if kind.name in _NUMBERED:
        return AsOf(version=int(pointer))
    if kind.name == "varchar":
        return AsOf(version=str(pointer))
    raise AthenaError("NOT_SUPPORTED", f"Unsupported type for table version: {kind}")


def _check_constant(pointer: exp.Expression) -> None:
    """:raises AthenaError: where *pointer* asks a query or is of several rows."""
    refuse(pointer, "Table version")
    if asked := pointer.find(exp.Query):
        where = asked.parent if isinstance(asked.parent, exp.Exists | exp.Subquery) else asked
        raise failure("EXPRESSION_NOT_CONSTANT", "Constant expression cannot contain a subquery", where)


def _not_past(session: Session, expression: exp.Expression, position: str) -> AthenaError:
    shown = dialect.translate(exp.select(exp.cast(expression.copy(), "varchar").as_("pointer")), {})
    ((text,),) = session.rows(shown.sql)
    return AthenaError("INVALID_ARGUMENTS", f"{position}: Pointer value '{text}' is not in the past")
