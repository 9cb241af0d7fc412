"""All 22 TPC-H and 99 TPC-DS queries give the rows that DuckDB gives for its own text of them."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from tests.dialect.tpc.benchmarks import Benchmark


@pytest.fixture(scope="module")
def tpch() -> Iterator[Benchmark]:
    made = Benchmark("tpch", "dbgen", 0.01)
    yield made
    made.close()


@pytest.fixture(scope="module")
def tpcds() -> Iterator[Benchmark]:
    made = Benchmark("tpcds", "dsdgen", 0.01)
    yield made
    made.close()


def same(a: object, b: object) -> bool:
    """Equal, or numbers within a hundredth: DuckDB averages and divides decimals as doubles, Trino rounds them half up."""
    if isinstance(a, float | Decimal) and isinstance(b, float | Decimal):
        return abs(float(a) - float(b)) <= 0.0101 + 1e-12 * abs(float(b))
    return a == b


def agree(ours: list[tuple[object, ...]], theirs: list[tuple[object, ...]]) -> bool:
    """The same rows in the same order, but for rows that the query leaves unordered."""
    if len(ours) != len(theirs):
        return False
    if all(len(a) == len(b) and all(map(same, a, b)) for a, b in zip(ours, theirs, strict=True)):
        return True
    return sorted(map(repr, ours)) == sorted(map(repr, theirs))


@pytest.mark.parametrize("number", range(1, 23))
def test_tpch(number: int, tpch: Benchmark) -> None:
    ours, theirs = tpch.answers(number)
    assert agree(ours, theirs)


@pytest.mark.parametrize("number", range(1, 100))
def test_tpcds(number: int, tpcds: Benchmark) -> None:
    ours, theirs = tpcds.answers(number)
    assert agree(ours, theirs)
