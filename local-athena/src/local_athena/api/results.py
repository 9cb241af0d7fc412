"""GetQueryResults. https://docs.aws.amazon.com/athena/latest/APIReference/API_GetQueryResults.html"""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from local_athena.api.errors import InvalidRequestException
from local_athena.api.paging import decode_token, encode_token
from local_athena.api.store import Store
from local_athena.errors import IcebergRefused
from local_athena.results.csvtext import Row

_PAGE = 1000


def get_query_results(store: Store, request: dict[str, Any]) -> dict[str, Any]:
    """One page of rows. The first row of a SELECT is its column names; NULL is a value without VarCharValue.

    A full page has a token, though nothing may be left:
    https://github.com/aoyagikouhei/athena-local/blob/main/docs/dev/measurements/query-results.md (#83, #85).
    What failed: https://github.com/aoyagikouhei/athena-local/blob/main/docs/dev/measurements/result-files.md
    """
    execution, limit = store.execution(request["QueryExecutionId"]), request.get("MaxResults") or _PAGE
    if limit > _PAGE:
        raise InvalidRequestException(f"MaxResults is more than maximum allowed length {_PAGE}", "INVALID_INPUT")
    if execution.state in ("QUEUED", "RUNNING"):
        raise InvalidRequestException(
            f"Query has not yet finished. Current state: {execution.state}", "INVALID_QUERY_EXECUTION_STATE"
        )
    if execution.explained:
        return {"ResultSet": {"Rows": []}}
    if execution.state == "FAILED" and not isinstance(execution.error, IcebergRefused):
        raise InvalidRequestException(
            "Query did not finish successfully. Final query state: FAILED", "INVALID_QUERY_EXECUTION_STATE"
        )
    result = execution.result
    if result is None:
        raise InvalidRequestException("Could not find results", "RESULT_NOT_FOUND")
    if request.get("QueryResultType") == "DATA_MANIFEST":
        raise InvalidRequestException("QueryResultType DATA_MANIFEST is not supported by local Athena", "INVALID_INPUT")
    start = _start(execution.id, result.total, request.get("NextToken"))
    try:
        rows = store.results.page(result, start, limit)
    except ClientError as error:
        raise InvalidRequestException(
            f"Could not read the result of query {execution.id} at {result.location}: {error}", "INVALID_INPUT"
        ) from error
    answer: dict[str, Any] = {
        "ResultSet": {
            "Rows": [_row(row) for row in rows],
            "ResultSetMetadata": {"ColumnInfo": result.columns},
        },
    }
    if result.update_count is not None:
        answer["UpdateCount"] = result.update_count
    if start + limit <= result.total:
        answer["NextToken"] = encode_token(execution.id, start + limit)
    return answer


def _start(query_id: str, total: int, token: str | None) -> int:
    """The first row of a page. A result without rows looks at no token."""
    try:
        return decode_token(query_id, token) if total else 0
    except ValueError as error:
        raise InvalidRequestException(f"Malformed nextPageToken {token}", "INVALID_INPUT") from error


def _row(row: Row) -> dict[str, Any]:
    return {"Data": [{} if value is None else {"VarCharValue": value} for value in row]}
