"""Records of changes, and pointers in the place of those that are too large for the transport."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from lakeloop_changes import Change, Pointer, partition_key

from lakeloop_capture.errors import CaptureFailed, CaptureRefused
from lakeloop_capture.transport import Record


class Packer:
    """Makes records of changes; bodies of more than *limit* bytes go to *folder* (``s3://BUCKET/FOLDER/``), if there is one."""

    def __init__(self, limit: int, folder: str | None, client: Callable[[], Any] = lambda: boto3.client("s3")) -> None:
        self._limit = limit
        self._folder = folder
        self._client = client

    def record(self, change: Change) -> Record:
        """The record of *change*.

        Raises:
            CaptureRefused: it is too large, and there is no folder.
            CaptureFailed: its body cannot be stored.
        """
        key = partition_key(change)
        table = f"{change.schema}.{change.table}"
        data = change.encode()
        if len(data) + len(key.encode()) > self._limit:
            data = self._stored(change, data).encode()
        return Record(table, key, data, snapshot=change.op in ("r", "s"))

    def _stored(self, change: Change, data: bytes) -> Pointer:
        table = f"{change.schema}.{change.table}"
        if self._folder is None:
            raise CaptureRefused(
                f"A change of {table} (key {change.key}) is a record of {len(data)} bytes, and the stream takes {self._limit}: "
                "give such records a folder, CAPTURE_BODIES=s3://BUCKET/FOLDER/."
            )
        bucket, _, folder = self._folder.removeprefix("s3://").partition("/")
        digest = hashlib.sha256(data).hexdigest()
        # By its content: sent again, it is the same object.
        name = f"{folder}{change.schema}_{change.table}/{digest}.json"
        try:
            self._client().put_object(Bucket=bucket, Key=name, Body=data)
        except (ClientError, BotoCoreError) as error:
            raise CaptureFailed(f"s3://{bucket}/{name}, a change too large for the stream: {error}") from error
        return Pointer(f"s3://{bucket}/{name}", digest)
