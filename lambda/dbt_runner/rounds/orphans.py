"""Queries of an invocation that was killed: Athena runs them to their end, beside those of the invocation that carries on.

Athena keeps no tag of a query, so its text says which run started it: a comment at the end of each statement. Those of others
in the same workgroup (a laptop's dbt, a person's) have none. The upkeep's take no comment, and may run long: the run writes down
which one is under way, in ``runs/<run_id>/statement.json``.
https://docs.aws.amazon.com/athena/latest/APIReference/API_ListQueryExecutions.html
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any

import boto3
from botocore import handlers
from botocore.exceptions import BotoCoreError, ClientError

from dbt_runner import errors
from dbt_runner.logs import logger
from dbt_runner.storage.store import Store

# Statements whose grammar takes no comment, the same as dbt-athena's (`query_headers.py`): what they are, ends by itself.
_WITHOUT_COMMENT = ("alter", "drop", "optimize", "vacuum", "msck")
# The newest come first, 50 to a page; more than a page or two of queries never run at once.
_PAGES = 4

_run_id = ""


@contextmanager
def marked(run_id: str) -> Iterator[None]:
    """Mark what this process sends to Athena as the run's, until the block ends. One block at a time, as dbt itself."""
    global _run_id
    _run_id = run_id
    try:
        yield
    finally:
        _run_id = ""


def mark(run_id: str) -> str:
    """The comment in the statements of a run. Ids have no character that would end it (``event.RUN_ID``)."""
    return f"-- /* lakeloop_run: {run_id} */"


def note(store: Store, run_id: str, query: str) -> None:
    """Write down that the run's statement under way is *query*, which has no mark.

    Raises:
        TerminalError, TransientError: the bucket does not take it.
    """
    store.put(_key(run_id), {"query": query})


def stop(store: Store, workgroup: str, run_ids: Collection[str]) -> list[str]:
    """Stop what the dead runs *run_ids* have left running in *workgroup*; the ids of those queries.

    Raises:
        TerminalError, TransientError: Athena does not tell what runs, or does not stop it.
    """
    athena = boto3.client("athena")
    marks = [mark(run_id) for run_id in run_ids]
    noted = {found.content["query"] for run_id in run_ids if (found := store.get(_key(run_id)))}
    stopped = []
    try:
        for page in islice(athena.get_paginator("list_query_executions").paginate(WorkGroup=workgroup), _PAGES):
            if not page["QueryExecutionIds"]:
                break
            for query in athena.batch_get_query_execution(QueryExecutionIds=page["QueryExecutionIds"])[
                "QueryExecutions"
            ]:
                running = query["Status"]["State"] in ("QUEUED", "RUNNING")
                ours = query["QueryExecutionId"] in noted or any(one in query["Query"] for one in marks)
                if running and ours:
                    athena.stop_query_execution(QueryExecutionId=query["QueryExecutionId"])
                    stopped.append(query["QueryExecutionId"])
    except (BotoCoreError, ClientError) as error:
        raise errors.from_exception(
            f"Cannot stop what a killed invocation left running in {workgroup}", error
        ) from None
    if stopped:
        logger.info("Queries of an invocation that was killed are stopped", extra={"queries": stopped})
    return stopped


def _key(run_id: str) -> str:
    return f"runs/{run_id}/statement.json"


def _mark(params: dict[str, Any], **_: Any) -> dict[str, Any] | None:
    sql = params.get("QueryString", "")
    if not _run_id or sql.lstrip().lower().startswith(_WITHOUT_COMMENT):
        return None
    return {**params, "QueryString": f"{sql.rstrip().removesuffix(';')}\n{mark(_run_id)}"}


# As in `cost.queries`: the one list that every session has in common; tests/rounds/test_killed.py fails when it is not read.
handlers.BUILTIN_HANDLERS.append(("provide-client-params.athena.StartQueryExecution", _mark))
