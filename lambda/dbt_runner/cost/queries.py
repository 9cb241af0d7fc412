"""The queries that dbt sends, each with the node that sent it and with Athena's statistics of it.

The adapter tells of a node's main statement only. Every answer that AWS gives to a client of this process passes botocore's
events (https://docs.aws.amazon.com/boto3/latest/guide/events.html), so what the adapter asks anyway is enough: no call of its own.
dbt knows which node a thread is at, also for statements that carry no query comment (ALTER, DROP, OPTIMIZE, VACUUM, MSCK).
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from botocore import handlers
from dbt_common.events.contextvars import get_node_info

_ENDED = ("SUCCEEDED", "FAILED", "CANCELLED")


@dataclass
class Query:
    """A query as Athena executed it. Times are ISO 8601 in UTC; seconds and bytes are Athena's own statistics.

    https://docs.aws.amazon.com/athena/latest/APIReference/API_QueryExecutionStatistics.html
    """

    id: str
    node: str
    """The node's ``unique_id``; empty for what dbt sends between nodes."""
    thread: str
    submitted_at: str
    round: int = 1
    state: str = ""
    """SUCCEEDED, FAILED or CANCELLED; empty if the query's end was not seen."""
    ended_at: str | None = None
    type: str = ""
    """Athena's StatementType and SubstatementType, such as ``DDL CREATE_TABLE_AS_SELECT``."""
    queued: float = 0.0
    planning: float = 0.0
    running: float = 0.0
    """The engine's seconds without those of planning, which Athena counts among them."""
    service: float = 0.0
    """Seconds that Athena took before and after the engine's."""
    bytes_scanned: int = 0
    reused: bool = False
    """Whether Athena answered with the result of an earlier query."""


class Watch:
    """Queries that one invocation has sent so far. Safe for dbt's threads."""

    def __init__(self) -> None:
        self.round = 1
        """The number of the invocation in its run."""
        self._lock = threading.Lock()
        self._queries: dict[str, Query] = {}

    def started(self, query_id: str) -> None:
        """Athena has taken a query of the calling thread."""
        node = str(get_node_info().get("unique_id", ""))
        now = datetime.now(UTC).isoformat()
        query = Query(query_id, node, threading.current_thread().name, now, self.round)
        with self._lock:
            self._queries.setdefault(query_id, query)

    def told(self, execution: Mapping[str, Any]) -> None:
        """Athena has told of a query: its API's QueryExecution."""
        with self._lock:
            query = self._queries.get(execution["QueryExecutionId"])
            if query is not None and execution["Status"]["State"] in _ENDED:
                _fill(query, execution)

    def take(self, node: str) -> list[Query]:
        """The queries of a node that has ended; they are not told again."""
        with self._lock:
            found = [query for query in self._queries.values() if query.node == node]
            for query in found:
                del self._queries[query.id]
        return found

    def rest(self) -> list[Query]:
        """The queries not taken: those between nodes, and of nodes that did not end."""
        with self._lock:
            return list(self._queries.values())


_current: Watch | None = None


@contextmanager
def watched(watch: Watch) -> Iterator[Watch]:
    """Tell *watch* of the process's queries until the block ends. One at a time in a process, as dbt itself."""
    global _current
    _current = watch
    try:
        yield watch
    finally:
        _current = None


def _fill(query: Query, execution: Mapping[str, Any]) -> None:
    status, statistics = execution["Status"], execution.get("Statistics", {})

    def seconds(name: str) -> float:
        return float(statistics.get(f"{name}InMillis", 0)) / 1000

    query.state = status["State"]
    if "SubmissionDateTime" in status:
        query.submitted_at = status["SubmissionDateTime"].astimezone(UTC).isoformat()
    if "CompletionDateTime" in status:
        query.ended_at = status["CompletionDateTime"].astimezone(UTC).isoformat()
    query.type = f"{execution.get('StatementType', '')} {execution.get('SubstatementType', '')}".strip()
    query.queued = seconds("QueryQueueTime")
    query.planning = seconds("QueryPlanningTime")
    query.running = round(max(seconds("EngineExecutionTime") - query.planning, 0.0), 3)
    query.service = round(seconds("ServicePreProcessingTime") + seconds("ServiceProcessingTime"), 3)
    query.bytes_scanned = int(statistics.get("DataScannedInBytes", 0))
    query.reused = bool(statistics.get("ResultReuseInformation", {}).get("ReusedPreviousResult"))


def _started(parsed: Mapping[str, Any], **_: Any) -> None:
    if _current is not None and "QueryExecutionId" in parsed:
        _current.started(parsed["QueryExecutionId"])


def _told(parsed: Mapping[str, Any], **_: Any) -> None:
    if _current is not None and "QueryExecution" in parsed:
        _current.told(parsed["QueryExecution"])


# The adapter makes its own sessions and clients. What every session registers at its birth is the one list they have in
# common; checked against botocore 1.43, tests/rounds/test_cost.py fails when it is no longer read.
handlers.BUILTIN_HANDLERS += [
    ("after-call.athena.StartQueryExecution", _started),
    ("after-call.athena.GetQueryExecution", _told),
]
