"""Histograms that hold no more than so many buckets, and the most frequent of values.

https://trino.io/docs/current/functions/aggregate.html#approximate-aggregate-functions
"""

from __future__ import annotations

import math
from collections.abc import Hashable
from heapq import heapify, heappop, heappush
from itertools import islice, pairwise

from local_athena.dialect.udf.failures import Failure, invalid

type Bucket = tuple[float, float]
"""The centre of values, and what they weigh together."""

_BUFFER = 100
"""How many values are waited for, beyond the buckets, before all are merged."""


def numeric_histogram(
    buckets: int, values: list[float | None], weights: list[float | None]
) -> dict[float, float] | None:
    """Buckets by their centre, merged two by two where that costs least whenever the buffer is full, as Trino does it.

    https://github.com/trinodb/trino/blob/master/core/trino-main/src/main/java/io/trino/operator/aggregation/NumericHistogram.java
    """
    if buckets < 2:
        raise invalid("numeric_histogram bucket count must be greater than one")
    given = ((v, w) for v, w in zip(values, weights, strict=True) if v is not None and w is not None)
    kept: list[Bucket] = []
    while more := [*islice(given, buckets + _BUFFER - len(kept))]:
        kept = _compact([*kept, *more], buckets)
    return {math.nan if math.isnan(v) else v: w for v, w in kept} or None


def _compact(given: list[Bucket], buckets: int) -> list[Bucket]:
    kept: list[Bucket] = []
    for value, weight in sorted(given, key=_in_order):
        if kept and kept[-1][0] == value:
            kept[-1] = (kept[-1][0], kept[-1][1] + weight)
        else:
            kept.append((value, weight))
    return merged_buckets(kept, buckets)


def _in_order(bucket: Bucket) -> tuple[bool, float, float]:
    """Java's order of doubles: -0.0 before 0.0, NaN last."""
    value = bucket[0]
    return (True, 0.0, 0.0) if math.isnan(value) else (False, value, math.copysign(1.0, value))


def merged_buckets(kept: list[Bucket], buckets: int) -> list[Bucket]:
    """*kept*, in order, with the two neighbours that cost least made one, the first of such, until there are *buckets*."""
    if len(kept) <= buckets:
        return kept
    left, right = list(range(-1, len(kept) - 1)), list(range(1, len(kept) + 1))
    current = [_cost(a, b) for a, b in pairwise(kept)]
    costs = [(cost, at, at + 1) for at, cost in enumerate(current) if not math.isnan(cost)]
    heapify(costs)
    gone = [False] * len(kept)
    for _ in range(len(kept) - buckets):
        at, other = _cheapest(costs, current, right, gone)
        (v, w), (x, y) = kept[at], kept[other]
        kept[at], gone[other] = (_over(v * w + x * y, w + y), w + y), True
        right[at] = right[other]
        if right[at] < len(kept):
            left[right[at]] = at
        for a in (left[at], at):
            if a >= 0 and right[a] < len(kept):
                current[a] = _cost(kept[a], kept[right[a]])
                if not math.isnan(current[a]):
                    heappush(costs, (current[a], a, right[a]))
    return [bucket for bucket, merged in zip(kept, gone, strict=True) if not merged]


def _cheapest(
    costs: list[tuple[float, int, int]], current: list[float], right: list[int], gone: list[bool]
) -> tuple[int, int]:
    """The two buckets to merge next. What costs NaN comes after the last bucket, which has no neighbour: Trino breaks off there."""
    while costs:
        cost, at, other = heappop(costs)
        if not gone[at] and right[at] == other and current[at] == cost:
            return at, other
    message = "Merging NaN, or values without weight, in numeric_histogram is not supported by local Athena"
    raise Failure(f"NOT_SUPPORTED: {message}")


def _over(n: float, d: float) -> float:
    """n/d as Java divides: by zero as well."""
    if d:
        return n / d
    return math.nan if n == 0 or math.isnan(n) else math.copysign(math.inf, n) * math.copysign(1.0, d)


def _cost(left: Bucket, right: Bucket) -> float:
    """In the order of Trino's own steps: what is left of them decides between equals."""
    (v, w), (x, y) = left, right
    return (w + y) * ((v - x) * (v - x)) * _over(w * y, (w + y) * (w + y))


def most_frequent[T: Hashable](values: list[T | None], buckets: int, capacity: int) -> dict[T, int] | None:
    """The most frequent of *values*, of which *capacity* are counted at a time: a new one takes the place of the rarest.

    Of equally many, those that came to their number first. https://github.com/addthis/stream-lib, ``StreamSummary``.
    """
    if buckets < 2:
        raise invalid("approx_most_frequent bucket count must be greater than one")
    if capacity < 1:
        message = "approx_most_frequent with a capacity below 1 is not supported by local Athena"
        raise Failure(f"NOT_SUPPORTED: {message}")
    counts: dict[T, int] = {}
    ranks: dict[int, dict[T, None]] = {}
    for value in values:
        if value is None:
            continue
        known = counts.get(value)
        if known is not None:
            count, leaving = known, value
        elif len(counts) < capacity:
            count, leaving = 0, None
        else:
            count = min(ranks)
            leaving = next(iter(ranks[count]))
            del counts[leaving]
        if leaving is not None:
            del ranks[count][leaving]
            if not ranks[count]:
                del ranks[count]
        counts[value] = count + 1
        ranks.setdefault(count + 1, {})[value] = None
    ranked = [(value, count) for count in sorted(ranks, reverse=True) for value in ranks[count]]
    return dict(ranked[:buckets]) or None


FUNCTIONS = (
    ("numeric_histogram", numeric_histogram, "BIGINT DOUBLE[] DOUBLE[]", "MAP(DOUBLE,DOUBLE)"),
    ("most_frequent", most_frequent, "BIGINT[] BIGINT BIGINT", "MAP(BIGINT,BIGINT)"),
    ("most_frequent_texts", most_frequent, "VARCHAR[] BIGINT BIGINT", "MAP(VARCHAR,BIGINT)"),
)  # fmt: skip
