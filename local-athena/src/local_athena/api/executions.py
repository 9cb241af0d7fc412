"""Query executions. https://docs.aws.amazon.com/athena/latest/APIReference/API_QueryExecution.html"""

from __future__ import annotations

import re
import uuid
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from local_athena.api.errors import InvalidRequestException
from local_athena.api.locations import (
    check_bucket,
    enforced,
    managed,
    managed_encryption,
    managed_location,
    result_configuration,
    s3_settings,
)
from local_athena.api.paging import page
from local_athena.api.store import Store
from local_athena.errors import InvalidRequest
from local_athena.model import DEFAULT_CATALOG, Outcome, QueryContext, Work
from local_athena.queries.execution import CURRENT, QueryExecution, Submission
from local_athena.queries.prepared import resolve
from local_athena.queries.text import first_word, only_statement, strip
from local_athena.sql.tokens import position

POLL_WAIT_SECONDS = 0.5
"""How long GetQueryExecution waits for the end. Clients sleep between polls (dbt-athena 1 s), so an answer that comes
half a second later but says SUCCEEDED saves them a second. StartQueryExecution waits for nothing: a short query runs
while its answer is on the way."""

_LIST_PAGE = 50
_TOKEN_BYTES = 128
_TOO_EARLY = "Query has not yet finished. Current state: {}"
_REUSABLE = {"select", "with", "values", "table"}
_UNSTABLE = re.compile(r"\b(now|current_(date|time|timestamp)|local(time|timestamp)|random|rand|uuid|shuffle)\b", re.I)


def start_query_execution(store: Store, request: dict[str, Any]) -> dict[str, Any]:
    """Queue a query; answers its id. The same ClientRequestToken answers the same id and runs nothing again: it is looked
    at when everything else is found right.

    https://github.com/aoyagikouhei/athena-local/blob/main/docs/dev/measurements/client-request-token.md
    """
    token = _token(request)
    execution = _execution(store, request)
    try:
        work = _work(store, execution)
    except InvalidRequest as refused:
        raise InvalidRequestException(str(refused), refused.code) from refused
    context, place = execution.submission.context, execution.submission.output_prefix
    asked = request["QueryString"], context.get("Catalog"), context.get("Database"), place
    with store.lock:
        before, query_id = store.tokens.setdefault(token, (asked, execution.id))
        if before != asked:
            raise InvalidRequestException("Idempotent parameters do not match", "IDEMPOTENT_PARAMETER_MISMATCH")
        if query_id != execution.id:
            return {"QueryExecutionId": query_id}
        store.remember(execution)
    if not _reuse(store, execution):
        store.runner.submit(execution, work, store.results)
    return {"QueryExecutionId": execution.id}


def _token(request: dict[str, Any]) -> str:
    """The ClientRequestToken, which SDKs make up where their user gives none. Its greatest length is one of bytes, too."""
    token: str | None = request.get("ClientRequestToken")
    if token is None:
        raise InvalidRequestException("clientRequestToken is null or empty", "INVALID_INPUT")
    if len(token.encode()) > _TOKEN_BYTES:
        raise InvalidRequestException(
            f"clientRequestToken exceeds maximum allowed length {_TOKEN_BYTES}", "INVALID_INPUT"
        )
    return token


def get_query_execution(store: Store, request: dict[str, Any]) -> dict[str, Any]:
    """A query's state, statistics and error."""
    execution = store.execution(request["QueryExecutionId"])
    execution.wait(POLL_WAIT_SECONDS)
    return {"QueryExecution": execution.describe()}


def batch_get_query_execution(store: Store, request: dict[str, Any]) -> dict[str, Any]:
    """As GetQueryExecution, for several; what is not found is listed apart."""
    found, missing = [], []
    for query_id in request["QueryExecutionIds"]:
        execution = store.executions.get(query_id)
        if execution is not None:
            found.append(execution.describe())
        else:
            missing.append(
                {
                    "QueryExecutionId": query_id,
                    "ErrorCode": "QUERY_EXECUTION_NOT_FOUND",
                    "ErrorMessage": f"QueryExecution {query_id} was not found",
                }
            )
    return {"QueryExecutions": found, "UnprocessedQueryExecutionIds": missing}


def list_query_executions(store: Store, request: dict[str, Any]) -> dict[str, Any]:
    """Ids of a workgroup's queries, the newest first."""
    workgroup = store.workgroup(request.get("WorkGroup")).name
    with store.lock:
        ids = [e.id for e in reversed(store.executions.values()) if e.submission.workgroup == workgroup]
    shown, rest = page(
        ids, f"executions/{workgroup}", request.get("NextToken"), request.get("MaxResults") or _LIST_PAGE
    )
    return {"QueryExecutionIds": shown, **rest}


def stop_query_execution(store: Store, request: dict[str, Any]) -> dict[str, Any]:
    """Stop a query; one that has ended stays as it is."""
    store.runner.stop(store.execution(request["QueryExecutionId"]))
    return {}


