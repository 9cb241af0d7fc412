"""Runs queries in a bounded pool of workers.

A query is SUCCEEDED only when its result files are complete, because a client reads them the moment it sees that state.
"""

from __future__ import annotations

import logging
from typing import Protocol

from local_athena.errors import AthenaError, InternalError, QueryCancelled
from local_athena.model import QueryContext, Work
from local_athena.pool import Pool
from local_athena.queries.execution import CURRENT, QueryExecution
from local_athena.results.store import ResultStore

LOG = logging.getLogger(__name__)

WORKERS = 16
"""Queries at once; the rest are QUEUED. More than the cores, as a small query mostly waits for Glue and S3."""

_STOP_SECONDS, _STOP_INTERVAL = 1.0, 0.02


class SqlEngine(Protocol):
    """The engine that executes SQL: ``local_athena.engine.Engine``, or a stand-in for it in a test."""

    def plan(self, sql: str, context: QueryContext) -> Work:
        """Read *sql*. Raises ``InvalidRequest`` or ``AthenaError``; what it returns, ``AthenaError`` or ``QueryCancelled``."""


class Runner:
    """A pool of workers for the queries of all accounts."""

    def __init__(self, workers: int = WORKERS) -> None:
        self._pool = Pool(max_workers=workers, thread_name_prefix="athena-query")

    def submit(self, execution: QueryExecution, work: Work, results: ResultStore) -> None:
        """Queue *execution*, which is to do *work*."""
        self._pool.submit(self._run, execution, work, results)

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
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _run(self, execution: QueryExecution, work: Work, results: ResultStore) -> None:
        if not execution.begin():
            return
        CURRENT.set(execution)
        try:
            self._execute(execution, work, results)
        except QueryCancelled as cancelled:
            execution.cancel(str(cancelled) or "Query cancelled")
        except Exception as error:
            if execution.context.cancelled.is_set():
                execution.cancel("Query cancelled")
            elif isinstance(error, AthenaError):
                execution.fail(error)
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
        result = results.write(
            execution.id, execution.submission.output_prefix, outcome, context.check if reading else _nothing
        )
        execution.mark("executed")
        execution.succeed(outcome, result)


def _nothing() -> None:
    pass
