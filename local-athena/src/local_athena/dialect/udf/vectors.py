"""Vectors, as arrays and as sparse maps: https://trino.io/docs/current/functions/math.html#geometric-functions."""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import reduce
from operator import add

from local_athena.dialect.udf.failures import invalid

type Dense = list[float | None]
type Sparse = dict[str, float | None]

NO_LENGTH = -2.0
"""The similarity of vectors without length: DuckDB would take a NaN from Python for NULL."""


def _pairs(left: Dense, right: Dense) -> list[tuple[float, float]]:
    """Trino reads a NULL element as 0."""
    if len(left) != len(right):
        raise invalid("The arguments must have the same length")
    return [(a or 0.0, b or 0.0) for a, b in zip(left, right, strict=True)]


def _sum(numbers: Iterable[float]) -> float:
    """One after the other, as Java adds: Python's ``sum`` makes up for what rounding loses."""
    return reduce(add, numbers, 0.0)


def dot_product(left: Dense, right: Dense) -> float:
    return _sum(a * b for a, b in _pairs(left, right))


def euclidean_distance(left: Dense, right: Dense) -> float:
    return math.sqrt(_sum((a - b) * (a - b) for a, b in _pairs(left, right)))


def cosine(left: Dense, right: Dense) -> float:
    product = dot_product(left, right)
    first, second = dot_product(left, left), dot_product(right, right)
    if first == 0 or second == 0:
        raise invalid("Vector magnitude cannot be zero")
    return product / math.sqrt(first * second)


def sparse_similarity(left: Sparse, right: Sparse) -> float | None:
    first = {key: value for key, value in left.items() if value is not None}
    second = {key: value for key, value in right.items() if value is not None}
    if len(first) < len(left) or len(second) < len(right):
        return None
    lengths = math.sqrt(_sum(v * v for v in first.values())) * math.sqrt(_sum(v * v for v in second.values()))
    return _sum(value * second.get(key, 0.0) for key, value in first.items()) / lengths if lengths else NO_LENGTH


FUNCTIONS = (("sparse_similarity", sparse_similarity, "MAP(VARCHAR,DOUBLE) MAP(VARCHAR,DOUBLE)", "DOUBLE"),)
