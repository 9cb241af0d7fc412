"""The S3 client of the artifacts bucket, made once in a process: making one takes longer than most of what is asked of it."""

from __future__ import annotations

import os
from functools import lru_cache
from typing import Any

import boto3
from botocore.config import Config

# As many connections as dbt may have threads that write down their results at once.
_CONNECTIONS = 32


def s3() -> Any:
    """The client, as long as the AWS settings of the environment are the same; safe for threads."""
    return _made(tuple(sorted((name, value) for name, value in os.environ.items() if name.startswith("AWS_"))))


def forget() -> None:
    """Make the client anew when it is next asked for: neither its connections nor its credentials outlive a snapshot."""
    _made.cache_clear()


@lru_cache(maxsize=1)
def _made(_variables: tuple[tuple[str, str], ...]) -> Any:
    return boto3.client("s3", config=Config(max_pool_connections=_CONNECTIONS))
