"""Downloaded objects on disk, named by bucket, key and ETag, so that a name never means two contents."""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import os
import re
import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path

from local_athena.storage.objects import S3Object

_SUFFIX = re.compile(r"(\.[A-Za-z0-9]{1,8}){1,2}$")
# A file that a query was handed lately may still have to be opened by DuckDB: it is never evicted.
_IN_USE_SECONDS = 900.0


class DiskCache:
    """Files appear whole (a temporary file, then its second name) and go least recently used first.

    *max_bytes* bounds what is kept; files used within the last quarter of an hour stay even beyond it.
    """

    def __init__(self, directory: Path, max_bytes: int) -> None:
        self._objects = directory / "objects"
        self._temporary = directory / "tmp"
        for folder in (self._objects, self._temporary):
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(0o700)  # and what is in it need not be
        self._names = (f"{os.getpid()}-{number}" for number in itertools.count())
        self._max_bytes = max_bytes
        self._lock = threading.Lock()
        self._bytes = sum(path.stat().st_size for path in self._objects.glob("*/*"))

    def path(self, item: S3Object) -> Path:
        """Path of *item* in the cache, there or not. The end of the key's name is kept: readers tell compression by it."""
        digest = hashlib.sha256(f"{item.uri}\n{item.etag}".encode()).hexdigest()
        suffix = _SUFFIX.search(item.name)
        return self._objects / digest[:2] / (digest[2:] + (suffix.group() if suffix else ""))

    def get(self, item: S3Object) -> Path | None:
        """The file of *item* if it is here, marked as used now."""
        path = self.path(item)
        try:
            os.utime(path)
        except FileNotFoundError:
            return None
        return path

    def add(self, item: S3Object, fill: Callable[[Path], None]) -> Path:
        """Let *fill* make a temporary file with the content, then show it. What *fill* raises leaves nothing."""
        with self._lock:
            temporary = self._temporary / next(self._names)
        path = self.path(item)
        try:
            fill(temporary)
            added = temporary.stat().st_size
            path.parent.mkdir(exist_ok=True)
            try:
                # Never over a file that another thread has shown meanwhile: a file without a name cannot be linked, as
                # readers of the other one are about to (https://man7.org/linux/man-pages/man2/link.2.html).
                path.hardlink_to(temporary)
            except FileExistsError:
                return path
        finally:
            temporary.unlink(missing_ok=True)
        with self._lock:
            self._bytes += added
            if self._bytes > self._max_bytes:
                self._evict()
        return path

    def adopt(self, item: S3Object, source: Path) -> Path:
        """Keep a local file that has just been uploaded, without reading it where the file system can link."""

        def link(target: Path) -> None:
            try:
                target.hardlink_to(source)
            except OSError:
                shutil.copyfile(source, target)

        return self.add(item, link)

    def _evict(self) -> None:
        now, kept, files = time.time(), 0, []
        for path in self._objects.glob("*/*"):
            with contextlib.suppress(FileNotFoundError):
                status = path.stat()
                files.append((status.st_mtime, status.st_size, path))
                kept += status.st_size
        for used, size, path in sorted(files):
            if kept <= self._max_bytes * 0.9 or now - used < _IN_USE_SECONDS:
                break
            path.unlink(missing_ok=True)
            kept -= size
        self._bytes = kept
