"""LocalStack's store of S3 objects' contents, which can be saved to a folder and read from it again.

LocalStack keeps contents in memory and in unnamed files, under keys that hold in one process only. A saved content is a
file of its own, read when its object is first asked for: a start costs the same however large the lake is, and the
next save writes only what is new.
"""

from __future__ import annotations

import shutil
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from localstack.services.s3.models import S3DeleteMarker, s3_stores
from localstack.services.s3.storage.ephemeral import (
    S3_MAX_FILE_SIZE_BYTES,
    EphemeralS3ObjectStore,
    EphemeralS3StoredObject,
    LockedSpooledTemporaryFile,
)

_REGION = "us-east-1"  # LocalStack keeps an account's buckets once, whatever the region that is asked for
_Place = tuple[str, str, str]


class SavedObjects(EphemeralS3ObjectStore):  # type: ignore[misc]
    """LocalStack's store, with files behind it."""

    service_name = "s3"

    def __init__(self, root: str) -> None:
        super().__init__(root)
        self._folder = Path()
        self._files: dict[_Place, str] = {}
        """Contents that are as they were when they were saved."""
        self._loading = threading.Lock()

    def open(self, bucket: str, s3_object: Any, mode: Any = "r") -> EphemeralS3StoredObject:
        place = _place(bucket, s3_object)
        with self._loading:
            if mode == "w":
                self._files.pop(place, None)
            elif place in self._files:
                self._load(place, s3_object)
        return super().open(bucket, s3_object, mode)

    def remove(self, bucket: str, s3_object: Any) -> None:
        for gone in s3_object if isinstance(s3_object, list) else [s3_object]:
            self._files.pop(_place(bucket, gone), None)
        super().remove(bucket, s3_object)

    def delete_bucket(self, bucket: str) -> None:
        for place in [place for place in self._files if place[0] == bucket]:
            del self._files[place]
        super().delete_bucket(bucket)

    def keep(self, folder: Path) -> tuple[dict[_Place, str], set[str]]:
        """Have all contents in *folder*; answers which object has which file, and the files."""
        self._folder = folder
        kept: dict[_Place, str] = {}
        for bucket, s3_object in _objects():
            place = _place(bucket, s3_object)
            if place not in self._files:
                name = uuid.uuid4().hex
                with self.open(bucket, s3_object) as content, (folder / name).open("wb") as file:
                    file.writelines(content)
                self._files[place] = name
            kept[place] = self._files[place]
        return kept, set(kept.values())

    def restore(self, folder: Path, kept: dict[_Place, str]) -> None:
        """Take *kept*, and what lies in *folder*, for the contents of all objects."""
        self._folder, self._files = folder, dict(kept)
        for bucket in _buckets():
            self.create_bucket(bucket.name)
            bucket.multiparts.clear()  # their parts are kept nowhere

    def _load(self, place: _Place, s3_object: Any) -> None:
        bucket, key = place[0], self._key_from_s3_object(s3_object)
        if self._get_object_file(bucket, key):
            return
        loaded = LockedSpooledTemporaryFile(dir=str(Path(self.root_directory, bucket)), max_size=S3_MAX_FILE_SIZE_BYTES)
        with (self._folder / self._files[place]).open("rb") as file:
            shutil.copyfileobj(file, loaded)
        loaded.internal_last_modified = s3_object.internal_last_modified
        self._filesystem[bucket]["keys"][key] = loaded


def _place(bucket: str, s3_object: Any) -> _Place:
    return bucket, s3_object.key, s3_object.version_id or "null"


def _buckets() -> Iterator[Any]:
    for account in list(s3_stores.values()):
        yield from list(account[_REGION].buckets.values())


def _objects() -> Iterator[tuple[str, Any]]:
    for bucket in _buckets():
        for s3_object in bucket.objects.values(with_versions=True):
            if not isinstance(s3_object, S3DeleteMarker):
                yield bucket.name, s3_object
