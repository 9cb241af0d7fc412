"""Texts made of a row's key: equal keys give equal texts, whatever the order of their members."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lakeloop_changes.change import Change

# https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecord.html#Streams-PutRecord-request-PartitionKey
_LONGEST_PARTITION_KEY = 256
LANES = 32
"""Lanes of a table: within one, changes enter a transport in their order and without gaps, and readers know how far they are.

Of the wire format: with another number, a reader would take for new what it has."""


def canonical(values: Mapping[str, Any]) -> str:
    """JSON with sorted members and no blanks, of wire values."""
    return json.dumps(values, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))


def partition_key(change: Change) -> str:
    """The partition key of *change*: its table and key, so that a transport keeps the order of changes of one row.

    Truncations, ends of snapshots and rows without a key go by their table alone. Above 256 characters, Kinesis' limit, a hash
    stands for the key.
    """
    table = f"{change.schema}.{change.table}"
    text = table if change.key is None else f"{table} {canonical(change.key)}"
    if len(text) <= _LONGEST_PARTITION_KEY:
        return text
    return f"sha256 {hashlib.sha256(text.encode()).hexdigest()}"


def lane(key: str) -> int:
    """The lane of a partition key: changes of one row share one."""
    return zlib.crc32(key.encode()) % LANES
