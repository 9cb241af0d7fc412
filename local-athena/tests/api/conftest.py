"""Real boto3 against the standalone server. Glue and S3 are moto's, in this process, emptied between tests."""

from __future__ import annotations

import functools
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from moto import mock_aws
from moto.glue.models import glue_backends
from moto.s3.models import s3_backends
from tests.api.helpers import Run, client, run_sql
from tests.api.standin import StandIn
from tests.conftest import empty

from local_athena.api import LocalAthena
from local_athena.server import Server
from local_athena.storage import AwsClients

LOOPBACK = r"http://127\.0\.0\.1.*"


@pytest.fixture(scope="session")
def clients() -> Iterator[AwsClients]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MOTO_ACCOUNT_ID", "000000000000")
        with mock_aws(config={"core": {"passthrough": {"urls": [LOOPBACK]}}}):
            yield AwsClients.connect(access_key="test", secret_key="test")


@pytest.fixture
def aws(clients: AwsClients) -> AwsClients:
    for backend in (s3_backends, glue_backends):
        for account in list(backend):
            backend[account].reset()
    empty(clients)
    clients.s3.create_bucket(Bucket="results")
    return clients


@pytest.fixture(scope="session")
def service(clients: AwsClients) -> Iterator[tuple[LocalAthena, StandIn, Any]]:
    engine = StandIn()
    local_athena = LocalAthena(lambda identity: clients, lambda identity, aws: engine)
    server = Server(local_athena, 0)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield local_athena, engine, client("athena", server.url)
    server.shutdown()
    thread.join()
    server.server_close()
    local_athena.close()


@pytest.fixture
def athena(service: tuple[LocalAthena, StandIn, Any], aws: AwsClients) -> Any:
    local_athena, engine, athena = service
    local_athena.reset()
    engine.executed.clear()
    engine.contexts.clear()
    return athena


@pytest.fixture
def engine(service: tuple[LocalAthena, StandIn, Any]) -> StandIn:
    return service[1]


@pytest.fixture
def run(athena: Any) -> Run:
    return functools.partial(run_sql, athena)
