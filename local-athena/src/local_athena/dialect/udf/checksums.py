"""The 64-bit hashes that Trino gives values, and what it makes of them: checksum(), approx_distinct().

https://trino.io/docs/current/functions/aggregate.html. Functions of whole columns (``columns``), but for those of lists.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pyarrow as pa

from local_athena.dialect.udf.batches import Batch
from local_athena.dialect.udf.binary import xxhash64
from local_athena.dialect.udf.columns import LONGEST, hashes, hashes_of_words
from local_athena.dialect.udf.failures import invalid
from local_athena.dialect.udf.hyperloglogs import estimate, of_hashes
from local_athena.dialect.udf.numbers import java_double

_PRIME = 0x9E3779B185EBCA87
"""The factor of each hash in a checksum."""
_OF_ROW = 31
"""The factor of what the values before an element of a list have made."""
_NAN_BITS = 0x7FC00000
"""Java's bits of any NaN of 32 bits."""


def _signed(number: int) -> int:
    """The last 64 bits of *number*, as Java's ``long``."""
    return (number + 2**63) % 2**64 - 2**63


def _column(batch: Batch, made: Any) -> Batch:
    """*made*, the hashes of what is no NULL in *batch*, with NULL in the place of NULL."""
    present = np.asarray(batch.is_valid())
    filled: Any = np.zeros(len(batch), np.int64)
    filled[present] = made.view(np.int64)
    return pa.array(filled, pa.int64(), mask=~present)


def longs(batch: Batch) -> Batch:
    return _column(batch, hashes_of_words(np.asarray(batch.drop_null()).astype(np.int64).view(np.uint64)))


def doubles(batch: Batch) -> Batch:
    values = np.asarray(batch.drop_null())
    alike = np.where(np.isnan(values), np.nan, values + 0.0)
    return _column(batch, hashes_of_words(alike.view(np.uint64)))


def reals(batch: Batch) -> Batch:
    """By the bits of 32-bit floats."""
    values: Any = np.asarray(batch.drop_null()) + np.float32(0)
    bits = np.where(np.isnan(values), _NAN_BITS, values.view(np.int32))
    return _column(batch, hashes_of_words(bits.astype(np.int64).view(np.uint64)))


def _octets(values: list[bytes]) -> Any:
    if not values:
        return np.zeros(0, np.uint64)
    if max(map(len, values)) <= LONGEST:
        return hashes(values)
    return np.array([int.from_bytes(xxhash64(v), "big") for v in values], np.uint64)


def texts(batch: Batch) -> Batch:
    return _column(batch, _octets([value.encode() for value in batch.drop_null().to_pylist()]))


def binaries(batch: Batch) -> Batch:
    return _column(batch, _octets(batch.drop_null().to_pylist()))


def whole(written: str) -> int:
    """Of a whole number of 128 bits, as long decimals are held: the hashes of both halves, one laid over the other."""
    return halves(int(written).to_bytes(16, "little", signed=True))


def halves(data: bytes) -> int:
    low, high = (int.from_bytes(xxhash64(half), "big") for half in (data[:8], data[8:]))
    return _signed(low ^ high)


def listed(elements: list[int | None], start: int) -> int:
    """Of an array or of the fields of a row, from the hashes of these."""
    made = start
    for element in elements:
        made = (made * _OF_ROW + (element or 0)) % 2**64
    return _signed(made)


def entries(elements: list[int]) -> int:
    """Of a map, from those of its entries."""
    return _signed(sum(elements))


def checksum(total: str) -> bytes:
    """The checksum of values whose hashes add up to *total*."""
    return (int(total) * _PRIME % 2**64).to_bytes(8, "little")


_SMALLEST_ERROR, _LARGEST_ERROR = 0.0040625, 0.26


def index_bits(error: float) -> int:
    """How many bits of a hash tell its bucket, for a standard *error*."""
    if not _SMALLEST_ERROR <= error <= _LARGEST_ERROR:
        raise invalid(f"Max standard error must be in [{_SMALLEST_ERROR}, {_LARGEST_ERROR}]: {java_double(error)}")
    return (math.ceil(1.0816 / (error * error)) - 1).bit_length()


def approx_distinct(lists: Batch, errors: Batch) -> Batch:
    """How many values there are of distinct hashes, as a HyperLogLog of the standard error estimates it; 0 for NULL."""
    counted = [
        estimate(of_hashes(np.asarray(hashed.values), index_bits(error)))
        if hashed.is_valid and error is not None
        else 0
        for hashed, error in zip(lists, errors.to_pylist(), strict=True)
    ]
    return pa.array(counted, pa.int64())


FUNCTIONS = (
    ("hash_whole", whole, "VARCHAR", "BIGINT"), ("hash_halves", halves, "BLOB", "BIGINT"),
    ("hash_list", listed, "BIGINT[] BIGINT", "BIGINT"), ("hash_entries", entries, "BIGINT[]", "BIGINT"),
    ("checksum", checksum, "VARCHAR", "BLOB"),
)  # fmt: skip
COLUMNS = (
    ("hash_longs", longs, "BIGINT", "BIGINT"), ("hash_doubles", doubles, "DOUBLE", "BIGINT"),
    ("hash_reals", reals, "FLOAT", "BIGINT"),
    ("hash_texts", texts, "VARCHAR", "BIGINT"), ("hash_binaries", binaries, "BLOB", "BIGINT"),
    ("approx_distinct", approx_distinct, "BIGINT[] DOUBLE", "BIGINT"),
)  # fmt: skip
