"""Casts between times of the day and timestamps."""

from __future__ import annotations

from local_athena.dialect.sqltext import once
from local_athena.dialect.values import clocks
from local_athena.dialect.values.types import ZONED, Type


def today(x: str, source: Type, target: Type) -> str:
    """A time on the day on which the query began; midnight after a time that is rounded up is the next day's."""
    precision = min(target.precision, 6)
    picos = clocks.local(x, source)
    if source.precision > precision:
        step = 10 ** (clocks.FINEST - precision)
        picos = f"(({picos} + {step // 2}) // {step} * {step})"
    return f"(CAST(current_date AS TIMESTAMP) + to_microseconds({picos} // 1000000))"


def today_zoned(x: str, source: Type, target: Type) -> str:
    """A time of the day in UTC on which the query began, shown in its own zone."""
    zoneless = Type("time", source.params)
    instant = today(clocks.made(clocks.utc(x, source), zoneless), zoneless, target)
    return f"trino_moved({{'i': {instant}}}, trino_offset_zone({clocks.offset(x, source)}))"


def clock(sql: str, source: Type, target: Type) -> str:
    """The time of day of a TIMESTAMP."""
    wide = Type("time", (min(source.precision, 6),))
    return clocks.changed(f"CAST({sql} AS TIME)", wide, target)


def clock_zoned(x: str, source: Type, target: Type) -> str:
    """The time of day of a TIMESTAMP or of a zoned one, with the offset that its zone has at that moment."""
    wide = Type("time", (min(source.precision, 6),))
    moment = f"trino_local({x})" if source.name == ZONED else x
    minutes = f"CAST(trino_zone_minutes({x}) AS INTEGER)" if source.name == ZONED else "0"
    picos = clocks.rounded(clocks.local(f"CAST({moment} AS TIME)", wide), wide.precision, target.precision)
    return once(minutes, lambda m: clocks.made(picos, target, m))
