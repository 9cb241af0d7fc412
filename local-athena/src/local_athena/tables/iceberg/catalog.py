"""The pointer in Glue: ``metadata_location`` names the table's current metadata, and a commit swaps it.

Everything a write makes (data files, manifests, metadata) has a new name, so until the swap nobody can see it; a process
that dies before leaves the table at its last snapshot. The swap happens only if the pointer still is what the write began
from: Glue is asked just before, and ``VersionId`` is sent for a Glue that compares it.
https://iceberg.apache.org/docs/latest/aws/#optimistic-locking
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError
from pyiceberg.catalog import Catalog
from pyiceberg.exceptions import CommitFailedException, ValidationError
from pyiceberg.serializers import FromInputFile
from pyiceberg.table import CommitTableResponse, Table
from pyiceberg.table.locations import load_location_provider
from pyiceberg.table.metadata import TableMetadata
from pyiceberg.table.update import TableRequirement, TableUpdate
from pyiceberg.typedef import Identifier

from local_athena.catalog.glue import scope
from local_athena.errors import AthenaError, IcebergCommitError, NotSupported
from local_athena.model import DEFAULT_CATALOG, QueryContext, TableName
from local_athena.storage import AwsClients
from local_athena.tables.iceberg.fileio import StorageIO
from local_athena.tables.iceberg.transaction import updated
from local_athena.tables.iceberg.types import to_hive

_LOCK_POLL_SECONDS = 0.1
_PARSED_METADATA = 64
_TABLE_INPUT = {
    "Name",
    "Description",
    "Owner",
    "Retention",
    "StorageDescriptor",
    "PartitionKeys",
    "TableType",
    "Parameters",
}


class GluePointer:
    """Loads tables from Glue's pointer and swaps it: the part of PyIceberg's ``Catalog`` that a ``Table`` calls."""

    def __init__(self, aws: AwsClients, files: StorageIO, account_id: str) -> None:
        self.glue, self.files, self._account_id = aws.glue, files, account_id
        self._locks: dict[TableName, threading.RLock] = {}
        self._guard = threading.Lock()
        self._parsed: dict[tuple[str, str], TableMetadata] = {}

    @contextlib.contextmanager
    def exclusive(self, name: TableName, context: QueryContext | None = None) -> Iterator[None]:
        """Serialise this process's writers of one table; a cancelled query stops waiting."""
        with self._guard:
            lock = self._locks.setdefault(name, threading.RLock())
        while not lock.acquire(timeout=_LOCK_POLL_SECONDS):
            if context:
                context.check()
        try:
            yield
        finally:
            lock.release()

    def _in(self, name: TableName) -> dict[str, str]:
        """The database of *name*, as every operation takes it."""
        return {"DatabaseName": name.database, **scope(self._account_id, name.catalog)}

    def find(self, name: TableName) -> dict[str, Any] | None:
        """Glue's table, or None."""
        try:
            return dict(self.glue.get_table(**self._in(name), Name=name.table)["Table"])
        except self.glue.exceptions.EntityNotFoundException:
            return None

    def get(self, name: TableName) -> dict[str, Any]:
        """Glue's table.

        :raises AthenaError: ``TABLE_NOT_FOUND``.
        """
        if (found := self.find(name)) is None:
            raise AthenaError("TABLE_NOT_FOUND", f"Table '{name}' does not exist")
        return found

    def open(self, name: TableName, glue_table: dict[str, Any]) -> Table:
        """The table that *glue_table* points to.

        :raises AthenaError: ``ICEBERG_INVALID_METADATA`` when there is no pointer, or ``ICEBERG_MISSING_METADATA`` when
            what it points to is gone.
        """
        location = glue_table.get("Parameters", {}).get("metadata_location")
        if not location:
            raise AthenaError(
                "ICEBERG_INVALID_METADATA",
                f"Table is missing [metadata_location] property: {name.database}.{name.table}",
            )
        return Table(identifier(name), self._metadata(name, location), location, self.files, self)  # type: ignore[arg-type]

    def current(self, name: TableName) -> Table:
        """The table as Glue has it at this moment.

        :raises AthenaError: ``TABLE_NOT_FOUND``, and what ``open`` raises.
        """
        return self.open(name, self.get(name))

    def _metadata(self, name: TableName, location: str) -> TableMetadata:
        found = self.files.storage.head(location)
        if found is None:
            raise AthenaError(
                "ICEBERG_MISSING_METADATA",
                f"Metadata not found in metadata location for table {name.database}.{name.table}: {location}",
            )
        key = (location, found.etag)
        if key not in self._parsed:
            self.files.cache.drop(location)
            try:
                metadata = FromInputFile.table_metadata(self.files.new_input(location))
            except (ValueError, ValidationError) as error:
                raise AthenaError("ICEBERG_INVALID_METADATA", f"Invalid metadata file {location}: {error}") from error
            self._remember(key, metadata)
        return self._parsed[key]

    def _remember(self, key: tuple[str, str], metadata: TableMetadata) -> None:
        with self._guard:
            self._parsed[key] = metadata
            while len(self._parsed) > _PARSED_METADATA:
                self._parsed.pop(next(iter(self._parsed)))

    def _write_metadata(self, metadata: TableMetadata, location: str) -> None:
        written = self.files.write(location, metadata.model_dump_json(exclude_none=True).encode())
        self._remember((location, written.etag), metadata)

    # Members of a catalog that pyiceberg.table.Table calls.

    _delete_old_metadata = staticmethod(Catalog._delete_old_metadata)

    def supports_server_side_planning(self) -> bool:
        return False

    def load_table(self, identifier: Identifier) -> Table:
        return self.current(TableName(*identifier))

    def commit_table(
        self, table: Table, requirements: tuple[TableRequirement, ...], updates: tuple[TableUpdate, ...]
    ) -> CommitTableResponse:
        """Write new metadata and swap the pointer.

        :raises CommitFailedException: somebody else's commit came first; nothing of this one remains visible.
        """
        name, base = TableName(*table.name()), table.metadata
        for requirement in requirements:
            requirement.validate(base)
        metadata = updated(table, updates)
        if metadata == base:
            return _answer(base, table.metadata_location)
        provider = load_location_provider(metadata.location, metadata.properties)
        location = provider.new_table_metadata_file_location(_version(table.metadata_location) + 1)
        with self.exclusive(name):
            self._write_metadata(metadata, location)
            try:
                self._swap(name, table.metadata_location, location, metadata)
            except (CommitFailedException, AthenaError):
                self.files.delete(location)
                raise
        return _answer(metadata, location)

    def _swap(self, name: TableName, old: str | None, new: str, metadata: TableMetadata) -> None:
        current = self.get(name)
        pointer = current["Parameters"].get("metadata_location")
        if pointer != old:
            raise CommitFailedException(f"{name} was changed by another writer: {pointer} instead of {old}")
        table_input = {key: value for key, value in current.items() if key in _TABLE_INPUT}
        table_input["Parameters"] = {
            **current["Parameters"],
            "metadata_location": new,
            **({"previous_metadata_location": old} if old else {}),
        }
        described = _descriptor(metadata, current.get("StorageDescriptor", {}))
        table_input["StorageDescriptor"] = {**current.get("StorageDescriptor", {}), **described}
        version = {"VersionId": current["VersionId"]} if "VersionId" in current else {}
        try:
            self.glue.update_table(**self._in(name), TableInput=table_input, SkipArchive=True, **version)
        except self.glue.exceptions.ConcurrentModificationException as error:
            raise CommitFailedException(f"{name} was changed by another writer: {error}") from error

    def create_table(self, name: TableName, metadata: TableMetadata, location: str) -> None:
        """Write the first metadata and show the table in Glue, last and at once.

        :raises AthenaError: ``TABLE_ALREADY_EXISTS`` or ``SCHEMA_NOT_FOUND``; the metadata file is removed again.
        """
        self._write_metadata(metadata, location)
        table_input = {
            "Name": name.table,
            "TableType": "EXTERNAL_TABLE",
            "Parameters": {"table_type": "ICEBERG", "metadata_location": location, "EXTERNAL": "TRUE"},
            "StorageDescriptor": _descriptor(metadata, {}),
            "PartitionKeys": [],
        }
        try:
            self.glue.create_table(**self._in(name), TableInput=table_input)
        except ClientError as error:
            self.files.delete(location)
            raise _refused(name, error) from error

    def reserve(self, name: TableName) -> str:
        """Have a table bucket make a table that has no metadata yet; the folder that the bucket gives it.

        :raises AthenaError: ``TABLE_ALREADY_EXISTS`` or ``SCHEMA_NOT_FOUND``.
        """
        table_input = {"Name": name.table, "Parameters": {"table_type": "ICEBERG", "format": "ICEBERG"}}
        try:
            self.glue.create_table(**self._in(name), TableInput=table_input)
        except ClientError as error:
            raise _refused(name, error) from error
        return str(self.get(name)["StorageDescriptor"]["Location"]).rstrip("/")

    def settle(self, name: TableName, metadata: TableMetadata, location: str) -> None:
        """Write the first metadata of a reserved table and point to it."""
        self._write_metadata(metadata, location)
        self._swap(name, None, location, metadata)

    def release(self, name: TableName) -> None:
        """Take back what ``reserve`` made, with whatever lies in its folder."""
        self.glue.delete_table(**self._in(name), Name=name.table)

    def rename(self, name: TableName, new_name: TableName) -> None:
        """Show the table under *new_name*, then no longer under *name*.

        :raises AthenaError: ``TABLE_NOT_FOUND``, ``TABLE_ALREADY_EXISTS``.
        """
        if name.catalog != DEFAULT_CATALOG:
            raise NotSupported(f"ALTER TABLE RENAME in catalog {name.catalog}")
        with self.exclusive(name):
            table_input = {key: value for key, value in self.get(name).items() if key in _TABLE_INPUT}
            try:
                self.glue.create_table(
                    DatabaseName=new_name.database, TableInput={**table_input, "Name": new_name.table}
                )
            except ClientError as error:
                raise _refused(new_name, error) from error
            self.glue.delete_table(DatabaseName=name.database, Name=name.table)


