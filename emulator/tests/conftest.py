"""An AWS inside the test's own process (moto), empty at the start of every test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from moto import mock_aws

from local_athena.storage import AwsClients, Storage

BUCKET = "lake"


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[AwsClients]:
    monkeypatch.setenv("MOTO_ACCOUNT_ID", "000000000000")
    with mock_aws(config={"core": {"service_whitelist": None}}):  # type: ignore[typeddict-item]
        clients = AwsClients.connect(access_key="test", secret_key="test")
        clients.s3.create_bucket(Bucket=BUCKET)
        yield clients


@pytest.fixture
def storage(aws: AwsClients, tmp_path: Path) -> Storage:
    return Storage(aws.s3, tmp_path / "cache")
