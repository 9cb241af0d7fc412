"""PyIceberg's view of S3: small metadata files through ``Storage``, so that there is one S3 client and one cache.

Manifests and manifest lists are immutable and carry a UUID in their name, so their content is kept in memory by URI.
Data files never pass through here: DuckDB reads them from the local cache.
"""

from __future__ import annotations

import io
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import cast

from pyiceberg.io import FileIO, InputFile, InputStream, OutputFile, OutputStream

from local_athena.storage import S3Object, Storage

_MAX_CACHED_BYTES = 64 << 20


class MetadataCache:
    """Least recently used bytes by URI; holds at most *max_bytes*."""

    def __init__(self, max_bytes: int = _MAX_CACHED_BYTES) -> None:
        self._max_bytes, self._bytes = max_bytes, 0
        self._items: OrderedDict[str, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, uri: str) -> bytes | None:
        with self._lock:
            if uri in self._items:
                self._items.move_to_end(uri)
            return self._items.get(uri)

    def put(self, uri: str, data: bytes) -> None:
        with self._lock:
            self._bytes += len(data) - len(self._items.pop(uri, b""))
            self._items[uri] = data
            while self._bytes > self._max_bytes:
                self._bytes -= len(self._items.popitem(last=False)[1])

    def drop(self, uri: str) -> None:
        with self._lock:
            self._bytes -= len(self._items.pop(uri, b""))


class StorageIO(FileIO):
    """``FileIO`` over ``Storage``."""

    def __init__(self, storage: Storage) -> None:
        super().__init__({})
        self.storage, self.cache = storage, MetadataCache()
        self._pending: set[str] = set()
        self._guard = threading.Lock()

    def new_input(self, location: str) -> InputFile:
        return _Input(self, location)

    def new_output(self, location: str) -> OutputFile:
        return _Output(self, location)

    def delete(self, location: str | InputFile | OutputFile) -> None:
        uri = location if isinstance(location, str) else location.location
        self.cache.drop(uri)
        self.storage.delete([uri])

    def upload(self, pairs: Sequence[tuple[Path, str]]) -> None:
        """Put data files that no snapshot names yet; VACUUM leaves them alone until ``settled`` or ``discard``."""
        with self._guard:
            self._pending |= {uri for _, uri in pairs}
        self.storage.put_all(pairs)

    def settled(self, uris: Iterable[str]) -> None:
        """The data files at *uris* belong to a snapshot now."""
        with self._guard:
            self._pending -= set(uris)

    def discard(self, uris: Iterable[str]) -> None:
        """Delete files that no snapshot names."""
        gone = list(uris)
        for uri in gone:
            self.cache.drop(uri)
        self.storage.delete(gone)
        self.settled(gone)

    def pending(self) -> set[str]:
        """Data files of writes under way in this process."""
        with self._guard:
            return set(self._pending)

    def read(self, uri: str) -> bytes:
        """The content of a metadata file, from memory if it was read or written before."""
        if (data := self.cache.get(uri)) is None:
            data = self.storage.read_bytes(uri)
            self.cache.put(uri, data)
        return data

    def write(self, uri: str, data: bytes) -> S3Object:
        written = self.storage.put_bytes(data, uri)
        self.cache.put(uri, data)
        return written


class _Input(InputFile):
    def __init__(self, files: StorageIO, location: str) -> None:
        super().__init__(location)
        self._files = files

    def __len__(self) -> int:
        return len(self._files.read(self.location))

    def exists(self) -> bool:
        return self._files.storage.head(self.location) is not None

    def open(self, seekable: bool = True) -> InputStream:
        return cast(InputStream, io.BytesIO(self._files.read(self.location)))


class _Output(OutputFile):
    """Kept in memory and uploaded once, when the stream is closed without an error."""

    def __init__(self, files: StorageIO, location: str) -> None:
        super().__init__(location)
        self._files, self._size = files, 0

    def __len__(self) -> int:
        return self._size

    def exists(self) -> bool:
        return self._files.storage.head(self.location) is not None

    def to_input_file(self) -> InputFile:
        return _Input(self._files, self.location)

    def create(self, overwrite: bool = False) -> OutputStream:
        return cast(OutputStream, _Buffer(self._upload))

    def _upload(self, data: bytes) -> None:
        self._size = len(data)
        self._files.write(self.location, data)


class _Buffer(io.BytesIO):
    def __init__(self, upload: Callable[[bytes], None]) -> None:
        super().__init__()
        self._upload = upload

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if kind is None:
            self.close()
        else:
            super().close()

    def close(self) -> None:
        if not self.closed:
            data = self.getvalue()
            super().close()
            self._upload(data)
