"""An AWS inside the test's own process (moto), empty at the start of every test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from moto import mock_aws
from moto.glue.models import glue_backends
from moto.moto_api._internal.models import moto_api_backend
from moto.s3.models import s3_backends

from local_athena.storage import AwsClients


@pytest.fixture(scope="package")
def clients() -> Iterator[AwsClients]:
    """Made once, because boto3 takes long to make clients."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MOTO_ACCOUNT_ID", "000000000000")
        with mock_aws(config={"core": {"service_whitelist": None}}):  # type: ignore[typeddict-item]
            yield AwsClients.connect(access_key="test", secret_key="test")


@pytest.fixture
def aws(clients: AwsClients) -> AwsClients:
    moto_api_backend.reset()
    for backends in (glue_backends, s3_backends):
        backends.clear()
    clients.s3.create_bucket(Bucket="lake")
    return clients
