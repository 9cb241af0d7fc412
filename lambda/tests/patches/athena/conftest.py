"""An Athena of fixed answering time, and a cursor of the patched adapter on it."""

from __future__ import annotations

from collections import Counter

import botocore.session
import pytest
from dbt.adapters.athena import connections
from dbt.adapters.athena.connections import AthenaCredentials
from dbt_runner.patches import athena

from bench.fixed_athena import REGION, running


@pytest.fixture(scope="module")
def shared():
    with running(seconds=0.2) as endpoint:
        yield endpoint


@pytest.fixture
def endpoint(shared, monkeypatch):
    """An Athena that takes 0.2 s for a query; this process's clients go there."""
    for name, value in {**shared.environment, "DBT_THREADS": "4"}.items():
        monkeypatch.setenv(name, value)
    shared.reset()
    athena.forget()
    return shared


@pytest.fixture
def credentials():
    return AthenaCredentials(
        database="awsdatacatalog",
        schema="bench",
        region_name=REGION,
        s3_staging_dir="s3://results/",
        work_group="primary",
    )


@pytest.fixture
def cursor(endpoint, credentials):
    with athena.applied():
        yield connections.AthenaConnection(credentials).connect().cursor()


@pytest.fixture
def made(monkeypatch):
    """How many clients botocore has made, by service."""
    counts: Counter[str] = Counter()
    create = botocore.session.Session.create_client

    def counted(session, service_name, *positional, **given):
        counts[service_name] += 1
        return create(session, service_name, *positional, **given)

    monkeypatch.setattr(botocore.session.Session, "create_client", counted)
    return counts
