"""Prepared statements. https://docs.aws.amazon.com/athena/latest/APIReference/API_PreparedStatement.html"""

from __future__ import annotations

from typing import Any

from local_athena.api.errors import InvalidRequestException, ResourceNotFoundException
from local_athena.api.paging import page
from local_athena.api.store import PreparedStatement, Store, WorkGroup
from local_athena.errors import Unprepared


def create_prepared_statement(store: Store, request: dict[str, Any]) -> dict[str, Any]:
    """Keep a statement under a name that its workgroup does not have yet."""
    workgroup, name = store.workgroup(request["WorkGroup"]), request["StatementName"]
    with store.lock:
        if name in workgroup.prepared:
            raise InvalidRequestException(f"PreparedStatement {name} already exists", "INVALID_INPUT")
        workgroup.prepared[name] = PreparedStatement(
            name, workgroup.name, request["QueryStatement"], request.get("Description")
        )
    return {}


def get_prepared_statement(store: Store, request: dict[str, Any]) -> dict[str, Any]:
    """One prepared statement."""
    return {"PreparedStatement": _describe(_find(store.workgroup(request["WorkGroup"]), request["StatementName"]))}


def update_prepared_statement(store: Store, request: dict[str, Any]) -> dict[str, Any]:
    """Replace a prepared statement."""
    workgroup, name = store.workgroup(request["WorkGroup"]), request["StatementName"]
    _find(workgroup, name)
    workgroup.prepared[name] = PreparedStatement(
        name, workgroup.name, request["QueryStatement"], request.get("Description")
    )
    return {}


def delete_prepared_statement(store: Store, request: dict[str, Any]) -> dict[str, Any]:
    """Forget a prepared statement."""
    workgroup = store.workgroup(request["WorkGroup"])
    _find(workgroup, request["StatementName"])
    workgroup.remove(request["StatementName"])
    return {}


def list_prepared_statements(store: Store, request: dict[str, Any]) -> dict[str, Any]:
    """Names of a workgroup's prepared statements."""
    workgroup = store.workgroup(request["WorkGroup"])
    summaries = [
        {"StatementName": statement.name, "LastModifiedTime": statement.modified}
        for _, statement in sorted(workgroup.prepared.items())
    ]
    scope = f"prepared/{workgroup.name}"
    shown, rest = page(summaries, scope, request.get("NextToken"), request.get("MaxResults") or 50)
    return {"PreparedStatements": shown, **rest}


def batch_get_prepared_statement(store: Store, request: dict[str, Any]) -> dict[str, Any]:
    """Several prepared statements; what is not found is listed apart."""
    workgroup = store.workgroup(request["WorkGroup"])
    found, missing = [], []
    for name in request["PreparedStatementNames"]:
        if name in workgroup.prepared:
            found.append(_describe(workgroup.prepared[name]))
        else:
            missing.append(
                {"StatementName": name, "ErrorCode": "STATEMENT_NOT_FOUND", "ErrorMessage": _missing(workgroup, name)}
            )
    return {"PreparedStatements": found, "UnprocessedPreparedStatementNames": missing}


def _find(workgroup: WorkGroup, name: str) -> PreparedStatement:
    if name not in workgroup.prepared:
        raise ResourceNotFoundException(_missing(workgroup, name), name)
    return workgroup.prepared[name]


def _missing(workgroup: WorkGroup, name: str) -> str:
    return str(Unprepared(name, workgroup.name))


def _describe(statement: PreparedStatement) -> dict[str, Any]:
    described: dict[str, Any] = {
        "StatementName": statement.name,
        "QueryStatement": statement.sql,
        "WorkGroupName": statement.workgroup,
        "LastModifiedTime": statement.modified,
    }
    if statement.description:
        described["Description"] = statement.description
    return described
