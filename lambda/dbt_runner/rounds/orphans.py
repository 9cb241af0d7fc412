"""Queries of an invocation that was killed: Athena runs them to their end, beside those of the invocation that carries on.

Whoever holds the lease is alone in the environment's workgroup with queries that change something, and has none yet: what dbt
started there and still runs is of a dead process. Commands that only read lose a query, at worst, and say so.
https://docs.aws.amazon.com/athena/latest/APIReference/API_ListQueryExecutions.html
"""

from __future__ import annotations

from itertools import islice

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from dbt_runner import errors
from dbt_runner.logs import logger

# dbt's query comment: https://docs.getdbt.com/reference/project-configs/query-comment
_OF_DBT = '{"app": "dbt"'
# The newest come first, 50 to a page; more than a page or two of queries never run at once.
_PAGES = 4


def stop(workgroup: str) -> list[str]:
    """Stop what dbt has left running in *workgroup*; the ids of those queries.

    Raises:
        TerminalError, TransientError: Athena does not tell what runs, or does not stop it.
    """
    athena = boto3.client("athena")
    stopped = []
    try:
        for page in islice(athena.get_paginator("list_query_executions").paginate(WorkGroup=workgroup), _PAGES):
            if not page["QueryExecutionIds"]:
                break
            for query in athena.batch_get_query_execution(QueryExecutionIds=page["QueryExecutionIds"])[
                "QueryExecutions"
            ]:
                if query["Status"]["State"] in ("QUEUED", "RUNNING") and _OF_DBT in query["Query"]:
                    athena.stop_query_execution(QueryExecutionId=query["QueryExecutionId"])
                    stopped.append(query["QueryExecutionId"])
    except (BotoCoreError, ClientError) as error:
        raise errors.from_exception(
            f"Cannot stop what a killed invocation left running in {workgroup}", error
        ) from None
    if stopped:
        logger.info("Queries of an invocation that was killed are stopped", extra={"queries": stopped})
    return stopped
