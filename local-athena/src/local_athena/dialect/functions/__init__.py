"""The registry of Trino's functions: what is not in it does not exist for a query.

Most functions are lines of data in the modules here (see ``signatures`` for the notation). ``SPECIALS`` are Python functions over
translated arguments; ``RAW`` ones get the arguments as syntax trees. ``REFUSED`` names what Trino has and local Athena has not.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from local_athena.dialect.functions import (
    aggregates,
    approximate,
    array_search,
    arrays,
    binary,
    colors,
    conditionals,
    date_formats,
    dates,
    geospatial,
    iso8601,
    jsons,
    map_aggregates,
    maps,
    maths,
    percentiles,
    reduction,
    regexps,
    repetition,
    sketches,
    strings,
    urls,
    windowed,
)
from local_athena.dialect.scope import Value

type Special = Callable[[Any], Value | None]
"""None where the function's signatures say what there is to say."""


def _read(*texts: str) -> dict[str, tuple[str, ...]]:
    table: dict[str, tuple[str, ...]] = {}
    for text in texts:
        for line in text.splitlines():
            if line.strip() and not line.lstrip().startswith("#"):
                name = line.partition("(")[0].strip()
                table[name] = (*table.get(name, ()), line.strip())
    return table


_MODULES: tuple[Any, ...] = (
    aggregates,
    approximate,
    array_search,
    arrays,
    binary,
    colors,
    conditionals,
    date_formats,
    dates,
    geospatial,
    iso8601,
    jsons,
    map_aggregates,
    maps,
    maths,
    percentiles,
    reduction,
    regexps,
    repetition,
    sketches,
    strings,
    urls,
    windowed,
)

SCALARS = _read(*(getattr(m, "SCALARS", "") for m in _MODULES))
AGGREGATES = _read(*(getattr(m, "AGGREGATES", "") for m in _MODULES))
WINDOWS = _read(windowed.WINDOWS)
SPECIALS: dict[str, Special] = {k: v for m in _MODULES for k, v in getattr(m, "SPECIALS", {}).items()}
RAW: dict[str, Callable[[Any, Any], Value]] = {k: v for m in _MODULES for k, v in getattr(m, "RAW", {}).items()}
REFUSED: frozenset[str] = frozenset(name for m in _MODULES for name in getattr(m, "REFUSED", "").split())
OF_MOMENTS = frozenset((*dates.SPECIALS, *date_formats.SPECIALS, *iso8601.SPECIALS, "sequence", "last_day_of_month"))
"""Functions of dates and times alone."""
RANDOM = frozenset(("rand", "random", "shuffle", "uuid"))
"""Functions that give another value each time: https://trino.io/docs/current/functions/math.html#random-functions"""
AGGREGATE_NAMES: frozenset[str] = frozenset(
    (*AGGREGATES, *WINDOWS, *(name for m in _MODULES for name in getattr(m, "SPECIAL_AGGREGATES", "").split()))
)

DISTINCT: frozenset[str] = frozenset(
    (
        *(name for name, lines in AGGREGATES.items() if all("$D" in line for line in lines)),
        *(name for m in _MODULES for name in getattr(m, "SPECIAL_DISTINCT", "").split()),
    )
)
"""Aggregates that DISTINCT can stand in."""


def knows(name: str) -> bool:
    """Whether *name* is a function that can be called."""
    return any(name in table for table in (SCALARS, AGGREGATES, WINDOWS, SPECIALS, RAW))
