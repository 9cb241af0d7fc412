"""An AWS inside the test's own process (moto), empty at the start of every test."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from moto import mock_aws
from moto.glue.models import glue_backends
from moto.moto_api._internal.models import moto_api_backend
from moto.s3.models import s3_backends

from local_athena import loopback
from local_athena.storage import AwsClients, Storage

BUCKET = "lake"

os.environ.update(loopback.direct(os.environ))

# No test asserts a time: the machine may be busy with something else.
settings.register_profile("untimed", deadline=None)
# Other values in every run, also where CI is set.
settings.register_profile("long", max_examples=40_000, deadline=None, derandomize=False)
settings.register_profile("fuzz", deadline=None, max_examples=10_000, derandomize=False)
settings.load_profile("untimed")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--kills", type=int, default=2, help="kills of each kind of write in test_kills.py; 6 are 54 in all"
    )


@pytest.fixture(scope="session")
def mocked_aws() -> Iterator[AwsClients]:
    """Made once, because boto3 takes long to make clients."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MOTO_ACCOUNT_ID", "000000000000")
        with mock_aws(config={"core": {"service_whitelist": None}}):  # type: ignore[typeddict-item]
            yield AwsClients.connect(access_key="test", secret_key="test")


def empty(aws: AwsClients) -> None:
    """Take away what is there through the API: now and then Glue and S3 answer from other backends than those that were reset."""
    for database in aws.glue.get_databases()["DatabaseList"]:
        aws.glue.delete_database(Name=database["Name"])
    for bucket in aws.s3.list_buckets()["Buckets"]:
        found = aws.s3.list_object_versions(Bucket=bucket["Name"])
        while objects := [*found.get("Versions", []), *found.get("DeleteMarkers", [])]:
            for one in objects:
                aws.s3.delete_object(Bucket=bucket["Name"], Key=one["Key"], VersionId=one["VersionId"])
            found = aws.s3.list_object_versions(Bucket=bucket["Name"])
        aws.s3.delete_bucket(Bucket=bucket["Name"])


@pytest.fixture(scope="session")
def emptied_aws(mocked_aws: AwsClients) -> Callable[[], AwsClients]:
    """Empties it, for fixtures that serve more than one test."""

    def emptied() -> AwsClients:
        moto_api_backend.reset()
        # It forgets the services that it has listed; once in some twenty runs of the suite, Glue was not among them.
        for backends in (glue_backends, s3_backends):
            backends.clear()
        empty(mocked_aws)
        mocked_aws.s3.create_bucket(Bucket=BUCKET)
        return mocked_aws

    return emptied


@pytest.fixture
def aws(emptied_aws: Callable[[], AwsClients]) -> AwsClients:
    return emptied_aws()


@pytest.fixture
def storage(aws: AwsClients, tmp_path: Path) -> Storage:
    return Storage(aws.s3, tmp_path / "cache")
