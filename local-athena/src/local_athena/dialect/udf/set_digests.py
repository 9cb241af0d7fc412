"""Set digests, in Trino's bytes: https://trino.io/docs/current/functions/setdigest.html.

A HyperLogLog beside the least hashes and how often each came:
https://github.com/trinodb/trino/blob/master/core/trino-main/src/main/java/io/trino/type/setdigest/SetDigest.java
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from functools import reduce
from heapq import nsmallest

from local_athena.dialect.udf import hyperloglogs
from local_athena.dialect.udf.failures import invalid

_FORMAT = 1
_BITS = 11
_MOST_HASHES = 8192
_MOST_TIMES = 2**15 - 1


@dataclass(frozen=True)
class Digest:
    sketch: hyperloglogs.Sketch
    most: int
    counts: dict[int, int]

    @property
    def exact(self) -> bool:
        """Whether no hash has been left out."""
        return len(self.counts) < self.most


def _made(sketch: hyperloglogs.Sketch, most: int, counts: dict[int, int]) -> Digest:
    return Digest(sketch, most, {h: min(counts[h], _MOST_TIMES) for h in nsmallest(most, counts)})


def read(data: bytes) -> Digest:
    try:
        version, length = struct.unpack_from("<Bi", data)
        if version != _FORMAT or length < 0:
            raise invalid("Unexpected version")
        most, count = struct.unpack_from("<ii", data, 5 + length)
        hashes = struct.unpack_from(f"<{count}q", data, 13 + length)
        times = struct.unpack_from(f"<{count}h", data, 13 + length + 8 * count)
    except struct.error:
        raise invalid("Cannot deserialize SetDigest") from None
    return Digest(hyperloglogs.read(data[5 : 5 + length]), most, dict(zip(hashes, times, strict=True)))


def write(digest: Digest) -> bytes:
    sketch, count = hyperloglogs.write(digest.sketch), len(digest.counts)
    parts = [struct.pack("<Bi", _FORMAT, len(sketch)), sketch, struct.pack("<ii", digest.most, count)]
    ordered = sorted(digest.counts.items())
    parts += [struct.pack(f"<{count}q", *(h for h, _ in ordered)), struct.pack(f"<{count}h", *(n for _, n in ordered))]
    return b"".join(parts)


def collected(hashes: list[int], times: list[int]) -> bytes:
    """The digest of distinct hashes, each with how often it came."""
    counts = dict(zip(hashes, times, strict=True))
    return write(_made(hyperloglogs.of_hashes(hashes, _BITS), _MOST_HASHES, counts))


def _merged(left: Digest, right: Digest) -> Digest:
    counts = dict(left.counts)
    for hashed, times in right.counts.items():
        counts[hashed] = counts.get(hashed, 0) + times
    return _made(hyperloglogs.merged(left.sketch, right.sketch), left.most, counts)


def merge(digests: list[bytes | None]) -> bytes | None:
    known = [read(data) for data in digests if data is not None]
    return write(reduce(_merged, known)) if known else None


def _cardinality(digest: Digest) -> int:
    return len(digest.counts) if digest.exact else hyperloglogs.estimate(digest.sketch)


def cardinality(data: bytes) -> int:
    return _cardinality(read(data))


def intersection(left: bytes, right: bytes) -> int:
    a, b = read(left), read(right)
    if a.exact and b.exact:
        return len(a.counts.keys() & b.counts.keys())
    estimate = _jaccard(a, b) * _cardinality(_merged(a, b))
    return min(math.floor(estimate + 0.5), _cardinality(a), _cardinality(b))


def _jaccard(a: Digest, b: Digest) -> float:
    """The share of hashes that both have, among as many of the least as the smaller one has."""
    least = min(len(a.counts), len(b.counts))
    both = a.counts.keys() & b.counts.keys()
    return sum(h in both for h in nsmallest(least, a.counts.keys() | b.counts.keys())) / least


def jaccard(left: bytes, right: bytes) -> float:
    return _jaccard(read(left), read(right))


def counts(data: bytes) -> dict[int, int]:
    return dict(sorted(read(data).counts.items()))


def hyperloglog(data: bytes) -> bytes:
    return hyperloglogs.write(read(data).sketch)


FUNCTIONS = (
    ("set_digest", collected, "BIGINT[] BIGINT[]", "BLOB"), ("set_digest_merge", merge, "BLOB[]", "BLOB"),
    ("set_digest_cardinality", cardinality, "BLOB", "BIGINT"), ("set_digest_intersection", intersection, "BLOB BLOB", "BIGINT"),
    ("set_digest_jaccard", jaccard, "BLOB BLOB", "DOUBLE"), ("set_digest_counts", counts, "BLOB", "MAP(BIGINT,BIGINT)"),
    ("set_digest_hll", hyperloglog, "BLOB", "BLOB"),
)  # fmt: skip
