"""AWS clients, one of each for all invocations of an execution environment."""

from __future__ import annotations

from functools import cache
from typing import Any

import boto3


@cache
def client(service: str) -> Any:
    """The client of *service*."""
    sdk: Any = boto3  # whose types know each service by a literal alone
    return sdk.client(service)
