"""Time zones as Trino writes them: ``UTC``, ``+05:30``, ``America/New_York``."""

from __future__ import annotations

import re
from functools import lru_cache
from zoneinfo import available_timezones

from local_athena.dialect.sqltext import once
from local_athena.dialect.values.types import Type
from local_athena.errors import AthenaError

_UTC = {"utc", "z", "ut", "gmt", "uct", "zulu", "etc/utc", "etc/gmt"}
_PREFIXED = re.compile(r"(Etc/GMT|Etc/UTC|UTC|GMT|UT)?([+-])(\d{1,2})(?::?(\d{2}))?")


@lru_cache(maxsize=1)
def _regions() -> dict[str, str]:
    return {zone.lower(): zone for zone in available_timezones()}


@lru_cache(maxsize=1024)
def normalise(zone: str) -> str:
    """*zone* in Trino's spelling. Raises INVALID_FUNCTION_ARGUMENT for what is no zone."""
    if zone.lower() in _UTC:
        return "UTC"
    if found := _PREFIXED.fullmatch(zone):
        hours, minutes = int(found[3]), int(found[4] or 0)
        if minutes > 59 or 60 * hours + minutes > 14 * 60:
            raise AthenaError("INVALID_FUNCTION_ARGUMENT", f"Invalid offset {zone}")
        sign = {"+": "-", "-": "+"}[found[2]] if found[1] == "Etc/GMT" else found[2]  # POSIX counts them westward
        return "UTC" if hours == minutes == 0 else f"{sign}{hours:02d}:{minutes:02d}"
    if zone.lower() in _regions():
        return _regions()[zone.lower()]
    raise AthenaError("INVALID_FUNCTION_ARGUMENT", f"'{zone}' is not a valid time zone")


def is_zone(zone: str) -> bool:
    try:
        normalise(zone)
    except AthenaError:
        return False
    return True


def is_region(zone: str) -> bool:
    """Whether *zone* is the name of a region, in the letters that it is listed with."""
    return _regions().get(zone.lower()) == zone


def minutes(zone: str) -> int:
    """Minutes east of UTC of ``UTC`` or an offset such as ``-07:09``."""
    return 0 if zone == "UTC" else int(f"{zone[0]}1") * (int(zone[1:3]) * 60 + int(zone[4:6]))


def instant(sql: str) -> str:
    """The instant of *sql*, a timestamp with a zone. DuckDB gives a field of a constant NULL no type of its own."""
    return f"CAST(({sql}).i AS TIMESTAMP)"


def as_key_of(base: str, key: str, t: Type) -> str:
    """*key*, a zoned timestamp of type *t*, in the zone of the keys of the map *base*, so that it is found by its instant."""
    zone, picos = f"(map_keys({base})[1]).z", ", 'p': ({}).p" if t.precision > _MICROS else ""

    def moved(k: str) -> str:
        there = f"{{'i': ({k}).i, 'z': {zone}{picos.format(k)}}}"
        return f"CASE WHEN cardinality({base}) > 0 AND {k} IS NOT NULL THEN {there} ELSE {k} END"

    return once(key, moved)


_MICROS = 6
"""Digits of a second beyond which a zoned timestamp has picoseconds beside it (``fine``)."""
