"""JSON objects in the artifacts bucket, with S3's conditional writes.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from boto3.exceptions import Boto3Error
from botocore.exceptions import BotoCoreError, ClientError

from dbt_runner import errors
from dbt_runner.storage import client

# 412: the condition does not hold. 409: another conditional write was under way; 404: the object of If-Match is gone.
_CONFLICTS = {"PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey", "412", "409", "404"}


class Conflict(Exception):
    """The object is not what the writer takes it for: somebody else has written it."""


@dataclass(frozen=True)
class Stored:
    """An object's content, and the ETag that names this state of it."""

    content: Any
    etag: str


class Store:
    """The artifacts bucket. Every method raises ``TerminalError`` or ``TransientError`` when the bucket refuses."""

    def __init__(self, bucket: str) -> None:
        self.bucket = bucket
        self._s3 = client.s3()

    def get(self, key: str) -> Stored | None:
        """The object, or None if there is none."""
        try:
            answer = self._s3.get_object(Bucket=self.bucket, Key=key)
            return Stored(json.loads(answer["Body"].read()), answer["ETag"])
        except (BotoCoreError, ClientError) as error:
            if isinstance(error, ClientError) and error.response["Error"]["Code"] in ("NoSuchKey", "404"):
                return None
            raise self._refused("read", key, error) from None

    def put(self, key: str, content: Any) -> None:
        """Write the object, whatever is there."""
        self._put(key, content, {})

    def create(self, key: str, content: Any) -> str:
        """Write an object that must not be there yet; its ETag. Raises ``Conflict`` if it is."""
        return self._put(key, content, {"IfNoneMatch": "*"})

    def replace(self, key: str, content: Any, etag: str) -> str:
        """Write over the state *etag* of an object; the new ETag. Raises ``Conflict`` if it is in another."""
        return self._put(key, content, {"IfMatch": etag})

    def keys(self, prefix: str) -> list[str]:
        """The keys that begin with *prefix*."""
        try:
            pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=prefix)
            return [entry["Key"] for page in pages for entry in page.get("Contents", [])]
        except (BotoCoreError, ClientError) as error:
            raise self._refused("list", prefix, error) from None

    def fetch(self, key: str, file: Path) -> None:
        """Bring an object of any size into *file*."""
        try:
            self._s3.download_file(self.bucket, key, str(file))
        except (Boto3Error, BotoCoreError, ClientError) as error:
            raise self._refused("read", key, error) from None

    def copy(self, source: str, key: str) -> None:
        """Write the object *source* again under another key; it does not leave S3."""
        try:
            self._s3.copy({"Bucket": self.bucket, "Key": source}, self.bucket, key)
        except (Boto3Error, BotoCoreError, ClientError) as error:
            raise self._refused("copy", f"{source} to {key}", error) from None

    def _put(self, key: str, content: Any, condition: dict[str, str]) -> str:
        body = json.dumps(content, default=str).encode()
        try:
            answer = self._s3.put_object(
                Bucket=self.bucket, Key=key, Body=body, ContentType="application/json", **condition
            )
        except (BotoCoreError, ClientError) as error:
            if condition and isinstance(error, ClientError) and error.response["Error"]["Code"] in _CONFLICTS:
                raise Conflict(key) from None
            raise self._refused("write", key, error) from None
        return str(answer["ETag"])

    def _refused(self, doing: str, key: str, error: BaseException) -> errors.RunnerError:
        return errors.from_exception(f"Cannot {doing} s3://{self.bucket}/{key}", error)
