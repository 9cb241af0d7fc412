"""Hashes of sketches: the first half of MurmurHash3's 128 bits.

https://github.com/airlift/slice/blob/master/src/main/java/io/airlift/slice/Murmur3Hash128.java

Functions of whole columns (``columns``).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import mmh3
import numpy as np
import pyarrow as pa

from local_athena.dialect.udf.batches import Batch

_LONG = 8
"""Bytes of a bigint and of a double."""


def _column(batch: Batch, values: Iterable[bytes]) -> Batch:
    present = np.asarray(batch.is_valid())
    made: Any = np.zeros(len(batch), np.int64)
    made[present] = np.fromiter((mmh3.hash64(value)[0] for value in values), np.int64, int(present.sum()))
    return pa.array(made, pa.int64(), mask=~present)


def _words(batch: Batch, numbers: Any) -> Batch:
    data = numbers.tobytes()
    return _column(batch, (data[at : at + _LONG] for at in range(0, len(data), _LONG)))


def longs(batch: Batch) -> Batch:
    return _words(batch, np.asarray(batch.drop_null()))


def doubles(batch: Batch) -> Batch:
    """Java has the same bits for any NaN."""
    values = np.asarray(batch.drop_null())
    return _words(batch, np.where(np.isnan(values), np.nan, values))


def texts(batch: Batch) -> Batch:
    return _column(batch, (value.encode() for value in batch.drop_null().to_pylist()))


FUNCTIONS = (
    ("murmur_longs", longs, "BIGINT", "BIGINT"), ("murmur_doubles", doubles, "DOUBLE", "BIGINT"),
    ("murmur_texts", texts, "VARCHAR", "BIGINT"),
)  # fmt: skip
