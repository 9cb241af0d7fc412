"""AWS's quotas, when they are asked for: boto3 sees them, waits and tries again."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from tests.api.helpers import OUTPUT, finished, run_sql
from tests.api.standin import CTAS, SLOW, StandIn

from local_athena.api import LocalAthena, quotas
from local_athena.api.quotas import Quotas, Rate
from local_athena.server import Server
from local_athena.storage import AwsClients


@dataclass
class Clock:
    """Time that goes on only when a client waits."""

    now: float = 0.0
    waits: int = 0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += max(seconds, 1.0)
        self.waits += 1


@dataclass
class Limited:
    """An Athena with quotas: of three starts at once, one a second, and of two queries and one DDL statement under way."""

    clock: Clock
    url: str

    def client(self, attempts: int) -> Any:
        retries: Any = {"mode": "standard", "total_max_attempts": attempts}
        keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": "us-east-1"}
        return boto3.client("athena", endpoint_url=self.url, config=Config(retries=retries), **keys)


@pytest.fixture
def limited(aws: AwsClients, monkeypatch: pytest.MonkeyPatch) -> Iterator[Limited]:
    clock = Clock()
    monkeypatch.setattr("botocore.endpoint.time", SimpleNamespace(sleep=clock.sleep))
    small = Quotas({"StartQueryExecution": Rate(steady=1, burst=3)}, {"DML": 2, "DDL": 1}, clock)
    athena = LocalAthena(lambda identity: aws, lambda identity, clients: StandIn(), small)
    server = Server(athena, 0)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield Limited(clock, server.url)
    server.shutdown()
    thread.join()
    server.server_close()
    athena.close()


def start(athena: Any, sql: str, **arguments: Any) -> dict[str, Any]:
    answer: dict[str, Any] = athena.start_query_execution(
        QueryString=sql, ResultConfiguration={"OutputLocation": OUTPUT}, **arguments
    )
    return answer


def test_a_client_that_calls_too_fast_is_throttled_and_tries_again(limited: Limited) -> None:
    patient, impatient = limited.client(5), limited.client(1)
    for _ in range(3):
        assert run_sql(patient, "select 1")["Status"]["State"] == "SUCCEEDED"
    with pytest.raises(ClientError) as refused:
        start(impatient, "select 1")
    assert refused.value.response["Error"] == {"Code": "ThrottlingException", "Message": "Rate exceeded"}
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    answer = start(patient, "select 1")
    assert answer["ResponseMetadata"]["RetryAttempts"] == limited.clock.waits >= 1
    assert finished(patient, answer["QueryExecutionId"])["Status"]["State"] == "SUCCEEDED"


def test_one_query_too_many_at_once_waits_for_the_end_of_another(
    limited: Limited, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient, impatient = limited.client(5), limited.client(1)
    running = [start(patient, SLOW)["QueryExecutionId"] for _ in range(2)]
    with pytest.raises(ClientError) as refused:
        start(impatient, "select 1")
    error = refused.value.response
    assert error["Error"]["Code"] == "TooManyRequestsException"
    assert error["Error"]["Message"].startswith("You have exceeded the limit for the number of queries you can run")
    assert error["Reason"] == "CONCURRENT_QUERY_LIMIT_EXCEEDED"
    with pytest.raises(ClientError, match="TooManyRequestsException"):
        start(limited.client(2), CTAS)

    def stopping(seconds: float) -> None:
        limited.clock.sleep(seconds)
        impatient.stop_query_execution(QueryExecutionId=running[0])

    monkeypatch.setattr("botocore.endpoint.time", SimpleNamespace(sleep=stopping))
    answer = start(patient, "select 1")
    assert answer["ResponseMetadata"]["RetryAttempts"] == 1
    assert finished(patient, answer["QueryExecutionId"])["Status"]["State"] == "SUCCEEDED"
    impatient.stop_query_execution(QueryExecutionId=running[1])


def test_a_start_that_was_answered_before_is_answered_again(limited: Limited) -> None:
    athena = limited.client(1)
    token = "t" * 40
    first = start(athena, SLOW, ClientRequestToken=token)["QueryExecutionId"]
    other = start(athena, SLOW)["QueryExecutionId"]
    assert start(athena, SLOW, ClientRequestToken=token)["QueryExecutionId"] == first
    for query in (first, other):
        athena.stop_query_execution(QueryExecutionId=query)


def test_kinds_of_statements_have_quotas_of_their_own(limited: Limited) -> None:
    athena = limited.client(1)
    running = [start(athena, SLOW)["QueryExecutionId"] for _ in range(2)]
    assert start(athena, "drop table t")["QueryExecutionId"]
    for query in running:
        athena.stop_query_execution(QueryExecutionId=query)


@pytest.mark.parametrize(("said", "on"), [("", False), ("0", False), ("off", False), ("1", True), ("on", True)])
def test_without_the_switch_there_are_none(said: str, on: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    assert quotas.in_force({quotas.VARIABLE: said}) is on
    monkeypatch.setenv(quotas.VARIABLE, said)
    athena: Any = LocalAthena(lambda identity: None, lambda identity, aws: StandIn())  # type: ignore[arg-type, return-value]
    assert (athena._quotas is not None) is on
    athena.close()
