"""CreateTable with OpenTableFormatInput: Glue makes an Iceberg table, its first metadata file included.

https://docs.aws.amazon.com/glue/latest/webapi/API_OpenTableFormatInput.html
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from localstack import config
from localstack.aws.api import CommonServiceException

from local_athena.catalog.types import trino_spelling
from local_athena.errors import AthenaError
from local_athena.model import Column, TableName, trino_type
from local_athena.storage import AwsClients, Storage
from local_athena.tables.iceberg import IcebergTables

_VERSIONS = ("2", None)


def create_table(connect: Callable[[], AwsClients], request: dict[str, Any], account_id: str) -> dict[str, Any]:
    """Make the table of *request* through the clients of *connect*.

    :raises CommonServiceException: for what would be ignored: another version, partition keys, another operation.
    """
    table, iceberg = request["TableInput"], request["OpenTableFormatInput"].get("IcebergInput") or {}
    storage = table.get("StorageDescriptor") or {}
    if iceberg.get("MetadataOperation") != "CREATE" or {*iceberg} - {"MetadataOperation", "Version"}:
        raise _invalid(
            "OpenTableFormatInput has an IcebergInput of MetadataOperation CREATE and a Version, nothing else here"
        )
    if iceberg.get("Version") not in _VERSIONS:
        raise _invalid(f"Iceberg's format version {iceberg['Version']} is not written by the emulator; it writes 2")
    if table.get("PartitionKeys"):
        raise _invalid("An Iceberg table has no PartitionKeys; a partition spec is set by Athena's CREATE TABLE")
    if not storage.get("Location"):
        raise _invalid("An Iceberg table needs a StorageDescriptor.Location")
    aws = connect()
    name = TableName(request["DatabaseName"].lower(), table["Name"].lower())
    tables = IcebergTables(aws, Storage(aws.s3, Path(config.dirs.cache) / "athena" / "glue"), account_id)
    try:
        columns = [_column(column) for column in storage.get("Columns") or ()]
        tables.create(name, columns, storage["Location"], [], {})
    except AthenaError as error:
        code = "AlreadyExistsException" if error.code == "TABLE_ALREADY_EXISTS" else "InvalidInputException"
        raise CommonServiceException(code, error.message) from error
    where = {"DatabaseName": name.database}
    made = aws.glue.get_table(**where, Name=name.table)["Table"]
    kept = {key: made[key] for key in ("Name", "StorageDescriptor", "TableType", "PartitionKeys") if key in made}
    given = {key: table[key] for key in ("Description", "Owner", "Retention") if key in table}
    parameters = {**(table.get("Parameters") or {}), **made["Parameters"]}
    aws.glue.update_table(**where, TableInput={**kept, **given, "Parameters": parameters}, SkipArchive=True)
    return {}


def _column(column: dict[str, Any]) -> Column:
    """Iceberg's timestamps have microseconds."""
    spelled = trino_spelling(str(column["Type"])).replace("timestamp(3)", "timestamp(6)")
    return Column(str(column["Name"]).lower(), trino_type(spelled), column.get("Comment"))


def _invalid(message: str) -> CommonServiceException:
    return CommonServiceException("InvalidInputException", message)
