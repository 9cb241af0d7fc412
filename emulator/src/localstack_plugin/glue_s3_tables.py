"""Glue's catalogs of S3 Tables: table bucket ``b`` is catalog ``<account>:s3tablescatalog/b``, its namespaces are databases.

Nothing is kept here but the catalogs' definitions: every answer comes from S3 Tables, and a change goes there.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-tables-integrating-glue-iceberg.html
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from localstack.aws.api import CommonServiceException, RequestContext
from moto.core.exceptions import JsonRESTError
from moto.glue.models import glue_backends
from moto.s3tables.models import FakeTableBucket, Namespace, Table

from localstack_plugin.moto_service import Handler
from localstack_plugin.s3_tables import backend, delete_storage, make_storage

_PREFIX = "s3tablescatalog/"
_DEFINITION, _CATALOGS = "glue_definition", "glue_catalogs"
"""Attributes of moto's tables (the last definition that a Glue client sent) and of its backends (the catalogs): kept there, they
are forgotten and saved together with them."""


def bucket_of(request: dict[str, Any]) -> str | None:
    """The table bucket whose catalog *request* names, or None for the account's own catalog."""
    _, prefix, bucket = str(request.get("CatalogId") or "").rpartition(_PREFIX)
    return bucket.lower() if prefix else None


def call(operation: str, context: RequestContext, request: dict[str, Any], bucket: str) -> Any:
    """*operation* on the catalog of *bucket*.

    :raises CommonServiceException: ``EntityNotFoundException``, ``AlreadyExistsException``,
        ``ConcurrentModificationException``, and ``InvalidInputException`` for what S3 Tables does not do.
    """
    if operation not in _OPERATIONS:
        raise _invalid(f"{operation} is not supported on catalogs of S3 Tables such as {request['CatalogId']}")
    arn = f"arn:aws:s3tables:{context.region}:{context.account_id}:bucket/{bucket}"
    found = backend(context).table_buckets.get(arn)
    if found is None:
        raise _missing(f"Catalog {request['CatalogId']}: there is no table bucket {bucket}")
    try:
        return _OPERATIONS[operation](context, request, found) or {}
    except JsonRESTError as error:
        raise _invalid(str(error.message)) from error


def _namespace(request: dict[str, Any], bucket: FakeTableBucket, member: str = "DatabaseName") -> Namespace:
    name = request[member].lower()
    if name not in bucket.namespaces:
        raise _missing(f"Database {name} not found")
    return bucket.namespaces[name]


def _table(request: dict[str, Any], bucket: FakeTableBucket, name: str) -> Table:
    found = _namespace(request, bucket).tables.get(name.lower())
    if found is None:
        raise _missing(f"Table {name.lower()} not found")
    return found


def _get_database(_context: RequestContext, request: dict[str, Any], bucket: FakeTableBucket) -> Any:
    return {"Database": _database(_namespace(request, bucket, "Name"), request)}


def _get_databases(_context: RequestContext, request: dict[str, Any], bucket: FakeTableBucket) -> Any:
    return {"DatabaseList": [_database(namespace, request) for namespace in bucket.namespaces.values()]}


def _create_database(context: RequestContext, request: dict[str, Any], bucket: FakeTableBucket) -> None:
    name = request["DatabaseInput"]["Name"].lower()
    if name in bucket.namespaces:
        raise _exists(f"Database {name} already exists")
    backend(context).create_namespace(bucket.arn, name)


def _delete_database(context: RequestContext, request: dict[str, Any], bucket: FakeTableBucket) -> None:
    if (namespace := _namespace(request, bucket, "Name")).tables:
        raise _invalid(f"Namespace {namespace.name} is not empty")
    backend(context).delete_namespace(bucket.arn, namespace.name)


def _get_table(_context: RequestContext, request: dict[str, Any], bucket: FakeTableBucket) -> Any:
    return {"Table": _described(_table(request, bucket, request["Name"]), request)}


def _get_tables(_context: RequestContext, request: dict[str, Any], bucket: FakeTableBucket) -> Any:
    return {"TableList": [_described(table, request) for table in _namespace(request, bucket).tables.values()]}


def _create_table(context: RequestContext, request: dict[str, Any], bucket: FakeTableBucket) -> None:
    """A table whose metadata somebody writes next, into the folder that it has from now on."""
    definition = request["TableInput"]
    name, namespace = definition["Name"].lower(), _namespace(request, bucket)
    if name in namespace.tables:
        raise _exists(f"Table {name} already exists")
    if str(definition.get("Parameters", {}).get("format", "")).upper() != "ICEBERG":
        raise _invalid("A table bucket holds Iceberg tables only: set the parameter format to ICEBERG")
    table = backend(context).create_table(bucket.arn, namespace.name, name, "ICEBERG")
    make_storage(context, table)
    setattr(table, _DEFINITION, definition)


