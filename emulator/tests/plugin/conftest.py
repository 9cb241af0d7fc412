"""One LocalStack with the plug-ins for all tests, started as `just up` starts it. Tests keep apart by names of their own."""

from __future__ import annotations

import functools
import json
import os
import socket
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.asking import Run, client, run_sql

from lakeloop_emulator import host
from lakeloop_emulator.settings import RUNTIMES, Settings, client_environment
from local_glue import environments


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    settings = Settings(port=free_port(), state=Path(tmp_path_factory.mktemp("emulator")))
    host.up(settings)
    yield settings
    host.down(settings)


@pytest.fixture(scope="session")
def aws_environment(emulator: Settings) -> Iterator[dict[str, str]]:
    """The exports of `just env` in this process, and nothing else of AWS's."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            patch.delenv(name)
        exports = client_environment(emulator)
        for name, value in exports.items():
            patch.setenv(name, value)
        yield exports


@pytest.fixture(scope="session")
def glue(emulator: Settings) -> Any:
    return client("glue", emulator.url)


@pytest.fixture(scope="session")
def s3(emulator: Settings) -> Any:
    s3 = client("s3", emulator.url)
    s3.create_bucket(Bucket="results")
    s3.create_bucket(Bucket="lake")
    return s3


@pytest.fixture(scope="session")
def athena(emulator: Settings, s3: Any) -> Any:
    return client("athena", emulator.url)


@pytest.fixture(scope="session")
def role(emulator: Settings) -> str:
    """The role of jobs and crawlers, which may do everything as long as nothing is enforced."""
    trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}]}
    made = client("iam", emulator.url).create_role(RoleName="glue-job", AssumeRolePolicyDocument=json.dumps(trust))
    return str(made["Role"]["Arn"])


@pytest.fixture(scope="session")
def spark() -> None:
    """Spark's packages are there before a run is waited for: on first use they are 300 MB to fetch."""
    environments.provide(RUNTIMES, spark=True)


@pytest.fixture
def run(athena: Any) -> Run:
    return functools.partial(run_sql, athena)


@pytest.fixture
def database(glue: Any) -> str:
    name = f"d{uuid.uuid4().hex[:12]}"
    glue.create_database(DatabaseInput={"Name": name})
    return name


@pytest.fixture
def table(run: Run, database: str) -> str:
    """A Hive table of two rows with a NULL in every column but the first."""
    execution = run(
        f"create table {database}.t with (external_location = 's3://lake/{database}/t/', format = 'parquet') as "
        "select 1 as id, 'a' as name, 1.5e0 as price, date '2024-07-05' as day, timestamp '2024-07-05 01:02:03.456' as at "
        "union all select 2, null, null, null, null"
    )
    assert execution["Status"]["State"] == "SUCCEEDED", execution["Status"]
    return f"{database}.t"
