"""Hive's buckets: the hashes are Java's, worked out by hand from ``Double.hashCode``, ``List.hashCode`` and their sisters."""

from __future__ import annotations

import duckdb
import pytest
from sqlglot import exp

from local_athena.tables.hive.writing.bucketing import bucket

PRIME = 1_000_003
CASES = [
    ("bigint", "4294967297", 0),
    ("varchar", "'ab'", 97 * 31 + 98),
    ("varchar", "'é'", (0xC3 - 256) * 31 + 0xA9 - 256),
    ("double", "1.5::DOUBLE", 0x3FF80000),
    ("double", "-2.25::DOUBLE", 0xC0020000),
    ("double", "'nan'::DOUBLE", 0x7FF80000),
    ("real", "1.5::FLOAT", 0x3FC00000),
    ("real", "'-nan'::FLOAT", 0x7FC00000),
    ("boolean", "true", 1),
    ("date", "DATE '1969-12-31'", -1),
    ("array(integer)", "[1, NULL, 3]", (1 * 31 + 0) * 31 + 3),
    ("array(array(varchar))", "[['a'], ['b', 'c']]", 97 * 31 + 98 * 31 + 99),
    ("map(double, integer)", "MAP {1.5::DOUBLE: 2}", 0x3FF80000 ^ 2),
    ("map(integer, varchar)", "MAP {1: 'a', 2: NULL}", (1 ^ 97) + 2),
    ("map(integer, integer)", "MAP {}", 0),
    ("array(bigint)", "NULL", 0),
]


@pytest.mark.parametrize(("kind", "value", "hashed"), CASES)
def test_a_value_goes_to_the_bucket_of_its_hash(kind: str, value: str, hashed: int) -> None:
    expression = bucket([(value, exp.DataType.build(kind, dialect="trino"))], PRIME)
    assert duckdb.sql(f"SELECT {expression}").fetchall() == [((hashed & 0x7FFFFFFF) % PRIME,)]
