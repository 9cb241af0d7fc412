"""Databases and tables as Athena lists them: Glue's, in Athena's words.

https://docs.aws.amazon.com/athena/latest/APIReference/API_TableMetadata.html
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError

from local_athena.api.data_catalogs import glue_catalog_id
from local_athena.api.errors import InvalidRequestException, MetadataException
from local_athena.api.paging import page
from local_athena.api.store import Store
from local_athena.model import DEFAULT_CATALOG, DEFAULT_DATABASE

_PAGE = 50
_STORED = (("Location", "location"), ("InputFormat", "inputformat"), ("OutputFormat", "outputformat"))


def list_databases(store: Store, request: dict[str, Any]) -> dict[str, Any]:
    """The databases of a catalog."""
    catalog = glue_catalog_id(store, request["CatalogName"])
    found = [_database(d) for d in _pages(store, "get_databases", "DatabaseList", {"CatalogId": catalog})]
    if request["CatalogName"].lower() == DEFAULT_CATALOG and all(d["Name"] != DEFAULT_DATABASE for d in found):
        found.insert(0, {"Name": DEFAULT_DATABASE, "Parameters": {}})
    shown, rest = page(found, f"databases/{catalog}", request.get("NextToken"), request.get("MaxResults") or _PAGE)
    return {"DatabaseList": shown, **rest}


def get_database(store: Store, request: dict[str, Any]) -> dict[str, Any]:
    """One database."""
    catalog = glue_catalog_id(store, request["CatalogName"])
    try:
        answer = _ask(store, "get_database", {"CatalogId": catalog, "Name": request["DatabaseName"]})
    except MetadataException:
        if (request["CatalogName"].lower(), request["DatabaseName"].lower()) != (DEFAULT_CATALOG, DEFAULT_DATABASE):
            raise
        answer = {"Database": {"Name": DEFAULT_DATABASE}}
    return {"Database": _database(answer["Database"])}


def list_table_metadata(store: Store, request: dict[str, Any]) -> dict[str, Any]:
    """The tables of a database, those whose name matches the regular expression Expression if there is one."""
    catalog, database = glue_catalog_id(store, request["CatalogName"]), request["DatabaseName"]
    tables = [
        _table(table)
        for table in _pages(store, "get_tables", "TableList", {"CatalogId": catalog, "DatabaseName": database})
    ]
    if request.get("Expression"):
        try:
            pattern = re.compile(request["Expression"], re.I)
        except re.error as error:
            raise InvalidRequestException(
                f"Expression is not a regular expression: {error}", "INVALID_INPUT"
            ) from error
        tables = [table for table in tables if pattern.fullmatch(table["Name"])]
    shown, rest = page(
        tables, f"tables/{catalog}/{database}", request.get("NextToken"), request.get("MaxResults") or _PAGE
    )
    return {"TableMetadataList": shown, **rest}


def get_table_metadata(store: Store, request: dict[str, Any]) -> dict[str, Any]:
    """One table."""
    catalog = glue_catalog_id(store, request["CatalogName"])
    answer = _ask(
        store,
        "get_table",
        {"CatalogId": catalog, "DatabaseName": request["DatabaseName"], "Name": request["TableName"]},
    )
    return {"TableMetadata": _table(answer["Table"])}


def _database(database: dict[str, Any]) -> dict[str, Any]:
    described = {"Name": database["Name"], "Parameters": database.get("Parameters") or {}}
    if database.get("Description"):
        described["Description"] = database["Description"]
    return described


def _table(table: dict[str, Any]) -> dict[str, Any]:
    """A table of Glue's as Athena describes it: the storage descriptor goes before parameters of the same name.

    Columns that Iceberg dropped or renamed stay in Glue and are left out:
    https://github.com/pyathena-dev/PyAthena/blob/master/tests/pyathena/test_glue.py
    """
    storage = table.get("StorageDescriptor") or {}
    serde = storage.get("SerdeInfo") or {}
    parameters = {name: str(value) for name, value in (table.get("Parameters") or {}).items()}
    stored = {name: storage.get(member) for member, name in _STORED}
    if "SerdeInfo" in storage:
        stored["serde.serialization.lib"] = serde.get("SerializationLibrary")
    for name, value in stored.items():
        if value is None:
            parameters.pop(name, None)
        else:
            parameters[name] = value.rstrip("/")
    parameters |= {f"serde.param.{name}": str(value) for name, value in (serde.get("Parameters") or {}).items()}
    described = {
        "Name": table["Name"],
        "TableType": table.get("TableType") or "",
        "Columns": [_column(column) for column in storage.get("Columns") or () if _is_current(column)],
        "PartitionKeys": [_column(column) for column in table.get("PartitionKeys") or ()],
        "Parameters": parameters,
    }
    if table.get("CreateTime"):
        described["CreateTime"] = table["CreateTime"]
    return described


def _is_current(column: dict[str, Any]) -> bool:
    parameters = column.get("Parameters") or {}
    return bool(parameters.get("iceberg.field.current") != "false")


def _column(column: dict[str, Any]) -> dict[str, Any]:
    return {name: column[name] for name in ("Name", "Type", "Comment") if column.get(name) is not None}


def _ask(store: Store, method: str, arguments: dict[str, Any]) -> dict[str, Any]:
    try:
        answer: dict[str, Any] = getattr(store.aws.glue, method)(**arguments)
    except ClientError as error:
        raise MetadataException(_in_envelope(error.response["Error"])) from error
    return answer


def _in_envelope(details: Any) -> str:
    """Glue's refusal as Athena hands it on: clients read the code from its parentheses.

    https://github.com/DyfanJones/noctua/issues/205
    """
    code = details["Code"]
    message = "Entity Not Found" if code == "EntityNotFoundException" else details["Message"]
    return (
        f"{message} (Service: AmazonDataCatalog; Status Code: 400; Error Code: {code}; "
        f"Request ID: {uuid.uuid4()}; Proxy: null)"
    )


def _pages(store: Store, method: str, member: str, arguments: dict[str, Any]) -> Iterator[dict[str, Any]]:
    token: dict[str, Any] = {}
    while True:
        answer = _ask(store, method, arguments | token)
        yield from answer[member]
        if not answer.get("NextToken"):
            return
        token = {"NextToken": answer["NextToken"]}
