"""Limits of writing: sizes of records and requests, and the rate of a shard.

https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html,
https://docs.aws.amazon.com/streams/latest/dev/large-records.html
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from local_kinesis.errors import invalid, malformed

KIB = 1024
RECORD_KIB, LARGEST_KIB = 1024, 10_240
"""A stream's largest record (its ``MaxRecordSizeInKiB``) if nothing else was said, and the most that can be said."""
REQUEST_BYTES = 10 * KIB * KIB
REQUEST_RECORDS = 500
KEY_CHARACTERS = 256
SHARD_BYTES, SHARD_RECORDS = KIB * KIB, 1000
"""The rate of a shard: so much in a second."""


def check_size(kib: int) -> None:
    """Raise if *kib* is no ``MaxRecordSizeInKiB``."""
    if not RECORD_KIB <= kib <= LARGEST_KIB:
        raise invalid(f"MaxRecordSizeInKiB {kib} is not between {RECORD_KIB} and {LARGEST_KIB}.")


def check_record(key: str, data: bytes, kib: int, member: str = "") -> int:
    """Bytes of a record, which are its data and its partition key. Raises if it is over a stream's *kib*."""
    if not 1 <= len(key) <= KEY_CHARACTERS:
        raise malformed(f"{member}partitionKey", f"Member must have length between 1 and {KEY_CHARACTERS}")
    if len(data) > LARGEST_KIB * KIB:
        raise malformed(f"{member}data", f"Member must have length less than or equal to {LARGEST_KIB * KIB}")
    size = len(data) + len(key.encode())
    if size > kib * KIB:
        raise invalid(
            f"The record at '{member}data' has {size} bytes with its partition key. The stream takes {kib * KIB} at most; "
            "UpdateMaxRecordSize changes that."
        )
    return size


def check_request(records: Sequence[tuple[str, bytes]], kib: int) -> None:
    """Raise if a PutRecords of *records* (partition key, data) is refused as a whole."""
    if not 1 <= len(records) <= REQUEST_RECORDS:
        raise malformed("records", f"Member must have length between 1 and {REQUEST_RECORDS}")
    total = sum(check_record(key, data, kib, f"records.{i}.member.") for i, (key, data) in enumerate(records, 1))
    if total > REQUEST_BYTES:
        raise invalid(f"Records size of {total} bytes exceeds the limit of {REQUEST_BYTES} bytes of a request.")


class Rate:
    """The rest that a shard takes at a moment: it fills again with time, up to one second's worth."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now, self._at = now, now()
        self._bytes, self._records = float(SHARD_BYTES), float(SHARD_RECORDS)

    def takes(self, size: int) -> bool:
        """Whether a record of *size* bytes is within the rate; it counts if it is.

        A record that is larger than a second's worth is taken by a shard that has its second's worth left, as AWS's bursts do.
        """
        now = self._now()
        passed, self._at = now - self._at, now
        self._bytes = min(self._bytes + passed * SHARD_BYTES, SHARD_BYTES)
        self._records = min(self._records + passed * SHARD_RECORDS, SHARD_RECORDS)
        if self._records < 1 or self._bytes < min(size, SHARD_BYTES):
            return False
        self._records -= 1
        self._bytes -= size
        return True
