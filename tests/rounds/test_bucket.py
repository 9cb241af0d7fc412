"""An artifacts bucket that cannot be used stops a run before anything runs."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError
from dbt_runner import errors


@pytest.mark.parametrize("command", [["build"], ["ls"]])
def test_a_bucket_that_is_not_there(small, command):
    small.variables["ARTIFACTS_BUCKET"] = "no-such-bucket"
    with pytest.raises(errors.TerminalError, match=r"s3://no-such-bucket/runs/.*NoSuchBucket.*apply Terraform again"):
        small.invoke(command=command)
    assert not small.queries()


def test_a_bucket_that_may_not_be_written(small, monkeypatch):
    """The emulator lets everybody write: the refusal is put into the client's mouth, as S3 words it."""
    call = BaseClient._make_api_call

    def denied(client: Any, operation: str, parameters: dict[str, Any]) -> Any:
        if operation == "PutObject" and parameters["Bucket"] == small.bucket:
            raise ClientError({"Error": {"Code": "AccessDenied", "Message": "Access Denied"}}, operation)
        return call(client, operation, parameters)

    monkeypatch.setattr(BaseClient, "_make_api_call", denied)
    for command in (["build"], ["ls"]):
        with pytest.raises(
            errors.TerminalError, match=rf"Cannot write s3://{small.bucket}/.*Allow it to the function's role"
        ):
            small.invoke(command=command)
    assert not small.queries()
    assert not small.artifacts("")
