"""Intervals, held as whole numbers of milliseconds or of months."""

from __future__ import annotations

from local_athena.dialect.errors import raise_with
from local_athena.dialect.sqltext import once
from local_athena.dialect.values.types import MONTHS, Type

_MOST, _LEAST = 2**31 - 1, -(2**31)
"""Months that Trino stores, as an integer:
https://github.com/trinodb/trino/blob/master/core/trino-spi/src/main/java/io/trino/spi/type/AbstractIntType.java
"""


def stored(sql: str, t: Type) -> str:
    """A computed interval, which fails where Trino has no room for it: its words, yet not its GENERIC_INTERNAL_ERROR."""
    if t.name != MONTHS:
        return sql

    def checked(n: str) -> str:
        words = f"'Value ' || {n} || CASE WHEN {n} > 0 THEN ' exceeds MAX_INT' ELSE ' is less than MIN_INT' END"
        failed = raise_with("NUMERIC_VALUE_OUT_OF_RANGE", f"({words})", "BIGINT")
        return f"(CASE WHEN {n} NOT BETWEEN {_LEAST} AND {_MOST} THEN {failed} ELSE {n} END)"

    return once(sql, checked)
