"""Athena's statements of an export, each waited for until its end or the invocation's."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from dbt_runner import errors
from dbt_runner.patches.athena.polling import Pauses

_LONGEST_PAUSE = 1.0


class QueryFailed(Exception):
    """Athena's own words for why it did not end well."""


class Athena:
    """Statements in *workgroup*, up to the moment *until* of ``time.monotonic()``, and as long as the run is not *lost*."""

    def __init__(self, workgroup: str, until: float, lost: Callable[[], bool]) -> None:
        self._workgroup, self._until, self._lost = workgroup, until, lost
        self._client: Any = boto3.client("athena")

    def run(self, sql: str) -> str:
        """Run *sql*; the S3 URI of its result.

        Raises:
            QueryFailed: it failed, or somebody has stopped it.
            TimeoutError: there is no time left; it is stopped.
            TerminalError, TransientError: Athena refuses.
        """
        try:
            query = self._client.start_query_execution(QueryString=sql, WorkGroup=self._workgroup)["QueryExecutionId"]
            pauses = Pauses()
            while True:
                told = self._client.get_query_execution(QueryExecutionId=query)["QueryExecution"]
                state = told["Status"]["State"]
                if state == "SUCCEEDED":
                    return str(told["ResultConfiguration"].get("OutputLocation", ""))
                if state in ("FAILED", "CANCELLED"):
                    raise QueryFailed(told["Status"].get("StateChangeReason") or f"The query {query} is {state}")
                if time.monotonic() >= self._until or self._lost():
                    self._client.stop_query_execution(QueryExecutionId=query)
                    raise TimeoutError(query)
                pauses.pause(_LONGEST_PAUSE)
        except (BotoCoreError, ClientError) as error:
            raise errors.from_exception("Cannot export", error) from None
