"""INSERT INTO, for Hive and Iceberg tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from local_athena.catalog.glue import GlueObject, is_managed
from local_athena.catalog.partitions import from_glue
from local_athena.catalog.projection import Projection
from local_athena.dialect.values.assignment import assignable
from local_athena.dialect.values.types import from_datatype, to_duckdb
from local_athena.errors import AthenaError, Missing, NotSupported
from local_athena.model import DEFAULT_CATALOG, Column, Outcome, TableName, trino_type
from local_athena.session import Session
from local_athena.sql import statements as s
from local_athena.statements.relations import Relations, is_iceberg
from local_athena.tables import views
from local_athena.tables.delta.table import is_delta, refuse_write
from local_athena.tables.hive.description.definition import partition_input
from local_athena.tables.hive.description.delimiters import delimiters
from local_athena.tables.hive.description.settings import TEXTS
from local_athena.tables.hive.files import folder
from local_athena.tables.hive.lines.values import identifier
from local_athena.tables.hive.table import HiveTable
from local_athena.tables.hive.writing.target import Target
from local_athena.tables.hive.writing.write import write

_COMPRESSIONS = {
    "parquet": ("parquet.compression", "parquet.compress"),
    "orc": ("orc.compress",),
    "avro": ("avro.compression", "avro.output.codec"),
}
"""A format's own properties beside ``write.compression``."""


def insert(session: Session, statement: s.Insert) -> Outcome:
    """Append the query's rows. ``update_count`` is their number."""
    name = session.name(statement.table)
    found = _target(session, name)
    if is_iceberg(found):
        table = session.services.iceberg.load(name, found)
        sql = _rows(session, statement, table.columns)
        with session.running():
            written = table.insert(session.connection, sql, session.context)
        return _outcome(session, written.rows, written.files)
    return _hive(session, statement, name, found)


def planned(session: Session, statement: s.Insert) -> str:
    """DuckDB's SQL of the rows that would be appended, for EXPLAIN."""
    name = session.name(statement.table)
    found = _target(session, name)
    table = session.services.iceberg.load(name, found) if is_iceberg(found) else HiveTable.load(name, found)
    return _rows(session, statement, table.columns)


def _target(session: Session, name: TableName) -> GlueObject:
    known = session.context.catalogs
    there = known is None or name.catalog in known or is_managed(name.catalog)
    found = session.glue.table(name if there else replace(name, catalog=DEFAULT_CATALOG))
    if found is None:
        session.require_schema(name)
        raise Missing(f"Table {name.table} not found in database {name.database}")
    session.require_session_catalog(name)
    if views.is_view(found):
        raise AthenaError("NOT_SUPPORTED", "line 1:1: Inserting into views is not supported")
    if is_delta(found):
        raise refuse_write(name)
    return found


def _outcome(session: Session, rows: int, files: list[str]) -> Outcome:
    columns = (Column("rows", trino_type("bigint")),)
    return Outcome(
        "DML", "INSERT", columns, lines=[], update_count=rows, scanned_bytes=session.scanned_bytes, written=files
    )


def _hive(session: Session, statement: s.Insert, name: TableName, found: GlueObject) -> Outcome:
    table = HiveTable.load(name, found)
    table.check_finished()
    storage = found["StorageDescriptor"]
    table.check()
    if table.form.kind in ("opencsv", "regex", "grok") or table.form.symlinks or table.form.records:
        reader = found["StorageDescriptor"]["SerdeInfo"]["SerializationLibrary"]
        raise NotSupported(f"INSERT into a table of {reader}")
    if table.form.kind in TEXTS and (table.form.header_lines or table.form.footer_lines):
        raise NotSupported("INSERT into a table with skip.header.line.count or skip.footer.line.count")
    if table.form.openx and any(table.form.get(f"mapping.{column.name}") for column in table.data):
        raise NotSupported("INSERT into a table with mapping of its columns")
    if (storage.get("NumberOfBuckets") or -1) > 0 and storage.get("BucketColumns"):
        raise AthenaError("NOT_SUPPORTED", f"INSERT INTO a bucketed table is not supported: {name}")
    sql = _rows(session, statement, table.columns)
    known = [from_glue(partition) for partition in session.glue.partitions(name)] if table.keys else []
    compression = table.form.get("write.compression", *_COMPRESSIONS.get(table.form.kind, ()), "compression")
    text = delimiters(table.form.properties, table.form.serde == "multidelimitserde")
    projection = Projection.of(table.keys, table.properties, table.location)
    target = Target(
        table.data, table.keys, table.form.kind, folder(table.location), compression, text,
        locations={partition.values: folder(partition.location) for partition in known}, openx=table.form.openx,
        check=projection.check_written if projection else None,
        projected=projection is not None,
    )  # fmt: skip
    written = write(session, sql, target)
    there = {partition.values for partition in known}
    fresh = [partition for partition in written.partitions if partition.values not in there]
    if fresh and projection is None:
        session.glue.create_partitions(
            name, [partition_input(found, partition) for partition in fresh], if_not_exists=True
        )
    return _outcome(session, written.rows, written.files)


def _rows(session: Session, statement: s.Insert, columns: Sequence[Column]) -> str:
    """The query in the table's column order, as DuckDB's SQL; columns that are not named get NULL.

    :raises AthenaError: ``COLUMN_NOT_FOUND``, ``DUPLICATE_COLUMN_NAME``, ``TYPE_MISMATCH``.
    """
    relations = Relations(session)
    translation = relations.translate(relations.bind(statement.query), target="table")
    by_name = {column.name: column for column in columns}
    names = statement.columns or tuple(by_name)
    for name in names:
        if name not in by_name:
            raise AthenaError(
                "COLUMN_NOT_FOUND", f"line 1:1: Insert column name does not exist in target table: {name}"
            )
        if names.count(name) > 1:
            raise AthenaError(
                "DUPLICATE_COLUMN_NAME", f"line 1:1: Insert column name is specified more than once: {name}"
            )
    asked = [by_name[name] for name in names]
    have = [from_datatype(column.type) for column in translation.columns]
    want = [from_datatype(column.type) for column in asked]
    if len(have) != len(want) or not all(map(assignable, have, want)):
        table, query = (", ".join(map(str, types)) for types in (want, have))
        raise AthenaError(
            "TYPE_MISMATCH", f"line 1:1: Insert query has mismatched column types: Table: [{table}], Query: [{query}]"
        )
    given = {name: f"i{at}" for at, name in enumerate(names)}
    picked = ", ".join(
        f"{given.get(column.name, f'CAST(NULL AS {to_duckdb(column.type)})')} AS {identifier(column.name)}"
        for column in columns
    )
    stored = translation.assigned([column.type for column in asked])
    return f"SELECT {picked} FROM ({stored}) AS q({', '.join(given.values())})"
