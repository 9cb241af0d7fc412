"""moto's Glue, completed where AWS's differs and clients notice.

- Names of databases and tables are folded to lower case: https://docs.aws.amazon.com/glue/latest/webapi/API_TableInput.html
- UpdateTable honours VersionId (optimistic locking, on which Iceberg's commits stand) and SkipArchive:
  https://docs.aws.amazon.com/glue/latest/webapi/API_UpdateTable.html
- GetPartitions' Expression may be about keys whose types have a length or a precision: varchar(2), decimal(10,2).
- A version of a table that does not exist is EntityNotFoundException, not a server error.
- Jobs run (``glue_jobs``), crawlers crawl (``glue_crawlers``).
- CreateTable makes an Iceberg table where OpenTableFormatInput says so: ``glue_iceberg``.
- Catalogs of S3 Tables are ``glue_s3_tables``'s: moto would answer with those of the account's own catalog.
"""

from __future__ import annotations

import contextlib
import copy
import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from localstack.aws.api import CommonServiceException, RequestContext
from localstack.aws.spec import load_service
from localstack.http import Request
from localstack.services.moto import call_moto
from localstack.services.plugins import Service
from moto.core.exceptions import JsonRESTError
from moto.glue.models import FakeTable, GlueBackend, glue_backends
from moto.glue.utils import PartitionFilter

from local_athena.api import Identity
from localstack_plugin import glue_crawlers, glue_iceberg, glue_jobs, glue_s3_tables
from localstack_plugin.athena import clients_of
from localstack_plugin.moto_service import Handler
from localstack_plugin.moto_service import service as moto_service

_NAMES = ("DatabaseName", "TableName")
_INPUTS = ("DatabaseInput", "TableInput")
_NAMED_BY_NAME = {
    *("GetDatabase", "UpdateDatabase", "DeleteDatabase"),
    *("GetTable", "UpdateTable", "DeleteTable", "BatchDeleteTable"),
}
_TIMES = ("CreateTime", "UpdateTime", "CreationTime")
_updates = threading.Lock()


def service() -> Service:
    """The provider."""
    glue_crawlers.start()
    own = {
        # Calls of every query: answered from moto's memory, for as HTTP to moto they take ten times as long.
        "GetTable": get_table,
        "GetDatabase": get_database,
        "CreateTable": create_table,
        "UpdateTable": update_table,
        "DeleteTableVersion": delete_table_version,
        "GetPartitions": get_partitions,
        **glue_jobs.HANDLERS,
        **glue_crawlers.HANDLERS,
    }
    operations = {name: _by_catalog(name, own.get(name, forward)) for name in load_service("glue").operation_names}
    return moto_service("glue", operations | glue_s3_tables.CATALOGS)


def _by_catalog(operation: str, own: Handler) -> Handler:
    """*operation* on the catalog that the request names: the account's own, or a table bucket's."""

    def handle(context: RequestContext, request: Any) -> Any:
        bucket = glue_s3_tables.bucket_of(request or {})
        return own(context, request) if bucket is None else glue_s3_tables.call(operation, context, request, bucket)

    return handle


def forward(context: RequestContext, request: Any) -> Any:
    """Ask moto, with names folded."""
    request = request or {}
    folded = fold(context.operation.name, request)
    if folded == request:
        return call_moto(context)
    context = copy.copy(context)
    original = context.request
    context.request = Request(
        method=original.method,
        path=original.path,
        headers={**original.headers, "Content-Type": "application/x-amz-json-1.1"},
        body=json.dumps(folded, default=_seconds),
    )
    return call_moto(context)


def fold(operation: str, request: dict[str, Any]) -> dict[str, Any]:
    """*request* with the names of databases and tables in lower case."""
    folded = dict(request)
    for member in (*_NAMES, *(("Name",) if operation in _NAMED_BY_NAME else ())):
        if isinstance(folded.get(member), str):
            folded[member] = folded[member].lower()
    for member in _INPUTS:
        if isinstance(folded.get(member), dict) and isinstance(folded[member].get("Name"), str):
            folded[member] = {**folded[member], "Name": folded[member]["Name"].lower()}
    if "TablesToDelete" in folded:
        folded["TablesToDelete"] = [name.lower() for name in folded["TablesToDelete"]]
    return folded


