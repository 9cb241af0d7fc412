"""Glue, the only truth about databases, tables and partitions. Nothing is remembered between two calls."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import batched
from typing import Any

from botocore.exceptions import ClientError

from local_athena.errors import AthenaError, HiveError
from local_athena.model import DEFAULT_CATALOG, DEFAULT_DATABASE, TableName

type GlueObject = dict[str, Any]

_READ_ONLY = {
    "DatabaseName", "CreateTime", "UpdateTime", "CreatedBy", "IsRegisteredWithLakeFormation", "CatalogId", "VersionId",
    "FederatedTable", "IsMultiDialectView", "Status", "IsMaterializedView",
}  # fmt: skip
_CREATE_BATCH, _DELETE_BATCH = 100, 25
_S3_TABLES = "s3tablescatalog/"
DEFAULT_PARTITION = "__HIVE_DEFAULT_PARTITION__"


def scope(account_id: str, catalog: str) -> dict[str, str]:
    """The CatalogId of a catalog other than the account's own, as every operation takes it."""
    return {} if catalog == DEFAULT_CATALOG else {"CatalogId": f"{account_id}:{catalog}"}


def is_managed(catalog: str) -> bool:
    """Whether *catalog* is a table bucket of S3 Tables, which keeps the files of its tables itself.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-tables-integrating-athena.html
    """
    return catalog.startswith(_S3_TABLES)


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


class Glue:
    """Glue's operations in Athena's terms. A missing object is None; a refusal is an ``AthenaError``."""

    def __init__(self, client: Any, account_id: str = "000000000000") -> None:
        self.client = client
        self._account_id = account_id

    def scope(self, catalog: str) -> dict[str, str]:
        """``scope`` for this account."""
        return scope(self._account_id, catalog)

    def databases(self, catalog: str = DEFAULT_CATALOG) -> list[GlueObject]:
        """All databases, by name."""
        pages = self.client.get_paginator("get_databases").paginate(**self.scope(catalog))
        found = [item for page in pages for item in page["DatabaseList"]]
        if catalog == DEFAULT_CATALOG and all(item["Name"] != DEFAULT_DATABASE for item in found):
            found.append({"Name": DEFAULT_DATABASE})
        return sorted(found, key=lambda item: str(item["Name"]))

    def database(self, name: str, catalog: str = DEFAULT_CATALOG) -> GlueObject | None:
        found = self._find("Database", self.client.get_database, Name=name, **self.scope(catalog))
        if found is None and (name, catalog) == (DEFAULT_DATABASE, DEFAULT_CATALOG):
            return {"Name": DEFAULT_DATABASE}
        return found

    def create_database(
        self,
        name: str,
        properties: Mapping[str, str],
        comment: str | None,
        location: str | None,
        catalog: str = DEFAULT_CATALOG,
    ) -> None:
        """:raises AthenaError: ``SCHEMA_ALREADY_EXISTS``."""
        described = {"Description": comment, "LocationUri": location}
        given = {key: value for key, value in described.items() if value is not None}
        try:
            self.client.create_database(
                DatabaseInput={"Name": name, "Parameters": dict(properties), **given}, **self.scope(catalog)
            )
        except ClientError as error:
            if _code(error) == "AlreadyExistsException":
                raise AthenaError(
                    "SCHEMA_ALREADY_EXISTS", f"line 1:1: Schema '{catalog}.{name}' already exists"
                ) from error
            raise _refused(error) from error

    def update_database(self, database: GlueObject, catalog: str = DEFAULT_CATALOG) -> None:
        kept = {key: database[key] for key in ("Name", "Description", "LocationUri", "Parameters") if key in database}
        try:
            self.client.update_database(Name=database["Name"], DatabaseInput=kept, **self.scope(catalog))
        except ClientError as error:
            raise _refused(error) from error

    def delete_database(self, name: str, catalog: str = DEFAULT_CATALOG) -> None:
        self.client.delete_database(Name=name, **self.scope(catalog))

    def tables(self, database: str, catalog: str = DEFAULT_CATALOG) -> list[GlueObject]:
        """All tables and views of a database, by name; none when there is no such database."""
        try:
            pages = self.client.get_paginator("get_tables").paginate(DatabaseName=database, **self.scope(catalog))
            return sorted((item for page in pages for item in page["TableList"]), key=lambda item: str(item["Name"]))
        except ClientError as error:
            if _code(error) == "EntityNotFoundException":
                return []
            raise _refused(error) from error

    def table(self, name: TableName) -> GlueObject | None:
        return self._find(
            "Table", self.client.get_table, DatabaseName=name.database, Name=name.table, **self.scope(name.catalog)
        )

    def create_table(self, name: TableName, table: GlueObject) -> None:
        """:raises AthenaError: ``TABLE_ALREADY_EXISTS``, ``SCHEMA_NOT_FOUND``."""
        try:
            self.client.create_table(DatabaseName=name.database, TableInput=table, **self.scope(name.catalog))
        except ClientError as error:
            if _code(error) == "AlreadyExistsException":
                raise table_exists(name) from error
            if _code(error) == "EntityNotFoundException":
                raise schema_missing(name) from error
            raise _refused(error) from error

    def update_table(self, name: TableName, table: GlueObject, archive: bool = True) -> None:
        """Replace a table's definition by one that ``table`` gave, changed; a new version. *archive* keeps the old one."""
        kept = {key: value for key, value in table.items() if key not in _READ_ONLY}
        try:
            self.client.update_table(
                DatabaseName=name.database, TableInput=kept, SkipArchive=not archive, **self.scope(name.catalog)
            )
        except ClientError as error:
            raise _refused(error) from error

    def delete_table(self, name: TableName) -> None:
        """Gone afterwards, whether it was there or not."""
        try:
            self.client.delete_table(DatabaseName=name.database, Name=name.table, **self.scope(name.catalog))
        except ClientError as error:
            if _code(error) != "EntityNotFoundException":
                raise _refused(error) from error

    def partitions(self, name: TableName) -> list[GlueObject]:
        """All partitions, without their columns: the table's are what counts."""
        request = {"DatabaseName": name.database, "TableName": name.table, "ExcludeColumnSchema": True}
        pages = self.client.get_paginator("get_partitions").paginate(**request)
        return [item for page in pages for item in page["Partitions"]]

    def create_partitions(self, name: TableName, partitions: Iterable[GlueObject], if_not_exists: bool) -> None:
        """Register partitions, ``{"Values": [...], "StorageDescriptor": {...}}``.

        :raises AthenaError: ``ALREADY_EXISTS`` for one that is there, unless *if_not_exists*.
        """
        for batch in batched(partitions, _CREATE_BATCH):
            answer = self.client.batch_create_partition(
                DatabaseName=name.database, TableName=name.table, PartitionInputList=[*batch]
            )
            for failure in answer.get("Errors", []):
                detail = failure.get("ErrorDetail", {})
                if if_not_exists and detail.get("ErrorCode") == "AlreadyExistsException":
                    continue
                values = "/".join(failure.get("PartitionValues", []))
                raise AthenaError(
                    "ALREADY_EXISTS", f"Partition '{values}' of '{name}': {detail.get('ErrorMessage', 'failed')}"
                )

    def update_partition(self, name: TableName, values: Sequence[str], partition: GlueObject) -> None:
        kept = {key: partition[key] for key in ("Values", "StorageDescriptor", "Parameters") if key in partition}
        try:
            self.client.update_partition(
                DatabaseName=name.database, TableName=name.table, PartitionValueList=[*values], PartitionInput=kept
            )
        except ClientError as error:
            raise _refused(error) from error

    def delete_partitions(self, name: TableName, values: Iterable[Sequence[str]]) -> None:
        for batch in batched(values, _DELETE_BATCH):
            self.client.batch_delete_partition(
                DatabaseName=name.database,
                TableName=name.table,
                PartitionsToDelete=[{"Values": [*item]} for item in batch],
            )

    @staticmethod
    def _find(key: str, call: Any, **request: Any) -> GlueObject | None:
        try:
            found: GlueObject = call(**request)[key]
            return found
        except ClientError as error:
            if _code(error) == "EntityNotFoundException":
                return None
            raise _refused(error) from error


