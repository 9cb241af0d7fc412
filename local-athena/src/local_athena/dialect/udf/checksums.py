"""checksum(): sums of the hashes that Trino gives values, whatever their order.

https://trino.io/docs/current/functions/aggregate.html#checksum
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterable

from local_athena.dialect.udf.binary import xxhash64
from local_athena.dialect.udf.columns import LONGEST, hashes

_PRIME = 0x9E3779B185EBCA87
"""The factor of each hash, and the hash of NULL."""


def _sum(values: Iterable[bytes | None]) -> bytes:
    listed = list(values)
    known = [v for v in listed if v is not None]
    if known and max(map(len, known)) <= LONGEST:
        hashed = int(hashes(known).sum(dtype="u8"))
    else:
        hashed = sum(int.from_bytes(xxhash64(v), "big") for v in known)
    total = (hashed + len(listed) - len(known)) * _PRIME
    return (total % 2**64).to_bytes(8, "little")


def whole(values: list[int | None]) -> bytes:
    return _sum(None if v is None else struct.pack("<q", v) for v in values)


def doubles(values: list[float | None]) -> bytes:
    return _sum(None if v is None else struct.pack("<d", v or 0.0) for v in values)


def reals(values: list[float | None]) -> bytes:
    """By the bits of 32-bit floats, those of any NaN the same."""
    bits = (None if v is None else struct.unpack("<i", struct.pack("<f", v or 0.0))[0] for v in values)
    return whole([_NAN_BITS if v is not None and math.isnan(v) else b for v, b in zip(values, bits, strict=True)])


_NAN_BITS = 0x7FC00000


def decimals(values: list[str | None]) -> bytes:
    """Whole numbers of 128 bits, as long decimals are held: the hashes of both halves, one laid over the other."""
    hashed = sum(_halves(int(v)) if v is not None else 1 for v in values)
    return (hashed * _PRIME % 2**64).to_bytes(8, "little")


def _halves(value: int) -> int:
    held = value.to_bytes(16, "little", signed=True)
    low, high = (int.from_bytes(xxhash64(half), "big") for half in (held[:8], held[8:]))
    return low ^ high


def texts(values: list[str | None]) -> bytes:
    return _sum(None if v is None else v.encode() for v in values)


def binaries(values: list[bytes | None]) -> bytes:
    return _sum(values)


FUNCTIONS = (
    ("checksum_whole", whole, "BIGINT[]", "BLOB"), ("checksum_doubles", doubles, "DOUBLE[]", "BLOB"),
    ("checksum_reals", reals, "FLOAT[]", "BLOB"), ("checksum_decimals", decimals, "VARCHAR[]", "BLOB"),
    ("checksum_texts", texts, "VARCHAR[]", "BLOB"), ("checksum_binaries", binaries, "BLOB[]", "BLOB"),
)  # fmt: skip
