"""HyperLogLog sketches, in Airlift's bytes: https://trino.io/docs/current/functions/hyperloglog.html.

Few values are kept sparse, by the first 26 bits of each hash and the zeros after them; more of them by the most zeros of each
bucket: https://github.com/airlift/airlift/tree/master/stats/src/main/java/io/airlift/stats/cardinality
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np

from local_athena.dialect.udf.failures import invalid

type _Numbers = Any  # an array of numpy's

_SPARSE, _DENSE_OLD, _DENSE = 2, 1, 3
_PREFIX, _ZEROS = 26, 6
"""Bits of a sparse entry: of the hash, and for the number of zeros after them."""
_MOST_DELTA = 15
BITS = 12
"""Bits of a hash by which ``approx_set`` chooses the bucket."""


@dataclass(frozen=True)
class Sketch:
    """Either *entries*, sparse ones in order, or *values*, the most zeros and one of each bucket."""

    bits: int
    entries: _Numbers | None = None
    values: _Numbers | None = None


def _zeros(hashes: _Numbers, bits: int) -> _Numbers:
    """How many zeros come after the first *bits* of each hash."""
    rest = (hashes << np.uint64(bits)) | np.uint64(1 << (bits - 1))
    # The exponent of a float is the place of the highest bit, for what a float holds exactly.
    high, low = rest >> np.uint64(32), rest & np.uint64(0xFFFFFFFF)
    places = np.where(high > 0, 32 + np.frexp(high.astype(np.float64))[1], np.frexp(low.astype(np.float64))[1])
    return 64 - places


def most_entries(bits: int, grown: bool) -> int:
    """How many entries a sparse sketch holds before its arrays take more of Java's memory than a dense one's.

    The array of one that values were added to has *grown* by ten places at a time, that of a merged one has the places it needs.
    """
    places = (40 + 16 + (1 << bits) // 2 - 24 - 16) // 4
    return (places - 1) // 10 * 10 + 1 if grown else places


def of_hashes(hashes: _Numbers, bits: int = BITS) -> Sketch:
    """The sketch of *hashes*. Of those that begin alike the smallest has the most zeros."""
    given: _Numbers = np.sort(np.asarray(hashes, np.int64).view(np.uint64))
    kept = _first(given, _PREFIX)
    if len(kept) <= most_entries(bits, grown=True):
        prefixes = kept >> np.uint64(64 - _PREFIX) << np.uint64(_ZEROS)
        return Sketch(bits, entries=prefixes | _zeros(kept, _PREFIX).astype(np.uint64))
    kept = _first(given, bits)
    values: _Numbers = np.zeros(1 << bits, np.int64)
    values[(kept >> np.uint64(64 - bits)).astype(np.int64)] = _zeros(kept, bits) + 1
    return Sketch(bits, values=values)


def _first(ordered: _Numbers, bits: int) -> _Numbers:
    """Of hashes in order, the first with each beginning of so many *bits*."""
    beginnings = ordered >> np.uint64(64 - bits)
    return ordered[np.append(True, beginnings[1:] != beginnings[:-1])] if len(ordered) else ordered


def _highest(entries: _Numbers) -> _Numbers:
    """Of entries with the same prefix the one with the most zeros, in order."""
    ordered = np.sort(entries)
    prefixes = ordered >> np.uint64(_ZEROS)
    return ordered[np.append(prefixes[1:] != prefixes[:-1], True)] if len(ordered) else ordered


def _dense(entries: _Numbers, bits: int) -> _Numbers:
    """The values of buckets that sparse *entries* fall into."""
    after = entries << np.uint64(64 - _PREFIX - _ZEROS + bits)
    inside = _PREFIX - bits
    zeros = _zeros(after, 1) + 1  # ``_zeros`` leaves the first bit out
    zeros = np.where(after >> np.uint64(63) > 0, 0, zeros)
    zeros = np.where(zeros >= inside, inside + (entries & np.uint64((1 << _ZEROS) - 1)).astype(np.int64), zeros)
    values: _Numbers = np.zeros(1 << bits, np.int64)
    np.maximum.at(values, (entries >> np.uint64(_PREFIX + _ZEROS - bits)).astype(np.int64), zeros + 1)
    return values


def read(data: bytes) -> Sketch:
    """A sketch from its bytes."""
    try:
        return _read_sparse(data) if data[0] == _SPARSE else _read_dense(data)
    except (struct.error, IndexError, ValueError):
        raise invalid("Cannot deserialize HyperLogLog") from None


def _read_sparse(data: bytes) -> Sketch:
    bits, count = struct.unpack_from("<BH", data, 1)
    if len(data) != 4 + 4 * count or not 1 <= bits <= _PREFIX:
        raise ValueError(data)
    return Sketch(bits, entries=np.frombuffer(data, "<u4", count, 4).astype(np.uint64))


def _read_dense(data: bytes) -> Sketch:
    tag, bits, baseline = struct.unpack_from("<BBB", data)
    if tag not in (_DENSE_OLD, _DENSE) or not 1 <= bits <= 16:
        raise ValueError(data)
    half = (1 << bits) // 2
    slots: _Numbers = np.frombuffer(data, np.uint8, half, 3)
    values: _Numbers = np.stack((slots >> 4, slots & 15), axis=1).reshape(-1).astype(np.int64) + baseline
    at = 3 + half
    if tag == _DENSE_OLD:
        bucket, more = struct.unpack_from("<hb", data, at)
        beyond = [(bucket, more)] if bucket >= 0 and more > 0 else []
    else:
        (count,) = struct.unpack_from("<H", data, at)
        beyond = list(
            zip(
                struct.unpack_from(f"<{count}H", data, at + 2),
                struct.unpack_from(f"<{count}B", data, at + 2 + 2 * count),
                strict=True,
            )
        )
    for bucket, more in beyond:
        values[bucket] += more
    return Sketch(bits, values=values)


def write(sketch: Sketch) -> bytes:
    if sketch.entries is not None:
        head = struct.pack("<BBH", _SPARSE, sketch.bits, len(sketch.entries))
        return head + bytes(sketch.entries.astype("<u4").tobytes())
    values: _Numbers = sketch.values
    baseline = int(values.min())
    deltas = np.minimum(values - baseline, _MOST_DELTA).astype(np.uint8)
    buckets = np.flatnonzero(values - baseline > _MOST_DELTA)
    more = values[buckets] - baseline - _MOST_DELTA
    parts = [struct.pack("<BBB", _DENSE, sketch.bits, baseline), (deltas[::2] << 4 | deltas[1::2]).tobytes()]
    parts += [struct.pack("<H", len(buckets)), buckets.astype("<u2").tobytes(), more.astype(np.uint8).tobytes()]
    return b"".join(parts)


def made_dense(sketch: Sketch) -> Sketch:
    return sketch if sketch.entries is None else Sketch(sketch.bits, values=_dense(sketch.entries, sketch.bits))


def merged(left: Sketch, right: Sketch) -> Sketch:
    if left.entries is not None and right.entries is not None:
        both = Sketch(left.bits, entries=_highest(np.concatenate((left.entries, right.entries))))
        return both if len(both.entries) <= most_entries(left.bits, grown=False) else made_dense(both)  # type: ignore[arg-type]
    if left.bits != right.bits:
        raise invalid(f"Cannot merge HLLs with different number of buckets: {1 << left.bits} vs {1 << right.bits}")
    return Sketch(left.bits, values=np.maximum(made_dense(left).values, made_dense(right).values))


def estimate(sketch: Sketch) -> int:
    """How many values went in."""
    if sketch.entries is not None:
        return _counted((1 << _PREFIX) - len(sketch.entries), 1 << _PREFIX)
    values: _Numbers = sketch.values
    buckets, empty = len(values), int((values == 0).sum())
    if empty > 0.4 * buckets:
        return _counted(empty, buckets)
    found = _alpha(sketch.bits) * buckets * buckets / float(np.exp2(-values).sum())
    if found <= _CORRECTED * buckets:
        found = _between(values, empty)
    return math.floor(found + 0.5)


_CORRECTED = 5
"""Values a bucket up to which Airlift corrects its estimate, by tables that were measured."""


def _between(values: _Numbers, empty: int) -> float:
    """Ertl's estimate, which needs no tables: it is as near as Airlift's, and not the same.

    https://arxiv.org/abs/1702.01284, algorithm 6.
    """
    buckets = len(values)
    share, weight, sigma = empty / buckets, 1.0, empty / buckets
    while share > 1e-300:
        share *= share
        sigma += share * weight
        weight *= 2
    total = buckets * sigma + float(np.exp2(-values[values > 0]).sum())
    return buckets * buckets / (2 * math.log(2) * total)


def _counted(empty: int, buckets: int) -> int:
    """Linear counting."""
    return math.floor(buckets * math.log(buckets / empty) + 0.5)


def _alpha(bits: int) -> float:
    return {4: 0.673, 5: 0.697, 6: 0.709}.get(bits, 0.7213 / (1 + 1.079 / (1 << bits)))


def collected(hashes: list[int]) -> bytes:
    return write(of_hashes(hashes))


def merge(sketches: list[bytes | None]) -> bytes | None:
    known = [read(data) for data in sketches if data is not None]
    return write(reduce(merged, known)) if known else None


def cardinality(data: bytes) -> int:
    return estimate(read(data))


def dense(data: bytes) -> bytes:
    return write(made_dense(read(data)))


FUNCTIONS = (
    ("hll", collected, "BIGINT[]", "BLOB"), ("hll_merge", merge, "BLOB[]", "BLOB"), ("hll_dense", dense, "BLOB", "BLOB"),
    ("hll_cardinality", cardinality, "BLOB", "BIGINT"),
)  # fmt: skip
