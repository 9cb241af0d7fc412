"""Jobs and runs as the runner knows them, and Glue's errors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol


class GlueError(Exception):
    """An error of the service's API: its code and its message."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


class JobFailed(Exception):
    """A run that cannot go on; the message is the run's ErrorMessage."""


@dataclass(frozen=True)
class Work:
    """One attempt at a job, with everything that its process needs."""

    id: str
    script: str
    """Address in S3."""
    arguments: Sequence[str]
    """``sys.argv`` behind the script."""
    seconds: float
    """How long it may take."""
    variables: Mapping[str, str]
    """Credentials of the job's role, the endpoint, the region."""
    spark: bool
    buckets: Sequence[str] = ()
    """Buckets that Spark reaches as ``s3://``."""
    modules: Sequence[str] = ()
    """Addresses of Python files and archives for the path."""
    files: Sequence[str] = ()
    """Addresses of files for the working directory."""
    awsglue: bool = True
    """Whether the script finds ``awsglue``."""
    settings: Mapping[str, str] = field(default_factory=dict)
    """Spark's, beside the runner's own."""


@dataclass(frozen=True)
class Outcome:
    """The end of an attempt: SUCCEEDED, FAILED, TIMEOUT or STOPPED, and the message of one that failed."""

    state: str
    message: str = ""


class Place(Protocol):
    """Things that the runner has from its service, all with the job's role."""

    def fetch(self, address: str) -> bytes:
        """The object at ``s3://bucket/key``. Raises ``JobFailed``."""

    def log(self, stream: str, lines: Sequence[str]) -> None:
        """Keep lines of ``output`` or ``error``."""

    def running(self) -> None:
        """Hear that the script has begun."""
