"""The hooks that Lambda's runtime calls around a snapshot: https://docs.aws.amazon.com/lambda/latest/dg/snapstart-runtime-hooks-python.html"""

import random
import uuid
from types import SimpleNamespace

import boto3
import pytest
import snapshot_restore_py
from awslambdaric import lambda_runtime_hooks_runner
from dbt_common import invocation
from dbt_runner.patches.athena import clients
from dbt_runner.start import snapshot
from dbt_runner.storage import client


@pytest.fixture
def registered(monkeypatch):
    for registry in ("_before_snapshot_registry", "_after_restore_registry"):
        monkeypatch.setattr(snapshot_restore_py, registry, [])
    snapshot.register()


@pytest.fixture
def credentials():
    """As dbt has them of a profile without any: they come from the environment."""
    names = (*clients._PLACE, "aws_profile_name", "assume_role_arn")
    return SimpleNamespace(**{**dict.fromkeys(names), "region_name": "eu-central-1"})


def test_no_client_and_no_credentials_are_in_the_snapshot(registered, credentials, monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    boto3.setup_default_session(region_name="eu-central-1")
    before, artifacts = clients.session(credentials), client.s3()
    assert (clients.session(credentials), client.s3()) == (before, artifacts)
    lambda_runtime_hooks_runner.run_before_snapshot()
    assert clients._kept is None
    assert boto3.DEFAULT_SESSION is None
    lambda_runtime_hooks_runner.run_after_restore()
    assert clients.session(credentials) is not before
    assert client.s3() is not artifacts


def test_two_environments_of_one_snapshot_differ(registered):
    frozen = random.getstate()
    drawn = []
    for _ in range(2):
        random.setstate(frozen)  # both are restored with the state of the snapshot
        lambda_runtime_hooks_runner.run_after_restore()
        drawn.append((random.random(), invocation.get_invocation_id(), str(uuid.uuid4())))
    assert all(first != second for first, second in zip(*drawn, strict=True))


def test_elsewhere_there_is_nothing_to_register_with(monkeypatch):
    monkeypatch.setattr(snapshot, "hooks", None)
    snapshot.register()
