"""S3 URIs and what is known of an object before it is read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from local_athena.errors import AthenaError


@dataclass(frozen=True)
class S3Object:
    """One version of an object. ``size`` is in bytes; ``etag`` is opaque and names the content; ``archived`` says that a listing
    had it in a class that is not read at once.
    """

    uri: str
    size: int
    etag: str
    modified: datetime | None = None
    archived: bool = False

    @property
    def name(self) -> str:
        """The last part of the key."""
        return self.uri.rsplit("/", 1)[-1]


def split_uri(uri: str) -> tuple[str, str]:
    """``s3://bucket/a/b`` as ``("bucket", "a/b")``. The schemes ``s3a`` and ``s3n`` mean the same."""
    scheme, separator, rest = uri.partition("://")
    bucket, _, key = rest.partition("/")
    if not separator or scheme.lower() not in ("s3", "s3a", "s3n") or not bucket:
        raise AthenaError("INVALID_TABLE_PROPERTY", f"'{uri}' is not an S3 location such as s3://bucket/path/")
    return bucket, key


def join_uri(prefix: str, *parts: str) -> str:
    """*parts* under *prefix*, with one slash between each."""
    return "/".join([prefix.rstrip("/"), *(part.strip("/") for part in parts)])
