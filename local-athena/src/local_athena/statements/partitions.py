"""Partitions of Hive tables: ADD, DROP and RENAME PARTITION, and MSCK REPAIR TABLE."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from local_athena.catalog.glue import DEFAULT_PARTITION, GlueObject, unknown_to_hive
from local_athena.catalog.partitions import Partition, from_glue, parse_path, path, to_glue
from local_athena.catalog.types import to_hive
from local_athena.dialect.values.types import to_duckdb
from local_athena.errors import AthenaError, DdlTaskError, HiveError, IcebergRefused
from local_athena.model import Column, Outcome, TableName
from local_athena.session import Session
from local_athena.sql import statements as s
from local_athena.statements.done import by_hive, ddl
from local_athena.statements.relations import is_iceberg
from local_athena.storage import join_uri
from local_athena.tables import views
from local_athena.tables.delta.table import is_delta
from local_athena.tables.hive.description.definition import partition_input
from local_athena.tables.hive.files import folder, hidden, of_glue
from local_athena.tables.hive.lines.values import TEXT, literal
from local_athena.tables.hive.table import HiveTable

_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq, "<>": operator.ne, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt,
    ">=": operator.ge,
}  # fmt: skip


def _partitioned(session: Session, parts: s.Parts) -> tuple[TableName, GlueObject, HiveTable]:
    name = session.name(parts)
    found = session.glue.table(name)
    if found is None:
        raise unknown_to_hive(name)
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
    if not keys:
        raise HiveError(f"SemanticException table is not partitioned but partition spec exists: {_shown(spec)}")
    if not set(given) <= set(keys) or len(given) != len(spec):
        raise HiveError(
            f"ValidationFailureSemanticException Partition spec {_shown(spec)} contains non-partition columns"
        )
    if set(given) != set(keys):
        raise HiveError(
            f"ValidationFailureSemanticException partition spec {_shown(spec)} doesn't contain all ({len(keys)}) partition columns"
        )
    return to_glue([given[key] for key in keys])


def _fresh_values(session: Session, table: HiveTable, spec: s.PartitionSpec) -> list[str]:
    """``values_of`` a partition that is to be: each is there and of its column's type.

    https://github.com/apache/hive/blob/rel/release-2.3.9/ql/src/java/org/apache/hadoop/hive/ql/metadata/Hive.java,
    https://github.com/apache/hive/blob/rel/release-2.3.9/ql/src/java/org/apache/hadoop/hive/ql/ErrorMsg.java (10248)
    """
    values = values_of(table, spec)
    for key, value in zip(table.keys, values, strict=True):
        if not value:
            raise DdlTaskError(f"partition spec is invalid; field {key.name} does not exist or is empty")
        if value != DEFAULT_PARTITION and not _converts(session, key, value):
            raise HiveError(
                f"SemanticException [Error 10248]: Cannot add partition column {key.name} of type string as it cannot be "
                f"converted to type {to_hive(key.type)}"
            )
    return values


def _converts(session: Session, key: Column, value: str) -> bool:
    """Whether Hive makes a value of the column's type of a text, which a query may yet find invalid."""
    if key.type.this in TEXT:
        return True
    ((found,),) = session.rows(f"SELECT TRY_CAST({literal(value)} AS {to_duckdb(key.type)}) IS NOT NULL")
    return bool(found)


def registered(session: Session, name: TableName, found: GlueObject, spec: s.PartitionSpec) -> GlueObject:
    """:raises AthenaError: in Hive's words where no such partition is."""
    values = values_of(HiveTable.load(name, found), spec)
    partition = next((item for item in session.glue.partitions(name) if item["Values"] == values), None)
    if partition is None:
        raise partition_missing(spec)
    return partition


def _shown(spec: s.PartitionSpec) -> str:
    """As Java shows a map."""
    return "{" + ", ".join(f"{key}={value}" for key, value in spec) + "}"


def partition_missing(spec: s.PartitionSpec) -> HiveError:
    return HiveError(f"SemanticException [Error 10006]: Partition not found {_shown(spec)}")


def _partition_exists() -> DdlTaskError:
    """https://github.com/pyathena-dev/PyAthena/issues/276"""
    return DdlTaskError("AlreadyExistsException(message:Partition already exists.)")


