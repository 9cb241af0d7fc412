"""JSON objects in the artifacts bucket, with S3's conditional writes.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import batched
from typing import Any

from gate import errors
from gate.clients import client

# https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html
_AT_ONCE = 1000


class Conflict(Exception):
    """The object is not what the writer takes it for: somebody else has written it."""


@dataclass(frozen=True)
class Stored:
    """An object's content, and the ETag that names this state of it."""

    content: Any
    etag: str


@dataclass(frozen=True)
class Entry:
    """An object in a listing."""

    key: str
    written: datetime


class Store:
    """The artifacts bucket."""

    def __init__(self, bucket: str) -> None:
        self.bucket = bucket
        self._s3 = client("s3")

    def get(self, key: str) -> Stored | None:
        """The object, or None if there is none."""
        try:
            answer = self._s3.get_object(Bucket=self.bucket, Key=key)
        except errors.AWS as error:
            if errors.is_absent(error):
                return None
            raise
        return Stored(json.loads(answer["Body"].read()), answer["ETag"])

    def put(self, key: str, content: Any) -> None:
        """Write the object, whatever is there."""
        self._put(key, content, {})

    def create(self, key: str, content: Any) -> None:
        """Write an object that must not be there yet. Raises ``Conflict`` if it is."""
        self._put(key, content, {"IfNoneMatch": "*"})

    def replace(self, key: str, content: Any, etag: str | None) -> str:
        """Write over the state *etag* of an object, None for no object; the new ETag. Raises ``Conflict`` if it is in another."""
        return self._put(key, content, {"IfNoneMatch": "*"} if etag is None else {"IfMatch": etag})

    def entries(self, prefix: str) -> list[Entry]:
        """The objects whose keys begin with *prefix*."""
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=prefix)
        return [Entry(one["Key"], one["LastModified"]) for page in pages for one in page.get("Contents", ())]

    def delete(self, keys: Iterable[str]) -> None:
        """Remove the objects; those that are not there are no error."""
        for some in batched(keys, _AT_ONCE):
            answer = self._s3.delete_objects(
                Bucket=self.bucket, Delete={"Objects": [{"Key": key} for key in some], "Quiet": True}
            )
            if failed := answer.get("Errors"):
                raise errors.TransientError(f"{failed[0]['Key']} could not be deleted: {failed[0].get('Code')}")

    def _put(self, key: str, content: Any, condition: dict[str, str]) -> str:
        body = json.dumps(content).encode()
        try:
            answer = self._s3.put_object(
                Bucket=self.bucket, Key=key, Body=body, ContentType="application/json", **condition
            )
        except errors.AWS as error:
            if condition and errors.is_conflict(error):
                raise Conflict(key) from None
            raise
        return str(answer["ETag"])
