"""Athena's tasks in Step Functions: the four calls as they are, and ``startQueryExecution.sync``, which waits for the query's end.

LocalStack says that it supports none of them. https://docs.aws.amazon.com/step-functions/latest/dg/connect-athena.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from localstack_plugin.states_waiting import WaitingTask


class StateTaskServiceAthena(WaitingTask):
    """A task with a resource of ``arn:aws:states:::athena:``."""

    service, prefix, waits = "athena", "Athena", "startqueryexecution"
    parameters: ClassVar[Mapping[str, set[str]]] = {
        "startqueryexecution": {
            *("QueryString", "WorkGroup", "QueryExecutionContext", "ResultConfiguration", "ClientRequestToken"),
            *("ExecutionParameters", "ResultReuseConfiguration"),
        },
        "stopqueryexecution": {"QueryExecutionId"},
        "getqueryexecution": {"QueryExecutionId"},
        "getqueryresults": {"QueryExecutionId", "MaxResults", "NextToken"},
    }

    def ended(self, client: Any, begun: Mapping[str, Any]) -> tuple[bool, dict[str, Any]] | None:
        execution = client.get_query_execution(QueryExecutionId=begun["QueryExecutionId"])["QueryExecution"]
        state = execution["Status"]["State"]
        return None if state in ("QUEUED", "RUNNING") else (state == "SUCCEEDED", {"QueryExecution": execution})

    def stop(self, client: Any, begun: Mapping[str, Any]) -> None:
        client.stop_query_execution(QueryExecutionId=begun["QueryExecutionId"])