def table_exists(name: TableName, table: str = "line 1:1: Table") -> AthenaError:
    return AthenaError("TABLE_ALREADY_EXISTS", f"{table} '{name}' already exists")


def schema_missing(name: TableName, position: str = "line 1:1") -> AthenaError:
    return AthenaError("SCHEMA_NOT_FOUND", f"{position}: Schema '{name.catalog}.{name.database}' does not exist")


def table_missing(name: TableName, position: str = "line 1:1") -> AthenaError:
    return AthenaError("TABLE_NOT_FOUND", f"{position}: Table '{name}' does not exist")


def view_missing(name: TableName) -> AthenaError:
    return AthenaError("TABLE_NOT_FOUND", f"line 1:1: View '{name}' does not exist")


def unknown_to_hive(name: TableName, detail: str = "", error_type: int = 1006) -> HiveError:
    """Hive's words for a table that is missing."""
    return HiveError(
        f"SemanticException [Error 10001]: Table not found {name.database}.{name.table}", detail, error_type=error_type
    )


def unknown_database_to_hive(name: TableName) -> HiveError:
    return HiveError(f"SemanticException [Error 10072]: Database does not exist: {name.database}")


def _refused(error: ClientError) -> AthenaError:
    """Glue's own words, under the code that Athena gives what its metastore refuses."""
    return AthenaError("HIVE_METASTORE_ERROR", f"{error} (Service: AWSGlue; Error Code: {_code(error)})")
