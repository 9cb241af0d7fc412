"""Iceberg tables by name: loading, CREATE TABLE, CTAS, renaming, dropping."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import Any

import duckdb
from pyiceberg.table import StagedTable
from pyiceberg.table.locations import load_location_provider
from pyiceberg.table.metadata import TableMetadata, new_table_metadata
from pyiceberg.table.sorting import UNSORTED_SORT_ORDER

from local_athena.catalog.glue import is_managed
from local_athena.errors import AthenaError, NotSupported
from local_athena.model import DEFAULT_CATALOG, Column, QueryContext, TableName
from local_athena.storage import AwsClients, Storage
from local_athena.tables.iceberg import commit
from local_athena.tables.iceberg.catalog import GluePointer, identifier
from local_athena.tables.iceberg.fileio import StorageIO
from local_athena.tables.iceberg.partitioning import spec_of
from local_athena.tables.iceberg.planning import Manifests
from local_athena.tables.iceberg.properties import checked, of_ctas
from local_athena.tables.iceberg.table import IcebergTable, Written
from local_athena.tables.iceberg.transaction import SteadyTransaction
from local_athena.tables.iceberg.types import check_precision, schema_of
from local_athena.tables.iceberg.writer import Target, coerced, write


class IcebergTables:
    """One per engine; keeps immutable metadata in memory and nothing that is found by a table's name."""

    def __init__(self, aws: AwsClients, storage: Storage, account_id: str = "000000000000") -> None:
        self.files = StorageIO(storage)
        self.pointer = GluePointer(aws, self.files, account_id)
        self.manifests = Manifests(self.files)

    def writing(self, name: TableName, context: QueryContext | None = None) -> contextlib.AbstractContextManager[None]:
        """Hold this process's write lock of *name*: around loading, planning and running MERGE, UPDATE, DELETE, ALTER."""
        return self.pointer.exclusive(name, context)

    def load(self, name: TableName, glue_table: dict[str, Any]) -> IcebergTable:
        """The table that *glue_table* (Glue's answer, just read) points to.

        :raises AthenaError: ``ICEBERG_MISSING_METADATA``, ``ICEBERG_INVALID_METADATA``.
        """
        return IcebergTable(name, self.pointer.open(name, glue_table), self.pointer, self.manifests)

    def create(
        self,
        name: TableName,
        columns: Sequence[Column],
        location: str | None,
        partitioning: Sequence[str],
        properties: dict[str, str],
        context: QueryContext | None = None,
        comment: str | None = None,
    ) -> None:
        """CREATE TABLE: an empty table without a snapshot.

        :raises AthenaError: ``TABLE_ALREADY_EXISTS``, ``SCHEMA_NOT_FOUND``, and what CTAS refuses.
        """
        kept = {**checked(properties), **({"comment": comment} if comment is not None else {})}
        with self._place(name, location, context) as place:
            staged = self._stage(name, columns, place, partitioning, kept)
            self._show(name, staged.metadata, staged.metadata_location)

    def create_as(
        self,
        name: TableName,
        columns: Sequence[Column],
        location: str | None,
        partitioning: Sequence[str],
        properties: dict[str, str],
        connection: duckdb.DuckDBPyConnection,
        duckdb_sql: str,
        context: QueryContext,
    ) -> Written:
        """CTAS: data, manifests and metadata first, Glue's table last. What fails leaves nothing but Glue as it was.

        :raises AthenaError: ``TABLE_ALREADY_EXISTS``, ``NOT_SUPPORTED`` (a type), ``COLUMN_NOT_FOUND``,
            ``INVALID_TABLE_PROPERTY``, ``ICEBERG_TOO_MANY_OPEN_PARTITIONS``.
        """
        if not is_managed(
            name.catalog
        ):  # a table bucket keeps milliseconds as microseconds: dbt-athena's snapshots ask for it
            check_precision(columns)
        kept = checked(of_ctas(properties))
        self._refuse_existing(name)
        with self._place(name, location, context) as place:
            staged = self._stage(name, columns, place, partitioning, kept)
            files = write(connection, coerced(staged.schema(), duckdb_sql), Target.of(staged), self.files, context)
            uris = [file.file_path for file in files]
            try:
                transaction = SteadyTransaction(staged)
                commit.add_files(transaction, self.files, files)
                context.check()
                self._show(name, transaction.table_metadata, staged.metadata_location)
            except BaseException:
                self.files.discard(uris)
                raise
        self.files.settled(uris)
        return Written(sum(file.record_count for file in files), uris)

    def rename(self, name: TableName, new_name: TableName) -> None:
        """ALTER TABLE ... RENAME TO, in another schema too: the new name appears before the old one goes.

        https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-alter-table-rename.html

        :raises AthenaError: ``TABLE_NOT_FOUND``, ``TABLE_ALREADY_EXISTS``.
        """
        self.pointer.rename(name, new_name)

    def _refuse_existing(self, name: TableName) -> None:
        if self.pointer.find(name):
            raise AthenaError("TABLE_ALREADY_EXISTS", f"Table '{name}' already exists")

    @contextlib.contextmanager
    def _place(self, name: TableName, location: str | None, context: QueryContext | None) -> Iterator[str]:
        """The table's folder, as Athena chooses it: the one given, or one of its own under the query's output; in a
        table bucket the bucket's, which goes again if the table does not come about."""
        if is_managed(name.catalog):
            if location:
                raise AthenaError(
                    "INVALID_TABLE_PROPERTY",
                    f"A table of S3 Tables has no location of its own: {name.catalog} gives one",
                )
            reserved = self.pointer.reserve(name)
            try:
                yield reserved
            except BaseException:
                self.pointer.release(name)
                raise
        elif location:
            yield location.rstrip("/")
        elif context and context.output_location:
            yield f"{context.output_location.rstrip('/')}/tables/{context.query_id}"
        else:
            raise AthenaError(
                "INVALID_TABLE_PROPERTY", "An Iceberg table needs a location: set the property 'location'"
            )

    def _show(self, name: TableName, metadata: TableMetadata, location: str) -> None:
        (self.pointer.settle if is_managed(name.catalog) else self.pointer.create_table)(name, metadata, location)

    def _stage(
        self,
        name: TableName,
        columns: Sequence[Column],
        location: str,
        partitioning: Sequence[str],
        properties: dict[str, str],
    ) -> StagedTable:
        if name.catalog != DEFAULT_CATALOG and not is_managed(name.catalog):
            raise NotSupported(f"Writing Iceberg tables in catalog {name.catalog}")
        schema = schema_of(columns)
        spec = spec_of(schema, partitioning)
        metadata = new_table_metadata(
            schema, spec, UNSORTED_SORT_ORDER, location, {**properties, "format-version": "2"}
        )
        where = load_location_provider(location, metadata.properties).new_table_metadata_file_location()
        return StagedTable(identifier(name), metadata, where, self.files, self.pointer)  # type: ignore[arg-type]
