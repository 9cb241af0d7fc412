"""Deletion vectors: the rows of a Delta table's data files that are gone, as bitmaps of their places.

https://github.com/delta-io/delta/blob/master/PROTOCOL.md#deletion-vectors
"""

from __future__ import annotations

import base64
import struct
import uuid
import zlib
from collections.abc import Mapping
from typing import Any

from pyroaring import BitMap64

from local_athena.errors import AthenaError, NotSupported
from local_athena.storage import Storage

_Z85 = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#"
_B85 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~"
_TO_B85 = str.maketrans(_Z85, _B85)
_UUID_LENGTH = 20
_MAGIC = 1681511377


class DeletionVectors:
    """The vectors of one table; a file that holds several is read once."""

    def __init__(self, storage: Storage, location: str) -> None:
        self._storage, self._location = storage, location
        self._read: dict[str, bytes] = {}

    def rows(self, vector: Mapping[str, Any]) -> list[int]:
        """The places of the rows that are gone.

        :raises AthenaError: ``DELTA_LAKE_BAD_DATA`` for what is no vector.
        """
        kind, told = str(vector["storageType"]), str(vector["pathOrInlineDv"])
        try:
            if kind == "i":
                data = _z85(told)[: int(vector["sizeInBytes"])]
            else:
                data = self._stored(self._uri(kind, told), int(vector.get("offset") or 0), int(vector["sizeInBytes"]))
            return _places(data)
        except (ValueError, struct.error) as error:
            raise AthenaError("DELTA_LAKE_BAD_DATA", f"Error reading deletion vector {told}: {error}") from error

    def _uri(self, kind: str, told: str) -> str:
        if kind == "p":
            return told
        if kind != "u":
            raise NotSupported(f"Delta's deletion vectors of storage type {kind}")
        prefix, name = told[:-_UUID_LENGTH], uuid.UUID(bytes=_z85(told[-_UUID_LENGTH:]))
        return f"{self._location}{prefix}{'/' if prefix else ''}deletion_vector_{name}.bin"

    def _stored(self, uri: str, offset: int, size: int) -> bytes:
        if uri not in self._read:
            self._read[uri] = self._storage.read_bytes(uri)
        stored = self._read[uri][offset : offset + size + 8]
        told, data = struct.unpack_from(">i", stored)[0], stored[4 : 4 + size]
        if told != size or struct.unpack_from(">I", stored, 4 + size)[0] != zlib.crc32(data):
            raise ValueError("size or checksum differ")
        return data


def _z85(text: str) -> bytes:
    return base64.b85decode(text.translate(_TO_B85))


def _places(data: bytes) -> list[int]:
    if struct.unpack_from("<i", data)[0] != _MAGIC:
        raise ValueError("its first bytes are those of another format")
    return [*BitMap64.deserialize(data[4:])]