def add(session: Session, statement: s.AddPartitions) -> Outcome:
    name, found, table = _partitioned(session, statement.table)
    keys = [key.name for key in table.keys]
    fresh = []
    for spec, location in statement.partitions:
        values = tuple(None if value == DEFAULT_PARTITION else value for value in _fresh_values(session, table, spec))
        fresh.append(
            partition_input(found, Partition(values, location or join_uri(table.location, path(keys, values)) + "/"))
        )
    if not statement.if_not_exists:
        there = {tuple(partition["Values"]) for partition in session.glue.partitions(name)}
        for partition in fresh:
            if tuple(partition["Values"]) in there:
                raise _partition_exists()
    session.glue.create_partitions(name, fresh, statement.if_not_exists)
    return ddl("ALTER_TABLE_ADD_PARTITION")


def drop(session: Session, statement: s.DropPartitions) -> Outcome:
    """Takes partitions out of Glue; their files stay, as on AWS."""
    name, _, table = _partitioned(session, statement.table)
    keys = {key.name: at for at, key in enumerate(table.keys)}
    partitions = of_glue(session.glue, table)
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
    new = _fresh_values(session, table, statement.new)
    partition = registered(session, name, found, statement.old)
    if any(item["Values"] == new for item in session.glue.partitions(name)):
        raise _partition_exists()
    moved = Partition(
        tuple(None if value == DEFAULT_PARTITION else value for value in new), from_glue(partition).location
    )
    session.glue.create_partitions(name, [partition_input(found, moved)], if_not_exists=False)
    session.glue.delete_partitions(name, [partition["Values"]])
    return ddl("ALTER_TABLE_RENAME_PARTITION")


def repair(session: Session, statement: s.RepairTable) -> Outcome:
    """MSCK REPAIR TABLE: registers folders ``k=v`` that Glue does not know, and tells of what is not there; it takes none away.

    Hive's lines, also of a table that is missing, or whose folder is: neither is a failure (#146, #257):
    https://github.com/aoyagikouhei/athena-local/blob/main/docs/dev/measurements/statements.md,
    https://github.com/apache/hive/blob/rel/release-2.3.9/ql/src/java/org/apache/hadoop/hive/ql/exec/DDLTask.java (``msck``)
    """
    name = session.name(statement.table)
    glued = session.glue.table(name)
    if glued is None:
        return by_hive("MSCK_REPAIR", [f"Tables not in metastore:\t{name.table}"])
    if views.is_view(glued):
        raise DdlTaskError("Can not create a Path from an empty string", error_type=1100)
    name, found, table = _partitioned(session, statement.table)
    keys = [key.name for key in table.keys]
    root = folder(table.location)
    files = [item.uri for item in session.storage.list(root)]
    if not files:
        return by_hive("MSCK_REPAIR", [f"Tables missing on filesystem:\t{name.table}"])
    if not keys:
        return by_hive("MSCK_REPAIR")
    known = [from_glue(partition) for partition in session.glue.partitions(name)]
    folders = _folders(keys, root, files)
    fresh = {values: place for values, place in folders.items() if values not in {item.values for item in known}}
    gone = [item.values for item in known if not _exists(session, folder(item.location), root, files)]
    inputs = [partition_input(found, Partition(values, location)) for values, location in fresh.items()]
    session.glue.create_partitions(name, inputs, if_not_exists=True)
    names = [f"{name.table}:{path(keys, values)}" for values in fresh]
    lines = [
        "\t".join([words, *which])
        for words, which in (
            ("Partitions not in metastore:", names),
            ("Partitions missing from filesystem:", [f"{name.table}:{path(keys, values)}" for values in gone]),
        )
        if which
    ]
    return by_hive("MSCK_REPAIR", [*lines, *(f"Repair: Added partition to metastore {one}" for one in names)])


def _folders(keys: Sequence[str], root: str, files: Sequence[str]) -> dict[tuple[str | None, ...], str]:
    """Folders of partitions among *files* under *root*, by the values in their names."""
    folders: dict[tuple[str | None, ...], str] = {}
    for uri in files:
        relative = uri[len(root) :].rpartition("/")[0]
        if any(hidden(part) for part in relative.split("/")):
            continue
        if (values := parse_path(keys, relative)) is not None:
            folders.setdefault(values, root + "/".join(relative.split("/")[: len(keys)]) + "/")
    return folders


def _exists(session: Session, place: str, root: str, files: Sequence[str]) -> bool:
    return any(uri.startswith(place) for uri in files) if place.startswith(root) else any(session.storage.list(place))
