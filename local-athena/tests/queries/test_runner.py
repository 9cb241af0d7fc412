"""The ends of queries that are told to stop."""

from __future__ import annotations

import threading
import weakref
from typing import Any, cast

import duckdb
import pytest

from local_athena import dialect
from local_athena.errors import AthenaError, QueryCancelled, QueryTimeout
from local_athena.model import Outcome, QueryContext
from local_athena.queries.execution import QueryExecution, Submission
from local_athena.queries.runner import Runner
from local_athena.session import Services, Session

SECONDS = 60.0
NO_RESULTS: Any = None


def execution(sql: str = "select 1") -> QueryExecution:
    submission = Submission(sql=sql, workgroup="primary", context={}, output_prefix="s3://results/")
    return QueryExecution(submission, QueryContext("id"))


@pytest.mark.parametrize(
    ("sql", "timeouts", "state", "reason"),
    [
        ("select 1", {"DML": 0.0}, "FAILED", "Query timeout"),
        ("create table t (a int)", {"DML": 0.0, "DDL": 0.0}, "FAILED", "Query timeout"),
    ],
)
def test_a_query_that_takes_too_long_fails(sql: str, timeouts: dict[str, float], state: str, reason: str) -> None:
    runner, query = Runner(timeouts=timeouts), execution(sql)

    def work() -> Outcome:
        assert query.context.cancelled.wait(SECONDS)
        raise QueryCancelled

    runner.submit(query, work, NO_RESULTS)
    assert query.wait(SECONDS)
    assert (query.state, query.reason) == (state, reason)
    assert isinstance(query.error, QueryTimeout)
    assert not query.error.retryable
    runner.close()


def test_ddl_has_a_limit_of_its_own() -> None:
    runner, ddl, dml = Runner(timeouts={"DML": 0.0}), execution("drop table t"), execution()
    go = threading.Event()

    def work() -> Outcome:
        assert go.wait(SECONDS)
        raise AthenaError("TABLE_NOT_FOUND", "no")

    def late() -> Outcome:
        assert dml.context.cancelled.wait(SECONDS)
        raise QueryCancelled

    runner.submit(ddl, work, NO_RESULTS)
    runner.submit(dml, late, NO_RESULTS)
    assert dml.wait(SECONDS)
    go.set()
    assert ddl.wait(SECONDS)
    assert (ddl.reason, dml.reason) == ("TABLE_NOT_FOUND: no", "Query timeout")
    runner.close()


def test_a_query_that_did_not_hear_is_told_again() -> None:
    """An interrupt that comes between two statements of a query hits neither."""
    runner, query, heard = Runner(), execution(), threading.Semaphore(0)
    query.context.on_cancel(heard.release)

    def work() -> Outcome:
        for _ in range(3):
            assert heard.acquire(timeout=SECONDS)
        raise QueryCancelled

    runner.submit(query, work, NO_RESULTS)
    query.context.cancel()
    assert query.wait(SECONDS)
    assert (query.state, query.reason) == ("CANCELLED", "Query cancelled by user")
    runner.close()


def test_stopping_a_query_whose_session_has_just_been_closed_answers() -> None:
    session = Session(cast(Services, None), QueryContext("id"), dialect.connect())
    session.interrupt()
    session.connection.close()
    with pytest.raises(duckdb.ConnectionException):
        session.connection.interrupt()
    session.interrupt()


def test_a_query_that_has_ended_lets_go_of_its_session() -> None:
    query = execution()
    session = Session(cast(Services, None), query.context, dialect.connect())
    query.context.on_cancel(session.interrupt)
    left = weakref.ref(session)
    query.begin()
    query.fail(AthenaError("TABLE_NOT_FOUND", "no"))
    del session
    assert left() is None
    query.context.cancel()
