"""Texts as times of the day."""

from __future__ import annotations

from local_athena.dialect.udf.failures import Failure
from local_athena.dialect.values import clocks


def clock(text: str, precision: int, zoned: bool) -> int:
    """Picoseconds since midnight of a time that is written so, rounded to *precision* digits."""
    found = clocks.parsed(text.strip(), precision)
    if found is None or (found[1] is not None and not zoned):
        raise Failure(f"INVALID_CAST_ARGUMENT: Value cannot be cast to time{'stamp' if zoned else ''}: {text}")
    return found[0]


def clock_offset(text: str) -> int:
    """Minutes east of UTC of a time with zone that is written so."""
    found = clocks.parsed(text.strip(), 0)
    if found is None:
        raise Failure(f"INVALID_CAST_ARGUMENT: Value cannot be cast to timestamp: {text}")
    return found[1] or 0


FUNCTIONS = (
    ("clock", clock, "VARCHAR BIGINT BOOLEAN", "BIGINT"),
    ("clock_offset", clock_offset, "VARCHAR", "BIGINT"),
)
