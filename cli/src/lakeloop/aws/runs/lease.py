"""The lease on an environment (``lambda/dbt_runner/rounds/lease.py``), as others than its holder read it."""

from __future__ import annotations

import json
import time
from typing import Any

from botocore.exceptions import ClientError

from lakeloop.errors import UserError


def read(s3: Any, bucket: str, environment: str) -> dict[str, Any]:
    """The lease, as its holder writes it with each sign of life; empty before the first.

    Raises:
        UserError: the bucket does not tell.
        ClientError: the credentials are no longer valid.
    """
    try:
        body = s3.get_object(Bucket=bucket, Key=f"leases/{environment}.json")["Body"].read()
    except ClientError as error:
        code = error.response["Error"].get("Code")
        if code in ("NoSuchKey", "404"):
            return {}
        if code in ("AccessDenied", "NoSuchBucket"):
            raise UserError(f"The lease of {environment} cannot be read from {bucket}: {error}") from error
        raise
    lease: dict[str, Any] = json.loads(body)
    return lease


def version_at_work(s3: Any, bucket: str, environment: str) -> str:
    """The function's version whose run has the environment; empty if none has."""
    lease = read(s3, bucket, environment)
    return str(lease.get("version", "")) if lease and lease["expires_at"] > time.time() else ""
