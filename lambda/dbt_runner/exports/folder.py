"""The folder of one version of an export, and the pointer to it."""

from __future__ import annotations

import json
from typing import Any

from boto3.exceptions import Boto3Error
from botocore.exceptions import BotoCoreError, ClientError

from dbt_runner import errors
from dbt_runner.storage import client

ROOT = "exports/"
_MANIFEST = "manifest.json"
_POINTER = "latest.json"
_AT_ONCE = 1000
"""https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html"""


class Folder:
    """``exports/<name>/<version>/`` in *bucket*. Its methods raise ``TerminalError`` or ``TransientError`` when S3 refuses."""

    def __init__(self, bucket: str, name: str, version: str) -> None:
        self._bucket, self.version = bucket, version
        self._export = f"{ROOT}{name}/"
        self._prefix = f"{self._export}{version}/"
        self._s3 = client.s3()

    def uri(self, path: str) -> str:
        """The S3 URI of *path* in the folder."""
        return f"s3://{self._bucket}/{self._prefix}{path}"

    def take(self, result: str, path: str) -> None:
        """Copy the object *result*, an S3 URI, to *path*; it does not leave S3."""
        source, _, key = result.removeprefix("s3://").partition("/")
        try:
            self._s3.copy({"Bucket": source, "Key": key}, self._bucket, self._prefix + path)
        except (Boto3Error, BotoCoreError, ClientError) as error:
            raise errors.from_exception(f"Cannot copy {result} to {self.uri(path)}", error) from None

    def files(self) -> list[dict[str, Any]]:
        """The files that lie in it: ``uri`` and ``bytes``, in the order of their names."""
        return [{"uri": f"s3://{self._bucket}/{key}", "bytes": size} for key, size in self._list(self._prefix)]

    def publish(self, about: dict[str, Any]) -> str:
        """Write the list of files, then the pointer; from now on this version is the latest. The URI of the list."""
        body = json.dumps(about, indent=1).encode()
        for key in (self._prefix + _MANIFEST, self._export + _POINTER):
            try:
                self._s3.put_object(Bucket=self._bucket, Key=key, Body=body, ContentType="application/json")
            except (BotoCoreError, ClientError) as error:
                raise errors.from_exception(f"Cannot write s3://{self._bucket}/{key}", error) from None
        return self.uri(_MANIFEST)

    def forget(self, kept: int) -> None:
        """Remove all versions but this one and those before it, *kept* together; what killed invocations left goes with them."""
        keys = [key for key, _ in self._list(self._export) if key != self._export + _POINTER]
        others = sorted({key.removeprefix(self._export).split("/")[0] for key in keys} - {self.version})
        leaving = set(others[: max(len(others) - kept + 1, 0)])
        old = [key for key in keys if key.removeprefix(self._export).split("/")[0] in leaving]
        try:
            for start in range(0, len(old), _AT_ONCE):
                names = [{"Key": key} for key in old[start : start + _AT_ONCE]]
                self._s3.delete_objects(Bucket=self._bucket, Delete={"Objects": names, "Quiet": True})
        except (BotoCoreError, ClientError) as error:
            raise errors.from_exception(f"Cannot remove old versions under {self._export}", error) from None

    def _list(self, prefix: str) -> list[tuple[str, int]]:
        try:
            pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=prefix)
            return sorted((one["Key"], one["Size"]) for page in pages for one in page.get("Contents", ()))
        except (BotoCoreError, ClientError) as error:
            raise errors.from_exception(f"Cannot list s3://{self._bucket}/{prefix}", error) from None
