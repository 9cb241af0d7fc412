"""Records of a transport: a change, or a pointer to an object that holds one."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from lakeloop_changes.change import VERSION, Change, change_of
from lakeloop_changes.errors import MalformedRecord


@dataclass(frozen=True, slots=True)
class Pointer:
    """A record in the place of a change that is too large for the transport.

    ``body`` is the ``s3://`` URI of an object that holds the change as ``Change.encode`` writes it; ``sha256`` is its hash in hex.
    """

    body: str
    sha256: str

    def encode(self) -> bytes:
        """The record: JSON in UTF-8."""
        return json.dumps({"v": VERSION, "body": self.body, "sha256": self.sha256}, separators=(",", ":")).encode()


def decode(data: bytes) -> Change | Pointer:
    """The change, or the pointer to one, in a record.

    Raises:
        MalformedRecord: the record is no JSON object of version 1, or a member is not as it should be.
    """
    record = _object(data)
    if record.get("v") != VERSION or isinstance(record["v"], bool):
        raise MalformedRecord(f"The record's version is {record.get('v')!r:.20}; known is {VERSION}")
    if "body" not in record:
        return change_of(record)
    match record:
        case {"body": str(body), "sha256": str(sha256)} if body.startswith("s3://") and len(record) == 3:
            return Pointer(body, sha256)
        case _:
            raise MalformedRecord("A pointer has an s3:// URI in body, a hash in sha256, and nothing else")


def _object(data: bytes) -> dict[str, Any]:
    try:
        record = json.loads(data.decode(), parse_constant=_refuse)
        # A lone surrogate, which JSON can escape, is no character: nothing that writes UTF-8 takes it.
        if b"\\u" in data:
            json.dumps(record, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise MalformedRecord(f"The record is no JSON in UTF-8: {error}") from error
    if not isinstance(record, dict):
        raise MalformedRecord("The record is no JSON object")
    return record


def _refuse(word: str) -> None:
    raise ValueError(f"{word} is no JSON")
