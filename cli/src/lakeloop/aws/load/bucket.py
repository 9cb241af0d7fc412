"""A folder's files brought into a bucket: what is there with the same bytes is not sent again.

Each file goes up in one request with its SHA-256, which S3 compares with what arrives and keeps; an object therefore exists
whole or not at all, and a load that was interrupted goes on where it stopped.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from lakeloop.aws.load.sent import Sent, state_of
from lakeloop.errors import UserError

LARGEST = 5 * 1024**3
"""Bytes that one request may send: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html"""
CONNECTIONS = 8


@dataclass
class Loaded:
    """Result of an upload: counts of files, and the keys in the bucket that no file has."""

    sent: int = 0
    sent_bytes: int = 0
    unchanged: int = 0
    elsewhere: list[str] = field(default_factory=list)


def upload(
    s3: Any,
    bucket: str,
    files: Mapping[str, Path],
    prefixes: Iterable[str],
    on_file: Callable[[int], None],
    sent: Sent | None = None,
) -> Loaded:
    """Bring *files* (key -> file) into *bucket*; calls ``on_file(bytes)`` after each.

    Args:
        prefixes: where to look for objects that are not among the files. They are reported, never removed.
        sent: what earlier loads have seen there.

    Raises:
        UserError: a file over S3's limit, or a bucket that is not there or may not be written.
    """
    if too_large := [str(file) for file in files.values() if file.stat().st_size > LARGEST]:
        raise UserError(
            f"Over 5 GiB, which is more than S3 takes at once: {', '.join(too_large)}. Split the day's file."
        )
    sent = sent or Sent()
    try:
        there = {one["Key"]: one for prefix in prefixes for one in _objects(s3, bucket, prefix)}
        loaded = Loaded(elsewhere=sorted(there.keys() - files.keys()))
        with ThreadPoolExecutor(CONNECTIONS) as pool:
            runs = [pool.submit(_bring, s3, bucket, key, file, there.get(key), sent) for key, file in files.items()]
            try:
                for run in as_completed(runs):
                    size, was_sent = run.result()
                    loaded.sent += was_sent
                    loaded.sent_bytes += size if was_sent else 0
                    loaded.unchanged += not was_sent
                    on_file(size)
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise
    except ClientError as error:
        raise UserError(_explained(bucket, error)) from error
    finally:
        sent.keep()
    return loaded


def keys(s3: Any, bucket: str, prefixes: Iterable[str]) -> set[str]:
    """The keys under *prefixes*. Raises ``UserError`` as ``upload`` does."""
    try:
        return {one["Key"] for prefix in prefixes for one in _objects(s3, bucket, prefix)}
    except ClientError as error:
        raise UserError(_explained(bucket, error)) from error


def _objects(s3: Any, bucket: str, prefix: str) -> Iterable[dict[str, Any]]:
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        yield from page.get("Contents", [])


def _bring(s3: Any, bucket: str, key: str, file: Path, there: Mapping[str, Any] | None, sent: Sent) -> tuple[int, bool]:
    state = state_of(file)
    size = state[0]
    if there and size == there["Size"]:
        if sent.has(key, state, there["ETag"]):
            return size, False
        head = s3.head_object(Bucket=bucket, Key=key, ChecksumMode="ENABLED")
        if head.get("ChecksumSHA256") == _sha256(file):
            sent.note(key, state, head["ETag"])
            return size, False
    checksum = _sha256(file)
    with file.open("rb") as body:
        put = s3.put_object(Bucket=bucket, Key=key, Body=body, ChecksumSHA256=checksum)
    sent.note(key, state, put["ETag"])
    return size, True


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return base64.b64encode(hashlib.file_digest(stream, "sha256").digest()).decode()


def _explained(bucket: str, error: ClientError) -> str:
    code, operation = error.response["Error"].get("Code"), error.operation_name
    if code == "NoSuchBucket":
        return f"The bucket {bucket} does not exist, though Terraform's state names it. `just tf-apply` makes it again."
    if code in ("AccessDenied", "403"):
        return f"These credentials may not {operation} in the bucket {bucket}. Use ones that may read and write it."
    return f"S3 refuses {operation} in {bucket}: {error.response['Error'].get('Message', code)}"