def identifier(name: TableName) -> Identifier:
    """*name* as PyIceberg carries it: ``TableName(*identifier)`` is *name* again."""
    return (name.database, name.table, name.catalog)


def _answer(metadata: TableMetadata, location: str) -> CommitTableResponse:
    fields: dict[str, Any] = {"metadata": metadata, "metadata-location": location}
    return CommitTableResponse(**fields)


def _refused(name: TableName, error: ClientError) -> AthenaError:
    match error.response.get("Error", {}).get("Code"):
        case "AlreadyExistsException":
            return AthenaError("TABLE_ALREADY_EXISTS", f"Table '{name}' already exists")
        case "EntityNotFoundException":
            return AthenaError("SCHEMA_NOT_FOUND", f"Schema {name.database} does not exist")
    return AthenaError("ICEBERG_CATALOG_ERROR", f"Glue refused to create {name}: {error}")


def _version(metadata_location: str) -> int:
    """The number that a metadata file's name begins with; -1 for names of another form."""
    number = metadata_location.rsplit("/", 1)[-1].split("-", 1)[0]
    return int(number) if number.isdigit() else -1


def _descriptor(metadata: TableMetadata, previous: dict[str, Any]) -> dict[str, Any]:
    """Glue's columns: those of the current schema, in Hive types. Comments and parameters that others set stay."""
    known = {column["Name"]: column for column in previous.get("Columns", [])}
    columns = []
    for field in metadata.schema().fields:
        name = field.name.lower()
        before = known.get(name, {})
        comment = field.doc or before.get("Comment")
        columns.append(
            {
                "Name": name,
                "Type": to_hive(field.field_type),
                **({"Comment": comment} if comment else {}),
                "Parameters": {
                    **before.get("Parameters", {}),
                    "iceberg.field.id": str(field.field_id),
                    "iceberg.field.optional": str(field.optional).lower(),
                    "iceberg.field.current": "true",
                },
            }
        )
    return {"Columns": columns, "Location": metadata.location}


def commit_error(name: TableName, error: Exception) -> IcebergCommitError:
    """Athena's words for a lost race; dbt-athena retries on them."""
    return IcebergCommitError(f"Failed to commit Iceberg update to table: {name.database}.{name.table}: {error}")
