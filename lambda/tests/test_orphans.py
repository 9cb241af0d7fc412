"""Queries that a killed invocation left running are stopped; nothing else is."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from botocore.exceptions import ClientError
from botocore.session import Session
from botocore.stub import ANY, Stubber
from dbt_runner.errors import TerminalError
from dbt_runner.rounds import orphans

COMMENT = '-- /* {"app": "dbt", "dbt_version": "1.12.6", "node_id": "model.lakeloop.fct_orders"} */\n'
QUERIES = {
    "running": (f"{COMMENT}create table\n{orphans.mark('dead')}", "RUNNING"),
    "queued": (f"insert\n{orphans.mark('dead')}", "QUEUED"),
    "of another dead one": (f"insert\n{orphans.mark('buried')}", "RUNNING"),
    "done": (f"{COMMENT}create view\n{orphans.mark('dead')}", "SUCCEEDED"),
    "a run's with a longer name": (f"{COMMENT}insert\n{orphans.mark('dead-2')}", "RUNNING"),
    "a laptop's": (f"{COMMENT}create table", "RUNNING"),
    "a person's": ("select 1", "RUNNING"),
    "the upkeep's": ("VACUUM db.t", "RUNNING"),
}


class Bucket(dict):
    def put(self, key, content):
        self[key] = SimpleNamespace(content=content)


@pytest.fixture
def bucket():
    return Bucket()


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


def test_queries_of_the_dead_run_are_stopped_and_no_other(athena, bucket):
    assert orphans.stop(bucket, "dev", ["dead"]) == athena.stopped == ["running", "queued"]


def test_queries_of_several_dead_runs_are_stopped(athena, bucket):
    assert orphans.stop(bucket, "dev", ["dead", "buried"]) == ["running", "queued", "of another dead one"]


def test_a_statement_that_takes_no_mark_is_written_down(athena, bucket):
    orphans.note(bucket, "dead", "the upkeep's")
    assert orphans.stop(bucket, "dev", ["buried"]) == ["of another dead one"]
    assert orphans.stop(bucket, "dev", ["dead"]) == ["running", "queued", "the upkeep's"]


def test_a_refusal_is_told(athena, bucket, monkeypatch):
    def refuse(QueryExecutionId: str) -> None:  # noqa: N803
        raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": "no"}}, "StopQueryExecution")

    monkeypatch.setattr(athena, "stop_query_execution", refuse)
    with pytest.raises(TerminalError, match=r"left running in dev.*terraform/modules/runner"):
        orphans.stop(bucket, "dev", ["dead"])


@pytest.mark.parametrize(
    ("sql", "sent"),
    [
        ("select 1;\n", f"select 1\n{orphans.mark('nightly')}"),
        (f"{COMMENT}merge into t", f"{COMMENT}merge into t\n{orphans.mark('nightly')}"),
        (" ALTER TABLE t SET x", " ALTER TABLE t SET x"),
        ("optimize t rewrite data using bin_pack", "optimize t rewrite data using bin_pack"),
    ],
)
def test_a_statement_says_which_run_it_is_of(sql, sent):
    client = Session().create_client(
        "athena", region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test"
    )
    seen = []
    client.meta.events.register(
        "before-parameter-build.athena.StartQueryExecution", lambda params, **_: seen.append(params["QueryString"])
    )
    expected = {"QueryString": ANY}
    with Stubber(client) as stub:
        for _ in range(2):
            stub.add_response("start_query_execution", {"QueryExecutionId": "1"}, expected)
        with orphans.marked("nightly"):
            client.start_query_execution(QueryString=sql)
        client.start_query_execution(QueryString=sql)
    assert seen == [sent, sql], "and after the run, none does"
