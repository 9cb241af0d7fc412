"""AWS clients, one of each for all invocations of an execution environment."""

from __future__ import annotations

from functools import cache
from typing import Any

import boto3
from botocore.config import Config

# A commit is one UpdateTable on condition of the version that was read. Where the answer was lost, boto3 would send it again and be
# told of a conflict with itself, and PyIceberg would delete the files of a commit that stands. So nothing is sent twice: the
# writer reads the table again and sees what became of it.
_ONCE = Config(retries={"mode": "standard", "total_max_attempts": 1}, connect_timeout=5, read_timeout=30)

ABSENT = {"404", "NoSuchKey", "NotFound"}
"""S3's codes for an object that is not there."""


@cache
def client(service: str) -> Any:
    """The client of *service*."""
    sdk: Any = boto3  # whose types know each service by a literal alone
    return sdk.client(service, config=_ONCE if service == "glue" else None)