def get_table(context: RequestContext, request: Any) -> Any:
    """A table's current version."""
    with _mapped_errors():
        table = _backend(context).get_table(request["DatabaseName"].lower(), request["Name"].lower())
    return {"Table": _dated(table.as_dict())}


def get_database(context: RequestContext, request: Any) -> Any:
    """A database."""
    with _mapped_errors():
        database = _backend(context).get_database(request["Name"].lower())
    return {"Database": _dated(database.as_dict())}


def create_table(context: RequestContext, request: Any) -> Any:
    """A table; one of Iceberg's with all that belongs to it."""
    if not request.get("OpenTableFormatInput"):
        given = _given(context, request)
        with _mapped_errors():
            _backend(context).create_table(request["DatabaseName"].lower(), given["Name"], given)
        return {}
    identity = Identity(context.account_id, context.region)
    return glue_iceberg.create_table(lambda: clients_of(identity), request, context.account_id)


def update_table(context: RequestContext, request: Any) -> Any:
    """Replace a table's definition, if it still is the version that the client read."""
    given, expected = _given(context, request), request.get("VersionId")
    with _updates, _mapped_errors():
        table = _backend(context).get_table(request["DatabaseName"].lower(), given["Name"])
        current = str(table._current_version)
        if expected not in (None, current):
            raise CommonServiceException(
                "ConcurrentModificationException",
                f"Update table failed due to concurrent modifications: {current} is the version, not {expected}",
            )
        table.update(given)
        if request.get("SkipArchive"):
            table.versions.pop(current, None)
    return {}


def delete_table_version(context: RequestContext, request: Any) -> Any:
    """Forget an archived version of a table."""
    table, version = _find(context, request, request["TableName"]), request["VersionId"]
    if table and version not in table.versions:
        raise CommonServiceException("EntityNotFoundException", f"Version {version} of the table was not found")
    if table and version == str(table._current_version):
        raise CommonServiceException("InvalidInputException", f"Version {version} is the table's current version")
    return forward(context, request)


def get_partitions(context: RequestContext, request: Any) -> Any:
    """A table's partitions, those that fulfil the request's Expression if it has one."""
    if not request.get("Expression"):
        return forward(context, request)
    with _mapped_errors():
        table = _backend(context).get_table(request["DatabaseName"].lower(), request["TableName"].lower())
        keys = [key | {"Type": key["Type"].partition("(")[0]} for key in table.as_dict().get("PartitionKeys", [])]
        fulfils = PartitionFilter(request["Expression"], SimpleNamespace(versions={"": {"PartitionKeys": keys}}))
        return {"Partitions": [_dated(found.as_dict()) for found in table.partitions.values() if fulfils(found)]}


def _given(context: RequestContext, request: dict[str, Any]) -> dict[str, Any]:
    """A table's definition as moto keeps it: nothing else holds it, its name is in lower case, times are numbers."""
    folded = fold(context.operation.name, request)["TableInput"]
    given: dict[str, Any] = json.loads(json.dumps(folded, default=_seconds))
    return given


def _find(context: RequestContext, request: dict[str, Any], name: str) -> FakeTable | None:
    database = _backend(context).databases.get(request["DatabaseName"].lower())
    return database.tables.get(name.lower()) if database else None


def _backend(context: RequestContext) -> GlueBackend:
    return glue_backends[context.account_id][context.region]


@contextlib.contextmanager
def _mapped_errors() -> Iterator[None]:
    try:
        yield
    except JsonRESTError as error:
        raise CommonServiceException(error.error_type, error.message) from error


def _dated(described: dict[str, Any]) -> dict[str, Any]:
    """A copy of moto's description that nothing else holds, without what is not set and with times as times."""
    given = {name: value for name, value in copy.deepcopy(described).items() if value is not None}
    return given | {name: datetime.fromtimestamp(given[name], UTC) for name in _TIMES if name in given}


def _seconds(value: Any) -> float:
    if isinstance(value, datetime):
        return value.timestamp()
    raise TypeError(f"{type(value).__name__} in a request to Glue")