def _update_table(_context: RequestContext, request: dict[str, Any], bucket: FakeTableBucket) -> None:
    definition = request["TableInput"]
    table = _table(request, bucket, definition["Name"])
    if request.get("VersionId") not in (None, table.version_token):
        raise CommonServiceException(
            "ConcurrentModificationException",
            f"Update table failed due to concurrent modifications: {table.version_token} is the version",
        )
    location = definition.get("Parameters", {}).get("metadata_location") or table.metadata_location
    if location:
        table.update_metadata_location(location, table.version_token)
    setattr(table, _DEFINITION, definition)


def _delete_table(context: RequestContext, request: dict[str, Any], bucket: FakeTableBucket) -> None:
    table = _table(request, bucket, request["Name"])
    backend(context).delete_table(bucket.arn, table.namespace, table.name)
    delete_storage(context, table)


_OPERATIONS: dict[str, Callable[[RequestContext, dict[str, Any], FakeTableBucket], Any]] = {
    "GetDatabase": _get_database,
    "GetDatabases": _get_databases,
    "CreateDatabase": _create_database,
    "DeleteDatabase": _delete_database,
    "GetTable": _get_table,
    "GetTables": _get_tables,
    "CreateTable": _create_table,
    "UpdateTable": _update_table,
    "DeleteTable": _delete_table,
}


def _create_catalog(context: RequestContext, request: Any) -> Any:
    """Make the catalog that the table buckets of a region appear in. Others have nothing here behind them."""
    name, definition = request["Name"].lower(), request["CatalogInput"]
    if definition.get("FederatedCatalog", {}).get("ConnectionName") != "aws:s3tables":
        raise _invalid("Only catalogs federated through aws:s3tables can be made in the local Glue")
    if name in _catalogs(context):
        raise _exists(f"Catalog {name} already exists")
    _catalogs(context)[name] = definition
    return {}


def _get_catalog(context: RequestContext, request: Any) -> Any:
    name = request["CatalogId"].rpartition(":")[2].lower()
    if name not in _catalogs(context):
        raise _missing(f"Catalog {name} not found")
    return {"Catalog": _catalog(context, name)}


def _get_catalogs(context: RequestContext, _request: Any) -> Any:
    return {"CatalogList": [_catalog(context, name) for name in _catalogs(context)]}


def _delete_catalog(context: RequestContext, request: Any) -> Any:
    name = request["CatalogId"].rpartition(":")[2].lower()
    if _catalogs(context).pop(name, None) is None:
        raise _missing(f"Catalog {name} not found")
    return {}


CATALOGS: dict[str, Handler] = {
    "CreateCatalog": _create_catalog,
    "GetCatalog": _get_catalog,
    "GetCatalogs": _get_catalogs,
    "DeleteCatalog": _delete_catalog,
}
"""Operations that moto's Glue lacks. The catalogs of table buckets answer whether or not one made theirs."""


def _catalogs(context: RequestContext) -> dict[str, dict[str, Any]]:
    catalogs: dict[str, dict[str, Any]] = vars(glue_backends[context.account_id][context.region]).setdefault(
        _CATALOGS, {}
    )
    return catalogs


def _catalog(context: RequestContext, name: str) -> dict[str, Any]:
    return {
        "CatalogId": f"{context.account_id}:{name}",
        "Name": name,
        "ResourceArn": f"arn:aws:glue:{context.region}:{context.account_id}:catalog/{name}",
        **_catalogs(context)[name],
    }


def _database(namespace: Namespace, request: dict[str, Any]) -> dict[str, Any]:
    return {"Name": namespace.name, "CatalogId": request["CatalogId"], "CreateTime": namespace.creation_date}


def _described(table: Table, request: dict[str, Any]) -> dict[str, Any]:
    """A table in Glue's words: what the last client said of it, and what S3 Tables knows."""
    said = getattr(table, _DEFINITION, {})
    known = {"metadata_location": table.metadata_location} if table.metadata_location else {}
    modified: datetime = table.last_modified
    return {
        **said,
        "Name": table.name,
        "DatabaseName": table.namespace,
        "CatalogId": request["CatalogId"],
        "TableType": table.type,
        "CreateTime": table.creation_date,
        "UpdateTime": modified,
        "VersionId": table.version_token,
        "PartitionKeys": [],
        "Parameters": {**said.get("Parameters", {}), "table_type": "ICEBERG", **known},
        "StorageDescriptor": {
            "Columns": [],
            **said.get("StorageDescriptor", {}),
            "Location": table.warehouse_location,
        },
    }


def _missing(message: str) -> CommonServiceException:
    return CommonServiceException("EntityNotFoundException", message)


def _exists(message: str) -> CommonServiceException:
    return CommonServiceException("AlreadyExistsException", message)


def _invalid(message: str) -> CommonServiceException:
    return CommonServiceException("InvalidInputException", message)
