"""An Iceberg table as it was loaded for one statement: its metadata, and the snapshot that is read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pyiceberg.schema import Schema
from pyiceberg.table import Table
from pyiceberg.table.snapshots import Snapshot

from local_athena.errors import AthenaError
from local_athena.model import Column, TableName
from local_athena.tables.iceberg.catalog import GluePointer
from local_athena.tables.iceberg.partitioning import fields_of
from local_athena.tables.iceberg.planning import Manifests
from local_athena.tables.iceberg.types import columns_of


@dataclass(frozen=True)
class AsOf:
    """Time travel: the snapshot that was current at a moment, or the one of an id (or name of a tag or branch)."""

    timestamp: datetime | None = None
    version: int | str | None = None


class LoadedTable:
    """A table at one snapshot, by default the current one. Loaded for one statement and thrown away."""

    def __init__(
        self, name: TableName, table: Table, pointer: GluePointer, manifests: Manifests, as_of: AsOf | None = None
    ) -> None:
        self.name, self.table, self.pointer, self.manifests = name, table, pointer, manifests
        self.snapshot = self._snapshot(as_of) if as_of else table.current_snapshot()
        self.schema = self._schema(as_of)

    @property
    def columns(self) -> tuple[Column, ...]:
        """Visible columns, in order. Under time travel those of the snapshot's own schema."""
        return columns_of(self.schema)

    @property
    def partition_fields(self) -> list[tuple[str, str, str]]:
        """Name, transform and column of each field that new files are partitioned by."""
        return fields_of(self.table.spec(), self.table.schema())

    @property
    def properties(self) -> dict[str, str]:
        """Table properties, under Athena's names where it has one, as SHOW TBLPROPERTIES lists them."""
        return dict(self.table.properties)

    def _snapshot(self, as_of: AsOf) -> Snapshot:
        where = f'"{self.name.database}"."{self.name.table}"'
        if as_of.timestamp is not None:
            found = self.table.snapshot_as_of_timestamp(int(as_of.timestamp.timestamp() * 1000))
            if found is None:
                at = as_of.timestamp.isoformat(sep=" ", timespec="milliseconds")
                raise AthenaError("INVALID_ARGUMENTS", f"No version history table {where} at or before {at}")
            return found
        if isinstance(as_of.version, str):
            found = self.table.snapshot_by_name(as_of.version)
            if found is None:
                raise AthenaError("INVALID_ARGUMENTS", f"Cannot find snapshot with reference name: {as_of.version}")
            return found
        found = self.table.snapshot_by_id(as_of.version or 0)
        if found is None:
            raise AthenaError("INVALID_ARGUMENTS", f"Iceberg snapshot ID does not exists: {as_of.version}")
        return found

    def _schema(self, as_of: AsOf | None) -> Schema:
        if as_of and self.snapshot and self.snapshot.schema_id is not None:
            return self.table.schemas()[self.snapshot.schema_id]
        return self.table.schema()
