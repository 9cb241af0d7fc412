"""AWS's clients, each made once in a process, and their refusals as the function's own exceptions."""

from __future__ import annotations

from functools import cache
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from alert.errors import AlertError, TerminalError, TransientError

# Codes of refusals that no repetition changes: https://docs.aws.amazon.com/sns/latest/api/CommonErrors.html and those of S3 and SSM
_TERMINAL = ("AccessDenied", "Authorization", "NotFound", "NoSuch", "Invalid", "Validation", "KMS")


@cache
def client(service: str) -> Any:
    """The client of *service*, which waits for nobody long."""
    # S3's addresses of another version are refused in the newer regions.
    version = "s3v4" if service == "s3" else "v4"
    make: Any = boto3.client
    return make(
        service,
        config=Config(connect_timeout=3, read_timeout=10, retries={"max_attempts": 3}, signature_version=version),
    )


def refused(what: str, error: Exception) -> AlertError:
    """*error*, that kept *what* from being done, as terminal or transient."""
    message = f"{what}: {error}"
    code = str(error.response["Error"].get("Code", "")) if isinstance(error, ClientError) else ""
    if any(word in code for word in _TERMINAL):
        return TerminalError(f"{message}. Allow or mend it in terraform/modules/alerts, then apply.")
    return TransientError(message)
