"""Files in the folders of raw tables, new ones by the time at which they came."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import boto3

from lakeloop_dagster.days import day_of
from lakeloop_dagster.given import Given


@dataclass(frozen=True)
class File:
    """A file of the raw table ``source`` (``shop.orders``); ``day`` is its folder's, None if it is of none."""

    key: str
    source: str
    day: date | None
    came: datetime


def files(given: Given) -> list[File]:
    """The files of all raw tables, the oldest first. Raises botocore's errors if the bucket does not answer."""
    listed = _in_bucket(given) if given.environment else _in_folder(given)
    return sorted(listed, key=lambda file: (file.came, file.key))


def cursor(found: Iterable[File]) -> str:
    """The end of *found*, the oldest first: S3 tells times in seconds, so the keys of the last one belong to it."""
    found = list(found)
    last = found[-1].came if found else datetime.fromtimestamp(0, UTC)
    return json.dumps({"at": last.isoformat(), "keys": [file.key for file in found if file.came == last]})


def since(found: Iterable[File], at: str) -> list[File]:
    """Those of *found* that came after the *cursor*."""
    seen = json.loads(at)
    moment, keys = datetime.fromisoformat(seen["at"]), set(seen["keys"])
    return [file for file in found if file.came > moment or (file.came == moment and file.key not in keys)]


def _in_bucket(given: Given) -> Iterator[File]:
    pages = boto3.client("s3").get_paginator("list_objects_v2")
    for source, folder in given.folders.items():
        for page in pages.paginate(Bucket=given.raw, Prefix=f"{folder}/"):
            for one in page.get("Contents", ()):
                yield _file(one["Key"], source, one["LastModified"])


def _in_folder(given: Given) -> Iterator[File]:
    raw = Path(given.raw)
    for source, folder in given.folders.items():
        for one in (raw / folder).rglob("*"):
            if one.is_file() and not one.name.startswith((".", "_")):
                came = datetime.fromtimestamp(one.stat().st_mtime, UTC)
                yield _file(one.relative_to(raw).as_posix(), source, came)


def _file(key: str, source: str, came: datetime) -> File:
    return File(key, source, next(filter(None, map(day_of, key.split("/"))), None), came)
