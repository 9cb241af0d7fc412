"""Hashes of sketches: the first half of MurmurHash3's 128 bits, as Airlift's ``Murmur3Hash128`` computes it.

https://github.com/airlift/slice/blob/master/src/main/java/io/airlift/slice/Murmur3Hash128.java

Functions of whole columns (``columns``), in numpy.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from local_athena.dialect.udf.batches import Batch

type _Words = Any  # numpy's array of unsigned words

_C1, _C2 = np.uint64(0x87C37B91114253D5), np.uint64(0x4CF5AD432745937F)
_BLOCK = 16
_NAN = 0x7FF8000000000000
"""The bits that Java has for any NaN."""


def _rotl(x: _Words, by: int) -> _Words:
    return (x << np.uint64(by)) | (x >> np.uint64(64 - by))


def _first(k: _Words) -> _Words:
    return _rotl(k * _C1, 31) * _C2


def _second(k: _Words) -> _Words:
    return _rotl(k * _C2, 33) * _C1


def _mixed(k: _Words) -> _Words:
    for factor in (0xFF51AFD7ED558CCD, 0xC4CEB9FE1A85EC53):
        k = (k ^ (k >> np.uint64(33))) * np.uint64(factor)
    return k ^ (k >> np.uint64(33))


def _finished(h1: _Words, h2: _Words, lengths: _Words) -> _Words:
    h1, h2 = h1 ^ lengths, h2 ^ lengths
    h1 = h1 + h2
    return _mixed(h1) + _mixed(h1 + h2)


def of_longs(values: _Words) -> _Words:
    """Hashes of unsigned words, of 8 bytes each."""
    with np.errstate(over="ignore"):
        return _finished(_first(values), np.zeros(len(values), np.uint64), np.uint64(8))


def of_texts(values: list[bytes]) -> _Words:
    """Hashes of binaries, at least one."""
    lengths: Any = np.fromiter(map(len, values), np.int64, len(values))
    made: _Words = np.zeros(len(values), np.uint64)
    # Those of as many blocks together, so that one long value does not widen all.
    for blocks in np.unique(lengths // _BLOCK):
        rows = np.flatnonzero(lengths // _BLOCK == blocks)
        made[rows] = _of_blocks([values[at] for at in rows], int(blocks), lengths[rows].astype(np.uint64))
    return made


def _of_blocks(values: list[bytes], blocks: int, lengths: _Words) -> _Words:
    width = (blocks + 1) * _BLOCK
    words: _Words = np.frombuffer(b"".join(v.ljust(width, b"\0") for v in values), "<u8").reshape(len(values), -1)
    h1: _Words = np.zeros(len(values), np.uint64)
    h2: _Words = np.zeros(len(values), np.uint64)
    with np.errstate(over="ignore"):
        for at in range(blocks):
            h1 = (_rotl(h1 ^ _first(words[:, 2 * at]), 27) + h2) * np.uint64(5) + np.uint64(0x52DCE729)
            h2 = (_rotl(h2 ^ _second(words[:, 2 * at + 1]), 31) + h1) * np.uint64(5) + np.uint64(0x38495AB5)
        return _finished(h1 ^ _first(words[:, -2]), h2 ^ _second(words[:, -1]), lengths)


def _column(batch: Batch, hashed: Any) -> Batch:
    made: Any = np.zeros(len(batch), np.int64)
    present = np.asarray(batch.is_valid())
    made[present] = hashed.view(np.int64)
    return pa.array(made, pa.int64(), mask=~present)


def longs(batch: Batch) -> Batch:
    return _column(batch, of_longs(np.asarray(batch.drop_null()).view(np.uint64)))


def doubles(batch: Batch) -> Batch:
    values = np.asarray(batch.drop_null())
    return _column(batch, of_longs(np.where(np.isnan(values), np.uint64(_NAN), values.view(np.uint64))))


def texts(batch: Batch) -> Batch:
    values = [v.encode() for v in batch.drop_null().to_pylist()]
    return _column(batch, of_texts(values) if values else np.zeros(0, np.uint64))


FUNCTIONS = (
    ("murmur_longs", longs, "BIGINT", "BIGINT"), ("murmur_doubles", doubles, "DOUBLE", "BIGINT"),
    ("murmur_texts", texts, "VARCHAR", "BIGINT"),
)  # fmt: skip
