"""Runs queries, as many at once as the machine bears.

A query is SUCCEEDED only when its result files are complete, because a client reads them the moment it sees that state.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import partial
from typing import Protocol

from botocore.exceptions import ClientError

from local_athena.errors import (
    AthenaError,
    ExhaustedResources,
    InternalError,
    QueryCancelled,
    QueryTimeout,
    ResultUnwritten,
    StackOverflow,
)
from local_athena.memory import BOUND
from local_athena.model import QueryContext, Work
from local_athena.queries.execution import CANCELLED, CURRENT, QueryExecution
from local_athena.queries.lanes import Lanes
from local_athena.queries.text import statement_type
from local_athena.results.store import ResultStore

LOG = logging.getLogger(__name__)

TIMEOUT_SECONDS = {"DML": 30 * 60.0, "DDL": 600 * 60.0}
"""https://docs.aws.amazon.com/athena/latest/ug/service-limits.html"""

_STOP_SECONDS, _STOP_INTERVAL = 1.0, 0.02


class SqlEngine(Protocol):
    """The engine that executes SQL: ``local_athena.engine.Engine``, or a stand-in for it in a test."""

    def plan(self, sql: str, context: QueryContext) -> Work:
        """Read *sql*. Raises ``InvalidRequest`` or ``AthenaError``; what it returns, ``AthenaError`` or ``QueryCancelled``."""


class Runner:
    """The queries of all accounts."""

    def __init__(self, lanes: Lanes | None = None, timeouts: Mapping[str, float] = TIMEOUT_SECONDS) -> None:
        self._lanes, self._timeouts = lanes or Lanes(), timeouts

    def submit(self, execution: QueryExecution, work: Work, results: ResultStore) -> None:
        """Queue *execution*, which is to do *work*."""
        self._lanes.submit(partial(self._run, execution, work, results), partial(self._attend, execution))

    def stop(self, execution: QueryExecution) -> None:
        """Stop *execution*; returns when it has stopped, or soon. A query that has ended stays as it is."""
        execution.cancel_if_queued()
        waited = 0.0
        while not execution.terminal and waited < _STOP_SECONDS:
            # asked again because an interrupt that comes between two statements of a query hits neither
            execution.context.cancel()
            execution.wait(_STOP_INTERVAL)
            waited += _STOP_INTERVAL

    def close(self) -> None:
        """Take no more queries."""
        self._lanes.close()

    def _attend(self, execution: QueryExecution, seconds: float) -> None:
        """End a query that takes too long or while queries hold too much, and see to it that one that was stopped stops: an
        interrupt between two of its statements hits neither."""
        limit = self._timeouts.get(statement_type(execution.submission.sql))
        if limit is not None and seconds > limit:
            execution.late = True
            execution.context.cancel()
        elif BOUND.passed():
            execution.greedy = True
            execution.context.cancel()
        elif execution.context.cancelled.is_set():
            execution.context.cancel()

    def _run(self, execution: QueryExecution, work: Work, results: ResultStore) -> None:
        if not execution.begin():
            return
        CURRENT.set(execution)
        try:
            with BOUND.held():
                self._execute(execution, work, results)
        except QueryCancelled as cancelled:
            _end(execution, str(cancelled))
        except Exception as error:
            if execution.context.cancelled.is_set():
                _end(execution)
            elif isinstance(error, AthenaError):
                _explain(execution, error, results)
                execution.fail(error)
            elif isinstance(error, MemoryError):
                execution.fail(ExhaustedResources())
            elif isinstance(error, RecursionError):
                execution.fail(StackOverflow())
            else:
                LOG.exception("query %s failed unexpectedly", execution.id)
                execution.fail(InternalError(f"{type(error).__name__}: {error}"))

    def _execute(self, execution: QueryExecution, work: Work, results: ResultStore) -> None:
        context, outcome = execution.context, work()
        # A statement's writes are committed by now: only a result that is still being read can be stopped.
        reading = outcome.batches is not None and outcome.update_count is None
        if reading:
            execution.mark("planned")
            context.charge(outcome.scanned_bytes)
        submission, check = execution.submission, context.check if reading else _nothing
        try:
            result = results.write(execution.id, submission.output_prefix, outcome, check, submission.s3_settings)
        except ClientError as error:
            raise ResultUnwritten(f"{submission.output_prefix}{execution.id}", error.response) from error
        execution.mark("executed")
        execution.succeed(outcome, result)


def _end(execution: QueryExecution, reason: str = "") -> None:
    """End a query that was told to stop."""
    if execution.greedy and not reason:
        execution.fail(ExhaustedResources())
    elif execution.late and not reason:
        execution.fail(QueryTimeout())
    else:
        execution.cancel(reason or CANCELLED)


def _explain(execution: QueryExecution, error: AthenaError, results: ResultStore) -> None:
    """Leave the reason of Hive's DDL in S3, as Athena does; a bucket that is not there any more fails nothing twice."""
    if error.code != "FAILED":
        return
    try:
        results.write_reason(execution.output_location, str(error), execution.submission.s3_settings)
    except ClientError:
        return
    execution.explained = True


def _nothing() -> None:
    pass
