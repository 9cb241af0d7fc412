"""Named queries. https://docs.aws.amazon.com/athena/latest/APIReference/API_NamedQuery.html"""

from __future__ import annotations

import uuid
from typing import Any

from local_athena.api.errors import InvalidRequestException
from local_athena.api.paging import page
from local_athena.api.store import Store


def create_named_query(store: Store, request: dict[str, Any]) -> dict[str, Any]:
    """Keep a query's text under an id; the same ClientRequestToken answers the same id."""
    workgroup = store.workgroup(request.get("WorkGroup")).name
    token = request.get("ClientRequestToken")
    asked = {name: value for name, value in request.items() if name != "ClientRequestToken"}
    with store.lock:
        if token and token in store.tokens:
            before, query_id = store.tokens[token]
            if before != asked:
                raise InvalidRequestException("Idempotent parameters do not match", "IDEMPOTENT_PARAMETER_MISMATCH")
            return {"NamedQueryId": query_id}
        query_id = str(uuid.uuid4())
        kept = {name: request[name] for name in ("Name", "Description", "Database", "QueryString") if request.get(name)}
        store.named_queries[query_id] = {**kept, "NamedQueryId": query_id, "WorkGroup": workgroup}
        if token:
            store.tokens[token] = asked, query_id
    return {"NamedQueryId": query_id}


def get_named_query(store: Store, request: dict[str, Any]) -> dict[str, Any]:
    """One named query."""
    return {"NamedQuery": _find(store, request["NamedQueryId"])}


def update_named_query(store: Store, request: dict[str, Any]) -> dict[str, Any]:
    """Replace a named query's name, text and description."""
    query = _find(store, request["NamedQueryId"])
    changes = {name: request[name] for name in ("Name", "QueryString", "Description") if request.get(name) is not None}
    store.named_queries[request["NamedQueryId"]] = {**query, **changes}
    return {}


def delete_named_query(store: Store, request: dict[str, Any]) -> dict[str, Any]:
    """Forget a named query."""
    _find(store, request["NamedQueryId"])
    del store.named_queries[request["NamedQueryId"]]
    return {}


def list_named_queries(store: Store, request: dict[str, Any]) -> dict[str, Any]:
    """Ids of a workgroup's named queries."""
    workgroup = store.workgroup(request.get("WorkGroup")).name
    ids = [query_id for query_id, query in store.named_queries.items() if query["WorkGroup"] == workgroup]
    shown, rest = page(ids, f"named/{workgroup}", request.get("NextToken"), request.get("MaxResults") or 50)
    return {"NamedQueryIds": shown, **rest}


def batch_get_named_query(store: Store, request: dict[str, Any]) -> dict[str, Any]:
    """Several named queries; what is not found is listed apart."""
    ids = request["NamedQueryIds"]
    missing = [
        {"NamedQueryId": i, "ErrorCode": "INVALID_INPUT", "ErrorMessage": f"NamedQuery {i} is not found."}
        for i in ids
        if i not in store.named_queries
    ]
    found = [store.named_queries[i] for i in ids if i in store.named_queries]
    return {"NamedQueries": found, "UnprocessedNamedQueryIds": missing}


def _find(store: Store, query_id: str) -> dict[str, Any]:
    if query_id not in store.named_queries:
        raise InvalidRequestException(f"NamedQuery {query_id} is not found.", "INVALID_INPUT")
    return store.named_queries[query_id]
