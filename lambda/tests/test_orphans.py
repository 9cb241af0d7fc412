"""Queries that a killed invocation left running are stopped; nothing else is."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from botocore.exceptions import ClientError
from dbt_runner.errors import TerminalError
from dbt_runner.rounds import orphans

COMMENT = '-- /* {"app": "dbt", "dbt_version": "1.12.6", "node_id": "model.lakeloop.fct_orders"} */\n'
QUERIES = {
    "running": (COMMENT + "create table", "RUNNING"),
    "queued": (COMMENT + "insert", "QUEUED"),
    "done": (COMMENT + "create view", "SUCCEEDED"),
    "a person's": ("select 1", "RUNNING"),
}


class Athena:
    def __init__(self) -> None:
        self.stopped: list[str] = []

    def get_paginator(self, name: str) -> SimpleNamespace:
        assert name == "list_query_executions"
        return SimpleNamespace(paginate=lambda **_: [{"QueryExecutionIds": list(QUERIES)}, {"QueryExecutionIds": []}])

    def batch_get_query_execution(self, QueryExecutionIds: list[str]) -> dict[str, object]:  # noqa: N803
        found = [
            {"QueryExecutionId": i, "Query": QUERIES[i][0], "Status": {"State": QUERIES[i][1]}}
            for i in QueryExecutionIds
        ]
        return {"QueryExecutions": found}

    def stop_query_execution(self, QueryExecutionId: str) -> None:  # noqa: N803
        self.stopped.append(QueryExecutionId)


@pytest.fixture
def athena(monkeypatch):
    client = Athena()
    monkeypatch.setattr(orphans.boto3, "client", lambda service: client)
    return client


def test_queries_of_dbt_that_run_are_stopped(athena):
    assert orphans.stop("dev") == athena.stopped == ["running", "queued"]


def test_a_refusal_is_told(athena, monkeypatch):
    def refuse(QueryExecutionId: str) -> None:  # noqa: N803
        raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": "no"}}, "StopQueryExecution")

    monkeypatch.setattr(athena, "stop_query_execution", refuse)
    with pytest.raises(TerminalError, match=r"left running in dev.*terraform/modules/runner"):
        orphans.stop("dev")
