"""Dense vectors, a column of them at a time: the sums of ``vectors``, all rows' first elements first."""

from __future__ import annotations

from functools import reduce
from typing import Any

import numpy as np
import pyarrow as pa

from local_athena.dialect.udf.batches import Batch
from local_athena.dialect.udf.failures import invalid

type Numbers = Any  # numpy's array of doubles, of which its stubs lose sight


class _Rows:
    """The vectors of the rows where neither side is NULL."""

    def __init__(self, left: Batch, right: Batch) -> None:
        self.present = np.asarray(left.is_valid()) & np.asarray(right.is_valid())
        mask = pa.array(self.present)
        self.left, self.right = _Vectors(left.filter(mask)), _Vectors(right.filter(mask))
        if not np.array_equal(self.left.sizes, self.right.sizes):
            raise invalid("The arguments must have the same length")

    def result(self, values: Numbers) -> Batch:
        made = np.zeros(len(self.present))
        made[self.present] = values
        return pa.array(made, pa.float64(), mask=~self.present)


class _Vectors:
    def __init__(self, batch: Batch) -> None:
        whole = batch.combine_chunks() if isinstance(batch, pa.ChunkedArray) else batch
        offsets = np.asarray(whole.offsets, np.int64)
        self.starts, self.sizes = offsets[:-1], np.diff(offsets)
        self.elements: Numbers = np.append(np.asarray(whole.values.fill_null(0.0), np.float64), 0.0)

    def at(self, place: int) -> Numbers:
        """The element at *place* of each vector, 0 where it is shorter."""
        return self.elements[np.where(place < self.sizes, self.starts + place, len(self.elements) - 1)]


def _sum(terms: list[Numbers], rows: int) -> Numbers:
    """The sum of each row, one term after the other: numpy's own ``sum`` adds in pairs."""
    return reduce(np.add, terms, np.zeros(rows))


def _dot(left: _Vectors, right: _Vectors) -> Numbers:
    longest = int(left.sizes.max(initial=0))
    with np.errstate(all="ignore"):
        return _sum([left.at(k) * right.at(k) for k in range(longest)], len(left.sizes))


def dot_product(left: Batch, right: Batch) -> Batch:
    rows = _Rows(left, right)
    return rows.result(_dot(rows.left, rows.right))


def euclidean_distance(left: Batch, right: Batch) -> Batch:
    rows = _Rows(left, right)
    longest = int(rows.left.sizes.max(initial=0))
    with np.errstate(all="ignore"):
        squares = [(rows.left.at(k) - rows.right.at(k)) ** 2 for k in range(longest)]
        return rows.result(np.sqrt(_sum(squares, len(rows.left.sizes))))


def cosine(left: Batch, right: Batch) -> Batch:
    rows = _Rows(left, right)
    product, first, second = _dot(rows.left, rows.right), _dot(rows.left, rows.left), _dot(rows.right, rows.right)
    if np.any(first == 0) or np.any(second == 0):
        raise invalid("Vector magnitude cannot be zero")
    with np.errstate(all="ignore"):
        return rows.result(product / np.sqrt(first * second))


FUNCTIONS = (
    ("dot_product", dot_product, "DOUBLE[] DOUBLE[]", "DOUBLE"),
    ("euclidean_distance", euclidean_distance, "DOUBLE[] DOUBLE[]", "DOUBLE"),
    ("cosine", cosine, "DOUBLE[] DOUBLE[]", "DOUBLE"),
)
