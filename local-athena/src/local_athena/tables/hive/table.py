"""A Hive table as Glue describes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from local_athena.catalog.partitions import Partition
from local_athena.catalog.types import columns_from_glue
from local_athena.errors import AthenaError, NotSupported
from local_athena.model import Column, TableName
from local_athena.tables.hive.description import settings
from local_athena.tables.hive.description.formats import Format, format_of
from local_athena.tables.hive.lines import fields
from local_athena.tables.hive.schemas import Layout, layout

UNFINISHED = "local_athena.unfinished"
"""The parameter that a table has while a CTAS has not registered all of its partitions: the id of the query."""

_ELSEWHERE = {"TargetTable": "A resource link", "FederatedTable": "A federated table"}
"""Members of Glue's description that say where the table really is."""


@dataclass(frozen=True)
class HiveTable:
    """``data`` are the columns in the files, ``keys`` the partition columns, which come last in every row."""

    name: TableName
    glue: Mapping[str, Any]
    form: Format
    data: tuple[Column, ...]
    keys: tuple[Column, ...]
    location: str

    @classmethod
    def load(cls, name: TableName, glue: Mapping[str, Any]) -> HiveTable:
        """:raises AthenaError: when Glue's description cannot be read: no location, unknown type or serde."""
        storage = glue.get("StorageDescriptor") or {}
        for elsewhere, what in _ELSEWHERE.items():
            if glue.get(elsewhere):
                raise NotSupported(f"{what} (the table {name})")
        location = storage.get("Location")
        if not location:
            raise AthenaError(
                "HIVE_METASTORE_ERROR", f"Table {name} has no location in Glue (StorageDescriptor.Location)"
            )
        data = columns_from_glue(storage.get("Columns") or [], f"{name.database}.{name.table}")
        keys = columns_from_glue(glue.get("PartitionKeys") or [], f"{name.database}.{name.table}")
        if len({column.name for column in (*data, *keys)}) < len(data) + len(keys):
            raise AthenaError(
                "HIVE_INVALID_METADATA",
                f"Hive metadata for table {name.table} is invalid: Table descriptor contains duplicate columns",
            )
        return cls(name, glue, format_of(glue), data, keys, str(location))

    @property
    def columns(self) -> tuple[Column, ...]:
        return (*self.data, *self.keys)

    @property
    def properties(self) -> Mapping[str, str]:
        return self.glue.get("Parameters") or {}

    def layout(self, partition: Partition) -> Layout:
        """How the files of *partition* are read: as the table says, or as it says itself."""
        if partition.storage is None:
            return self._own_layout
        return layout(self.name, self.glue, self._own_layout, [key.name for key in self.keys], partition)

    @cached_property
    def _own_layout(self) -> Layout:
        """One object for all partitions that are read as the table is: they are told together by it."""
        return Layout(self.form, self.data)

    def check(self) -> None:
        """:raises AthenaError: for a setting that is not honoured here."""
        settings.check(self.glue)
        fields.check(self.form, len(self.data))

    def check_finished(self) -> None:
        """:raises AthenaError: when the CTAS that made the table did not come to its end: rows would be missing."""
        if query := self.properties.get(UNFINISHED):
            raise AthenaError(
                "HIVE_METASTORE_ERROR",
                f"Table {self.name} is still being made by query {query}, or was when local Athena was killed. "
                "Drop the table if that query has ended.",
            )
