"""Athena's state of one account in one region. It is in memory: a restart forgets what nobody kept."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from local_athena.api.errors import InvalidRequestException
from local_athena.queries.execution import QueryExecution
from local_athena.queries.runner import Runner, SqlEngine
from local_athena.results.store import ResultStore
from local_athena.storage import AwsClients

PRIMARY = "primary"
_KEPT = ("workgroups", "catalogs", "named_queries", "tags")
MAX_EXECUTIONS = 5000
"""Finished queries that are remembered. AWS keeps them 45 days; a laptop keeps the last of them."""


@dataclass(frozen=True)
class Identity:
    """Account and region of a caller."""

    account_id: str = "000000000000"
    region: str = "us-east-1"

    def arn(self, kind: str, name: str) -> str:
        """The ARN of an Athena resource, such as ``arn("workgroup", "primary")``."""
        return f"arn:aws:athena:{self.region}:{self.account_id}:{kind}/{name}"


@dataclass
class PreparedStatement:
    """A prepared statement of a workgroup."""

    name: str
    workgroup: str
    sql: str
    description: str | None = None
    modified: datetime = field(default_factory=lambda: datetime.now(UTC))


@dataclass
class WorkGroup:
    """A workgroup; ``configuration`` is the API's WorkGroupConfiguration."""

    name: str
    configuration: dict[str, Any]
    description: str | None = None
    state: str = "ENABLED"
    created: datetime = field(default_factory=lambda: datetime.now(UTC))
    prepared: dict[str, PreparedStatement] = field(default_factory=dict)

    def find(self, name: str) -> str | None:
        """The SQL of prepared statement *name*."""
        statement = self.prepared.get(name)
        return statement.sql if statement else None

    def keep(self, name: str, sql: str) -> None:
        """Create or replace prepared statement *name*."""
        self.prepared[name] = PreparedStatement(name, self.name, sql)

    def remove(self, name: str) -> bool:
        """Delete prepared statement *name*; says whether there was one."""
        return self.prepared.pop(name, None) is not None


class Store:
    """The state of one account and region, and what its queries run with."""

    def __init__(
        self, identity: Identity, aws: AwsClients, engine: SqlEngine, runner: Runner, results: ResultStore
    ) -> None:
        self.identity, self.aws, self.engine, self.runner, self.results = identity, aws, engine, runner, results
        self.lock = threading.RLock()
        self.workgroups: dict[str, WorkGroup] = {PRIMARY: WorkGroup(PRIMARY, default_configuration())}
        self.catalogs: dict[str, dict[str, Any]] = {}
        self.named_queries: dict[str, dict[str, Any]] = {}
        self.tags: dict[str, dict[str, str]] = {}
        self.executions: OrderedDict[str, QueryExecution] = OrderedDict()
        self.tokens: dict[str, tuple[Any, str]] = {}
        self.buckets: set[str] = set()

    def workgroup(self, name: str | None) -> WorkGroup:
        """The workgroup *name*, primary if None. Raises ``InvalidRequestException``."""
        found = self.workgroups.get(name or PRIMARY)
        if found is None:
            raise InvalidRequestException("WorkGroup is not found.", "INVALID_INPUT")
        return found

    def execution(self, query_id: str) -> QueryExecution:
        """The query *query_id*. Raises ``InvalidRequestException``."""
        found = self.executions.get(query_id)
        if found is None:
            raise InvalidRequestException(f"QueryExecution {query_id} was not found", "QUERY_EXECUTION_NOT_FOUND")
        return found

    def remember(self, execution: QueryExecution) -> None:
        """Keep *execution*, and forget the oldest that have ended if there are too many."""
        with self.lock:
            self.executions[execution.id] = execution
            if len(self.executions) <= MAX_EXECUTIONS:
                return
            ended = (query_id for query_id, kept in self.executions.items() if kept.terminal)
            oldest = next(ended, None)
            if oldest is not None:
                del self.executions[oldest]
                self.tokens = {token: used for token, used in self.tokens.items() if used[1] != oldest}

    def keep(self) -> dict[str, Any]:
        """Collect the argument of ``restore``: all but queries that have not ended, which ``stop_all`` ends."""
        with self.lock:
            ended = [(query_id, kept) for query_id, kept in self.executions.items() if kept.terminal]
            kept = {name: getattr(self, name) for name in _KEPT}
            return kept | {"executions": OrderedDict(ended)}

    def restore(self, kept: dict[str, Any]) -> None:
        """Remember what another store has kept."""
        for name in (*_KEPT, "executions"):
            setattr(self, name, kept[name])

    def cancel_all(self) -> None:
        """Tell whatever still runs to stop."""
        for execution in list(self.executions.values()):
            if not execution.terminal:
                execution.cancel_if_queued()
                execution.context.cancel()

    def stop_all(self) -> None:
        """Stop whatever still runs; returns when it has stopped, or soon."""
        self.cancel_all()
        for execution in list(self.executions.values()):
            self.runner.stop(execution)


def default_configuration() -> dict[str, Any]:
    """The configuration of a workgroup that nobody configured.

    https://docs.aws.amazon.com/athena/latest/ug/workgroups-create-update-delete.html
    """
    return {
        "ResultConfiguration": {},
        "EnforceWorkGroupConfiguration": False,
        "PublishCloudWatchMetricsEnabled": False,
        "RequesterPaysEnabled": False,
        "EnableMinimumEncryptionConfiguration": False,
    }
