"""Partitions of Hive tables: ADD, DROP and RENAME PARTITION, and MSCK REPAIR TABLE."""

from __future__ import annotations

import operator
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from local_athena.catalog.glue import DEFAULT_PARTITION, GlueObject
from local_athena.catalog.partitions import Partition, from_glue, parse_path, path, to_glue
from local_athena.errors import AthenaError, DdlTaskError, IcebergRefused
from local_athena.model import Column, Outcome, TableName
from local_athena.session import Session
from local_athena.sql import statements as s
from local_athena.statements.done import ddl
from local_athena.statements.relations import is_iceberg
from local_athena.storage import join_uri
from local_athena.tables import views
from local_athena.tables.delta.table import is_delta
from local_athena.tables.hive.definition import partition_input
from local_athena.tables.hive.files import folder, hidden
from local_athena.tables.hive.table import HiveTable

_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq, "<>": operator.ne, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt,
    ">=": operator.ge,
}  # fmt: skip


def _partitioned(session: Session, parts: s.Parts) -> tuple[TableName, GlueObject, HiveTable]:
    name = session.name(parts)
    found = session.glue.table(name)
    if found is None:
        raise AthenaError("FAILED", f"SemanticException [Error 10001]: Table not found {name.database}.{name.table}")
    if is_iceberg(found):
        raise IcebergRefused()
    if views.is_view(found):
        raise AthenaError("NOT_SUPPORTED", f"Partitions are those of Hive tables; {name} is none")
    if is_delta(found):
        raise AthenaError("NOT_SUPPORTED", f"The log of a Delta Lake table tells its partitions: {name}")
    session.context.check()
    return name, found, HiveTable.load(name, found)


def values_of(table: HiveTable, spec: s.PartitionSpec) -> list[str]:
    """A full partition specification as Glue's list of values.

    :raises AthenaError: when a column is missing or is no partition column.
    """
    given = dict(spec)
    keys = [key.name for key in table.keys]
    if set(given) != set(keys) or len(given) != len(spec):
        raise AthenaError(
            "FAILED",
            f"ValidationException: Partition spec {given} does not match the partition columns {keys} of {table.name}",
        )
    return to_glue([given[key] for key in keys])


def add(session: Session, statement: s.AddPartitions) -> Outcome:
    name, found, table = _partitioned(session, statement.table)
    keys = [key.name for key in table.keys]
    fresh = []
    for spec, location in statement.partitions:
        values = tuple(None if value == DEFAULT_PARTITION else value for value in values_of(table, spec))
        fresh.append(
            partition_input(found, Partition(values, location or join_uri(table.location, path(keys, values)) + "/"))
        )
    if not statement.if_not_exists:
        there = {tuple(partition["Values"]) for partition in session.glue.partitions(name)}
        for partition in fresh:
            if tuple(partition["Values"]) in there:
                raise DdlTaskError(
                    f"AlreadyExistsException: Partition already exists: {partition['Values']}",
                )
    session.glue.create_partitions(name, fresh, statement.if_not_exists)
    return ddl("ALTER_TABLE_ADD_PARTITION")


def drop(session: Session, statement: s.DropPartitions) -> Outcome:
    """Takes partitions out of Glue; their files stay, as on AWS."""
    name, _, table = _partitioned(session, statement.table)
    keys = {key.name: at for at, key in enumerate(table.keys)}
    partitions = session.glue.partitions(name)
    doomed: list[list[str]] = []
    for spec in statement.specs:
        for predicate in spec:
            if predicate.column not in keys:
                raise AthenaError(
                    "FAILED",
                    f"SemanticException [Error 10096]: Column {predicate.column} is no partition column of {name}",
                )
        chosen = [
            partition["Values"]
            for partition in partitions
            if all(
                _matches(partition["Values"][keys[part.column]], part, table.keys[keys[part.column]]) for part in spec
            )
        ]
        if not chosen and not statement.if_exists:
            raise AthenaError(
                "FAILED",
                "SemanticException [Error 10006]: Partition not found "
                + ", ".join(f"{part.column}{part.operator}{part.value}" for part in spec),
            )
        doomed += [values for values in chosen if values not in doomed]
    session.glue.delete_partitions(name, doomed)
    return ddl("ALTER_TABLE_DROP_PARTITION")


def _matches(value: str, predicate: s.PartitionPredicate, key: Column) -> bool:
    if predicate.value is None or value == DEFAULT_PARTITION:
        return predicate.operator == "=" and (predicate.value or DEFAULT_PARTITION) == value
    compare = _OPERATORS[predicate.operator]
    if key.type.is_type("tinyint", "smallint", "int", "bigint", "decimal", "double", "float"):
        try:
            return compare(Decimal(value), Decimal(predicate.value))
        except InvalidOperation:
            return False
    return compare(value, predicate.value)


def rename(session: Session, statement: s.RenamePartition) -> Outcome:
    name, found, table = _partitioned(session, statement.table)
    old, new = values_of(table, statement.old), values_of(table, statement.new)
    partition = next((item for item in session.glue.partitions(name) if item["Values"] == old), None)
    if partition is None:
        raise AthenaError("FAILED", f"SemanticException [Error 10006]: Partition not found {dict(statement.old)}")
    moved = Partition(
        tuple(None if value == DEFAULT_PARTITION else value for value in new), from_glue(partition).location
    )
    session.glue.create_partitions(name, [partition_input(found, moved)], if_not_exists=False)
    session.glue.delete_partitions(name, [old])
    return ddl("ALTER_TABLE_RENAME_PARTITION")


def repair(session: Session, statement: s.RepairTable) -> Outcome:
    """MSCK REPAIR TABLE: registers folders ``k=v`` that Glue does not know. It takes none away, as on AWS.

    A table that is missing is told, and no failure (#257):
    https://github.com/aoyagikouhei/athena-local/blob/main/docs/dev/measurements/statements.md
    """
    if session.glue.table(session.name(statement.table)) is None:
        return ddl("MSCK_REPAIR", [f"Tables not in metastore:\t{session.name(statement.table).table}"])
    name, found, table = _partitioned(session, statement.table)
    if not table.keys:
        return ddl("MSCK_REPAIR")
    keys = [key.name for key in table.keys]
    root = folder(table.location)
    known = {tuple(partition["Values"]) for partition in session.glue.partitions(name)}
    folders: dict[tuple[str | None, ...], str] = {}
    strange: dict[str, None] = {}
    for item in session.storage.list(root):
        relative = item.uri[len(root) :].rpartition("/")[0]
        if any(hidden(part) for part in relative.split("/")):
            continue
        values = parse_path(keys, relative)
        if values is None:
            strange[relative] = None
        else:
            folders.setdefault(values, root + "/".join(relative.split("/")[: len(keys)]) + "/")
    missing = {values: location for values, location in folders.items() if tuple(to_glue(values)) not in known}
    inputs = [partition_input(found, Partition(values, location)) for values, location in missing.items()]
    session.glue.create_partitions(name, inputs, if_not_exists=True)
    lines = (
        [f"Partitions not in metastore:\t{' '.join(f'{name.table}:{path(keys, values)}' for values in missing)}"]
        if missing
        else []
    )
    lines += [f"Repair: Added partition to metastore {name.table}:{path(keys, values)}" for values in missing]
    return ddl("MSCK_REPAIR", lines)
