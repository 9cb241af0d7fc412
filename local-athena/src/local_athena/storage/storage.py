"""S3 behind one small interface; the only place that calls it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import wait
from dataclasses import replace
from functools import partial
from itertools import batched
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from local_athena.errors import AthenaError
from local_athena.pool import Pool
from local_athena.storage.cache import DiskCache
from local_athena.storage.objects import S3Object, split_uri

_PARALLEL = 8
_CHUNK = 1 << 20
_DELETE_BATCH = 1000
_DEFAULT_CACHE_BYTES = 20 << 30
_MISSING = {"NoSuchKey", "404", "NotFound", "NoSuchBucket"}
_ARCHIVES = ("GLACIER", "DEEP_ARCHIVE")


def _code(error: BotoCoreError | ClientError) -> str:
    """S3's code, or the name of what kept S3 from being reached."""
    return (
        str(error.response.get("Error", {}).get("Code", "")) if isinstance(error, ClientError) else type(error).__name__
    )


class Storage:
    """Objects by URI. Reads go through the cache of *cache_dir*; nothing is remembered about what a prefix holds.

    *on_cached* is told the bucket and the key of what is read without asking S3.
    """

    def __init__(
        self,
        s3: Any,
        cache_dir: Path,
        max_cache_bytes: int = _DEFAULT_CACHE_BYTES,
        on_cached: Callable[[str, str], None] = lambda bucket, key: None,
    ) -> None:
        self._s3, self._on_cached = s3, on_cached
        self._cache = DiskCache(cache_dir, max_cache_bytes)
        self._pool = Pool(_PARALLEL, thread_name_prefix="s3")

    def list(self, prefix: str) -> list[S3Object]:
        """Every object whose URI begins with *prefix*, in key order; folder markers and hidden files too.

        :raises AthenaError: ``HIVE_FILESYSTEM_ERROR`` when the bucket does not exist.
        """
        bucket, key = split_uri(prefix)
        found: list[S3Object] = []
        request = {"Bucket": bucket, "Prefix": key}
        try:
            while True:
                page = self._s3.list_objects_v2(**request)
                found += [
                    S3Object(
                        f"s3://{bucket}/{item['Key']}",
                        item["Size"],
                        item["ETag"],
                        item["LastModified"],
                        item.get("StorageClass") in _ARCHIVES,
                    )
                    for item in page.get("Contents", [])
                ]
                if not page.get("IsTruncated"):
                    return found
                request["ContinuationToken"] = page["NextContinuationToken"]
        except (BotoCoreError, ClientError) as error:
            raise AthenaError("HIVE_FILESYSTEM_ERROR", f"Failed to list {prefix}: {error}") from error

    def list_many(self, prefixes: Sequence[str]) -> Sequence[Sequence[S3Object]]:
        """``list`` of many, in parallel and in order."""
        return [*self._pool.map(self.list, prefixes)]

    def head(self, uri: str) -> S3Object | None:
        """The object as it is now, or None."""
        bucket, key = split_uri(uri)
        try:
            answer = self._s3.head_object(Bucket=bucket, Key=key)
        except (BotoCoreError, ClientError) as error:
            if _code(error) in _MISSING:
                return None
            raise AthenaError("HIVE_FILESYSTEM_ERROR", f"Failed to look up {uri}: {error}") from error
        return S3Object(f"s3://{bucket}/{key}", answer["ContentLength"], answer["ETag"], answer["LastModified"])

    def stat(self, uris: Sequence[str]) -> Sequence[S3Object | None]:
        """``head`` of many, in parallel and in order."""
        return [*self._pool.map(self.head, uris)]

    def fetch(self, objects: Sequence[S3Object], check: Callable[[], None] | None = None) -> Sequence[Path]:
        """Local files of *objects*, in order; what the cache lacks is downloaded in parallel.

        The files are read-only and may be evicted a quarter of an hour later. *check* is called between downloads and
        may raise (a cancelled query).

        :raises AthenaError: ``HIVE_CANNOT_OPEN_SPLIT`` when an object is gone or was replaced since it was listed.
        """

        def one(item: S3Object) -> Path:
            if check:
                check()
            return self._cached(item) or self._cache.add(item, partial(self._download, item))

        if all(here := [self._cached(item) for item in objects]):
            return [path for path in here if path]
        return [*self._pool.map(one, objects)]

    def fetch_converted(
        self,
        objects: Sequence[S3Object],
        kind: str,
        convert: Callable[[Path, str, Path], None],
        check: Callable[[], None] | None = None,
    ) -> Sequence[Path]:
        """``fetch``, then ``convert(source, uri, target)`` once for each object; *kind* tells conversions apart in the cache."""
        paths = []
        for item, source in zip(objects, self.fetch(objects, check), strict=True):
            if check:
                check()
            converted = replace(item, etag=f"{item.etag}:{kind}")
            paths.append(self._cache.get(converted) or self._cache.add(converted, partial(convert, source, item.uri)))
        return paths

    def fetch_packed(
        self,
        objects: Sequence[S3Object],
        kind: str,
        convert: Callable[[Sequence[Path | bytes], Sequence[str], Path], None],
        check: Callable[[], None] | None = None,
    ) -> Path:
        """One file made of all *objects* by ``convert(sources, uris, target)``, once; *kind* as in ``fetch_converted``.

        A source is the content of a small object, which is kept nowhere else, or the local file of a larger one.
        """
        whole = hashlib.sha256("\n".join(f"{item.uri}\n{item.etag}" for item in objects).encode()).hexdigest()
        packed = replace(objects[0], etag=f"{whole}:{kind}")
        if path := self._cache.get(packed):
            for item in objects:
                self._on_cached(*split_uri(item.uri))
            return path

        def one(item: S3Object) -> Path | bytes:
            if check:
                check()
            if local := self._cached(item):
                return local
            if item.size <= _CHUNK:
                return b"".join(self._content(item))
            return self._cache.add(item, partial(self._download, item))

        sources = [*self._pool.map(one, objects)]
        return self._cache.add(packed, partial(convert, sources, [item.uri for item in objects]))

    def read_bytes(self, uri: str) -> bytes:
        """The content of a small object, past the cache."""
        bucket, key = split_uri(uri)
        try:
            return bytes(self._s3.get_object(Bucket=bucket, Key=key)["Body"].read())
        except (BotoCoreError, ClientError) as error:
            raise _cannot_open(uri, 0, error) from error

    def put(self, source: Path, uri: str) -> S3Object:
        """Upload a file (at most 5 GB) and keep it in the cache. *source* must not be changed afterwards."""
        with source.open("rb") as body:
            item = self._put(body, source.stat().st_size, uri)
        self._cache.adopt(item, source)
        return item

    def put_all(self, files: Sequence[tuple[Path, str]]) -> Sequence[S3Object]:
        """``put`` of many, in parallel and in order."""
        uploads = [self._pool.submit(self.put, source, uri) for source, uri in files]
        # A clean-up after a failure must not be overtaken by an upload that still runs.
        wait(uploads)
        return [upload.result() for upload in uploads]

    def put_bytes(self, data: bytes, uri: str) -> S3Object:
        """Write a small object and keep it in the cache."""
        item = self._put(data, len(data), uri)
        self._cache.add(item, lambda path: _write(path, data))
        return item

    def delete(self, uris: Iterable[str]) -> None:
        """Delete objects; one that is not there is no error, nor is a bucket."""
        buckets: dict[str, list[str]] = {}
        for uri in uris:
            bucket, key = split_uri(uri)
            buckets.setdefault(bucket, []).append(key)
        for bucket, keys in buckets.items():
            for batch in batched(keys, _DELETE_BATCH):
                request = {"Objects": [{"Key": key} for key in batch], "Quiet": True}
                try:
                    answer = self._s3.delete_objects(Bucket=bucket, Delete=request)
                except (BotoCoreError, ClientError) as error:
                    if isinstance(error, ClientError) and error.response["Error"]["Code"] == "NoSuchBucket":
                        break
                    raise AthenaError(
                        "HIVE_FILESYSTEM_ERROR", f"Failed to delete from s3://{bucket}: {error}"
                    ) from error
                for failure in answer.get("Errors", []):
                    where = f"s3://{bucket}/{failure.get('Key')}"
                    raise AthenaError("HIVE_FILESYSTEM_ERROR", f"Failed to delete {where}: {failure.get('Message')}")

    def delete_prefix(self, prefix: str) -> None:
        """Delete everything whose URI begins with *prefix*."""
        self.delete(item.uri for item in self.list(prefix))

    def _cached(self, item: S3Object) -> Path | None:
        path = self._cache.get(item)
        if path:
            self._on_cached(*split_uri(item.uri))
        return path

    def _put(self, body: Any, size: int, uri: str) -> S3Object:
        bucket, key = split_uri(uri)
        try:
            answer = self._s3.put_object(Bucket=bucket, Key=key, Body=body)
        except (BotoCoreError, ClientError) as error:
            raise AthenaError("HIVE_WRITER_OPEN_ERROR", f"Failed to write {uri}: {error}") from error
        return S3Object(f"s3://{bucket}/{key}", size, answer["ETag"])

    def _download(self, item: S3Object, target: Path) -> None:
        with target.open("wb") as file:
            file.writelines(self._content(item))

    def _content(self, item: S3Object) -> Iterator[bytes]:
        bucket, key = split_uri(item.uri)
        try:
            yield from self._s3.get_object(Bucket=bucket, Key=key, IfMatch=item.etag)["Body"].iter_chunks(_CHUNK)
        except (BotoCoreError, ClientError) as error:
            raise _cannot_open(item.uri, item.size, error) from error


def _write(path: Path, data: bytes) -> None:
    path.write_bytes(data)


def _cannot_open(uri: str, size: int, error: BotoCoreError | ClientError) -> AthenaError:
    """Trino's words for a split that is not there (``HiveErrorCode.HIVE_CANNOT_OPEN_SPLIT``)."""
    reason = (
        error.response.get("Error", {}).get("Message", str(error)) if isinstance(error, ClientError) else str(error)
    )
    service = f"(Service: Amazon S3; Error Code: {_code(error)})"
    return AthenaError(
        "HIVE_CANNOT_OPEN_SPLIT", f"Error opening Hive split {uri} (offset=0, length={size}): {reason} {service}"
    )
