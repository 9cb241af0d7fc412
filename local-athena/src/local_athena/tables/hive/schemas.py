"""How a partition's files are read when its own description differs from its table's.

https://docs.aws.amazon.com/athena/latest/ug/updates-and-partitions.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from local_athena.catalog.partitions import Partition, path
from local_athena.catalog.types import columns_from_glue, to_hive
from local_athena.errors import AthenaError
from local_athena.model import Column, TableName
from local_athena.tables.hive.columnar.coercions import coercible
from local_athena.tables.hive.description import settings
from local_athena.tables.hive.description.formats import Format, format_of


@dataclass(frozen=True)
class Layout:
    """How files are read: their format, and the columns that they were written with, in their order.

    ``names`` are those of the table's columns in the files, where they are not the table's own; ``ids`` their numbers, where the
    files' names do not count.
    """

    form: Format
    columns: tuple[Column, ...]
    names: tuple[str, ...] = ()
    ids: tuple[int, ...] = ()


def layout(name: TableName, table: Mapping[str, Any], own: Layout, keys: Sequence[str], partition: Partition) -> Layout:
    """The layout of a partition of *table*, whose *own* layout is given.

    :raises AthenaError: ``HIVE_PARTITION_SCHEMA_MISMATCH``; a setting of the partition's that is refused.
    """
    storage, whole = dict(partition.storage or {}), table["StorageDescriptor"]
    told = ("SerdeInfo", "InputFormat", "Columns")
    for part in told:
        if not storage.get(part):
            storage[part] = whole.get(part)
    if not (storage["SerdeInfo"] or {}).get("SerializationLibrary"):
        storage["SerdeInfo"] = whole.get("SerdeInfo")
    if all(storage[part] == whole.get(part) for part in told):
        return own
    described = {**table, "StorageDescriptor": storage}
    settings.check(described)
    form = format_of(described)
    columns = columns_from_glue(storage["Columns"] or [], f"{name.database}.{name.table}")
    _check_columns(name, own, form, columns, path(keys, partition.values))
    return Layout(form, columns)


def _check_columns(name: TableName, own: Layout, form: Format, columns: Sequence[Column], partition: str) -> None:
    by_name = {column.name: column for column in columns}
    for at, column in enumerate(own.columns):
        there = by_name.get(column.name) if form.by_name else (columns[at] if at < len(columns) else None)
        if there is not None and not coercible(there.type, column.type):
            raise AthenaError(
                "HIVE_PARTITION_SCHEMA_MISMATCH",
                "There is a mismatch between the table and partition schemas. The types are incompatible and cannot be coerced. "
                f"The column '{column.name}' in table '{name.database}.{name.table}' is declared as type "
                f"'{to_hive(column.type)}', but partition '{partition}' declared column '{there.name}' as type "
                f"'{to_hive(there.type)}'.",
            )
