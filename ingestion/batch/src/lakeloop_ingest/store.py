"""The raw zone as a run writes it: a bucket, or a folder of this machine's in the same layout."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import boto3
from botocore.exceptions import ClientError

MISSING = ("404", "NoSuchKey")


class Exists(Exception):
    """An object that is there already, where a new one was to be."""


class Store(Protocol):
    """A place for objects by key. Each method does all of its work or nothing."""

    @property
    def name(self) -> str:
        """The place, for people."""

    def keys(self, prefix: str) -> Iterator[tuple[str, datetime]]:
        """The keys under *prefix*, sorted, each with when it was written (aware)."""

    def read(self, key: str) -> bytes:
        """The object's content."""

    def create(self, key: str, content: bytes) -> None:
        """A new object. Raises ``Exists`` if there is one."""

    def send(self, file: Path, key: str) -> None:
        """The *file* as an object, in place of what is there."""

    def move(self, source: str, target: str) -> bool:
        """*source* as *target*, in place of what is there; False if there is no *source*."""

    def delete(self, key: str) -> None:
        """No object there, whether there was one or not."""


class Bucket:
    """A bucket of S3."""

    def __init__(self, bucket: str) -> None:
        self._bucket = bucket
        self._s3: Any = boto3.client("s3")

    @property
    def name(self) -> str:
        return f"s3://{self._bucket}"

    def keys(self, prefix: str) -> Iterator[tuple[str, datetime]]:
        for page in self._s3.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=prefix):
            for entry in page.get("Contents", ()):
                yield entry["Key"], entry["LastModified"]

    def read(self, key: str) -> bytes:
        content: bytes = self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read()
        return content

    def create(self, key: str, content: bytes) -> None:
        # https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
        try:
            self._s3.put_object(Bucket=self._bucket, Key=key, Body=content, IfNoneMatch="*")
        except ClientError as error:
            if error.response["Error"]["Code"] in ("PreconditionFailed", "ConditionalRequestConflict"):
                raise Exists(key) from error
            raise

    def send(self, file: Path, key: str) -> None:
        self._s3.upload_file(str(file), self._bucket, key)

    def move(self, source: str, target: str) -> bool:
        try:
            self._s3.copy({"Bucket": self._bucket, "Key": source}, self._bucket, target)
        except ClientError as error:
            if error.response["Error"]["Code"] in MISSING:
                return False
            raise
        self.delete(source)
        return True

    def delete(self, key: str) -> None:
        self._s3.delete_object(Bucket=self._bucket, Key=key)


class Folder:
    """A folder. A file is written under a hidden name and gets its own when it is whole."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def name(self) -> str:
        return str(self._folder)

    def keys(self, prefix: str) -> Iterator[tuple[str, datetime]]:
        files = (file for file in self._folder.rglob("*") if file.is_file() and not file.name.startswith("."))
        for key, file in sorted((file.relative_to(self._folder).as_posix(), file) for file in files):
            if key.startswith(prefix):
                yield key, datetime.fromtimestamp(file.stat().st_mtime, UTC)

    def read(self, key: str) -> bytes:
        return (self._folder / key).read_bytes()

    def create(self, key: str, content: bytes) -> None:
        target, aside = self._aside(key)
        aside.write_bytes(content)
        try:
            os.link(aside, target)
        except FileExistsError as error:
            raise Exists(key) from error
        finally:
            aside.unlink()

    def send(self, file: Path, key: str) -> None:
        target, aside = self._aside(key)
        shutil.copyfile(file, aside)
        aside.replace(target)

    def move(self, source: str, target: str) -> bool:
        place, aside = self._aside(target)
        aside.unlink()
        try:
            (self._folder / source).replace(place)
        except FileNotFoundError:
            return False
        return True

    def delete(self, key: str) -> None:
        (self._folder / key).unlink(missing_ok=True)

    def _aside(self, key: str) -> tuple[Path, Path]:
        """The place of *key*, in a folder that is there, and an empty file beside it."""
        target = self._folder / key
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".", dir=target.parent)
        os.close(handle)
        aside = Path(name)
        aside.chmod(0o644)
        return target, aside
