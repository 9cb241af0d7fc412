"""Which types a column takes on INSERT, UPDATE and MERGE: Trino's ``isCompatible``, pair by pair."""

from __future__ import annotations

import pytest

from local_athena.dialect.values.assignment import assignable
from local_athena.dialect.values.types import INTEGERS, parse_type

NUMBERS = (*INTEGERS, "decimal(3,2)", "decimal(38,0)", "real", "double")
MOMENTS = ("date", "timestamp(0)", "timestamp(6)", "timestamp(3) with time zone")
TEXTS = ("varchar", "varchar(3)", "char(5)")
CLOCKS = ("time(3)", "time(6)", "time(3) with time zone")
FAMILIES = (NUMBERS, MOMENTS, TEXTS, CLOCKS, ("boolean",), ("varbinary",), ("uuid",), ("json",), ("ipaddress",),
            ("interval day to second",), ("interval year to month",))  # fmt: skip

# Nested: what is given, what the column is, whether it is taken.
NESTED = [
    ("array(double)", "array(integer)", True),
    ("array(unknown)", "array(integer)", True),
    ("array(varchar)", "array(integer)", False),
    ("array(varchar(3))", "array(varchar)", True),
    ("array(varchar)", "array(varchar(3))", False),
    ("array(varchar(2))", "array(varchar(3))", True),
    ("array(varchar(4))", "array(varchar(3))", False),
    ("array(char(2))", "array(varchar(3))", False),
    ("array(varchar(2))", "array(char(3))", True),
    ("map(integer, timestamp(3))", "map(bigint, date)", True),
    ("map(integer, timestamp(3))", "map(varchar, date)", False),
    ("map(varchar, varchar)", "map(varchar(3), varchar)", False),
    ("row(double, varchar(1))", "row(a integer, b varchar)", True),
    ("row(x double, y varchar(1))", "row(a integer, b varchar)", True),
    ("row(a double)", "row(a integer, b varchar)", False),
    ("row(a varchar, b integer)", "row(a integer, b varchar)", False),
    ("row(a double, b varchar)", "row(a integer, b varchar(5))", False),
    ("row(a integer, b varchar(5))", "row(a bigint, b varchar(5))", True),
    ("array(row(a double, b array(timestamp(6))))", "array(row(a decimal(3,1), b array(date)))", True),
    ("array(array(double))", "array(integer)", False),
    ("integer", "array(integer)", False),
    ("array(integer)", "map(integer, integer)", False),
]


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family[0])
def test_each_type_takes_those_of_its_family(family: tuple[str, ...]) -> None:
    for target in family:
        assert assignable(parse_type("unknown"), parse_type(target)), target
        taken = {
            source for others in FAMILIES for source in others if assignable(parse_type(source), parse_type(target))
        }
        assert taken == {*family}, target


@pytest.mark.parametrize(("source", "target", "taken"), NESTED, ids=[f"{s} into {t}" for s, t, _ in NESTED])
def test_nested_types(source: str, target: str, taken: bool) -> None:
    assert assignable(parse_type(source), parse_type(target)) is taken