def get_query_runtime_statistics(store: Store, request: dict[str, Any]) -> dict[str, Any]:
    """Statistics of a finished query. There are no stages: the engine is one process."""
    execution = store.execution(request["QueryExecutionId"])
    if not execution.terminal:
        raise InvalidRequestException(_TOO_EARLY.format(execution.state), "INVALID_QUERY_EXECUTION_STATE")
    rows: dict[str, Any] = {"InputBytes": execution.scanned_bytes}
    if execution.result is not None:
        rows |= {"OutputRows": execution.result.rows, "OutputBytes": execution.result.bytes}
    return {"QueryRuntimeStatistics": {"Timeline": execution.timeline(), "Rows": rows}}


def _execution(store: Store, request: dict[str, Any]) -> QueryExecution:
    workgroup = store.workgroup(request.get("WorkGroup"))
    if workgroup.state == "DISABLED":
        raise InvalidRequestException(f"WorkGroup {workgroup.name} is disabled.", "WORKGROUP_DISABLED")
    sql = _statement(request["QueryString"])
    if request.get("EngineConfiguration"):
        raise InvalidRequestException("EngineConfiguration is not supported by local Athena", "INVALID_INPUT")
    kept = managed(workgroup)
    if kept:
        configuration = {
            "OutputLocation": managed_location(store, request.get("ResultConfiguration")),
            **managed_encryption(workgroup),
        }
    else:
        configuration = result_configuration(workgroup, request.get("ResultConfiguration"))
        check_bucket(store, configuration["OutputLocation"])
    given = {name: value for name, value in (request.get("QueryExecutionContext") or {}).items() if value}
    reuse = request.get("ResultReuseConfiguration") or None
    by_age = (reuse or {}).get("ResultReuseByAgeConfiguration") or {}
    submission = Submission(
        sql=sql,
        workgroup=workgroup.name,
        context=given,
        output_prefix=configuration["OutputLocation"].rstrip("/") + "/",
        result_configuration=configuration,
        s3_settings=s3_settings(configuration),
        managed=kept,
        parameters=tuple(request.get("ExecutionParameters") or ()),
        reuse_minutes=by_age.get("MaxAgeInMinutes", 60) if by_age.get("Enabled") else None,
        reuse_configuration=reuse,
    )
    context = QueryContext(
        query_id=str(uuid.uuid4()),
        catalog=given.get("Catalog", DEFAULT_CATALOG).lower(),
        database=given.get("Database", "default").strip('`"').lower(),  # awswrangler quotes it
        output_location=None if kept else submission.output_prefix,
        enforced=enforced(workgroup),
        bytes_cutoff=workgroup.configuration.get("BytesScannedCutoffPerQuery"),
        account_id=store.identity.account_id,
        catalogs=frozenset({DEFAULT_CATALOG, *(name.lower() for name in store.catalogs)}),
    )
    return QueryExecution(submission, context)


def _statement(given: str) -> str:
    try:
        sql = only_statement(given)
    except InvalidRequest as refused:
        raise InvalidRequestException(str(refused), refused.code) from refused
    if not strip(sql):
        line, column = position(sql, len(sql))
        words = f"line {line}:{column}: mismatched input '<EOF>'. Expecting: <statement>"
        raise InvalidRequestException(words, "MALFORMED_QUERY")
    return sql


def _work(store: Store, execution: QueryExecution) -> Work:
    """Plan the query's work from its text. Only ``InvalidRequest`` is raised: all else fails a query that was started."""
    submission, caller = execution.submission, CURRENT.set(execution)
    try:
        resolved = resolve(submission.sql, submission.parameters, store.workgroup(submission.workgroup))
        if isinstance(resolved, Outcome):
            return lambda: resolved
        return store.engine.plan(resolved, execution.context)
    except InvalidRequest:
        raise
    except Exception as error:
        return partial(_raise, error)
    finally:
        CURRENT.reset(caller)


def _raise(error: Exception) -> Outcome:
    raise error


def _reuse(store: Store, execution: QueryExecution) -> bool:
    """End *execution* with the result of an equal query that is young enough, if there is one.

    Only what reads is reused, and nothing that answers differently each time:
    https://docs.aws.amazon.com/athena/latest/ug/reusing-query-results.html
    """
    submission = execution.submission
    if submission.reuse_minutes is None or first_word(submission.sql) not in _REUSABLE:
        return False
    if _UNSTABLE.search(submission.sql):
        return False
    since = datetime.now(UTC) - timedelta(minutes=submission.reuse_minutes)
    with store.lock:
        candidates = list(reversed(store.executions.values()))
    for earlier in candidates:
        fresh = earlier.completed_at is not None and earlier.completed_at >= since
        if fresh and earlier.state == "SUCCEEDED" and not earlier.reused and _same(earlier, execution):
            execution.reuse(earlier)
            return True
    return False


def _same(one: QueryExecution, other: QueryExecution) -> bool:
    return one.submission.reuse_key == other.submission.reuse_key
