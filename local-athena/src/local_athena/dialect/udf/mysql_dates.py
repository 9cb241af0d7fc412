"""``date_format`` and ``date_parse``: https://trino.io/docs/current/functions/datetime.html#mysql-date-functions."""

from __future__ import annotations

import re
from datetime import datetime

from local_athena.dialect.udf.failures import invalid
from local_athena.dialect.udf.moments import DAYS, MONTHS, malformed, moment, named, padded

_CODE = re.compile(r"%(.)|(%\Z)|([^%]+)", re.S)
_COMPOSED = {"r": "%h:%i:%s %p", "T": "%H:%i:%s"}


def _codes(pattern: str) -> list[tuple[str, str]]:
    """A pattern's parts: (code, "") or ("", literal text)."""
    parts: list[tuple[str, str]] = []
    for code, _, literal in _CODE.findall(pattern):
        if code and code in "DUuVwX":
            raise invalid(f"%{code} not supported in date format string")
        if code in _COMPOSED:
            parts += _codes(_COMPOSED[code])
        elif code in _SHOWN:
            parts.append((code, ""))
        else:
            parts.append(("", code or literal))
    return parts


_SHOWN = {
    "a": "{0:%a}", "b": "{0:%b}", "c": "{0.month}", "d": "{0.day:02d}", "e": "{0.day}", "H": "{0.hour:02d}", "h": "{1:02d}",
    "I": "{1:02d}", "i": "{0.minute:02d}", "j": "{0:%j}", "k": "{0.hour}", "l": "{1}", "M": "{0:%B}", "m": "{0.month:02d}",
    "p": "{0:%p}", "S": "{0.second:02d}", "s": "{0.second:02d}", "v": "{2[1]:02d}", "W": "{0:%A}", "x": "{6}",
    "Y": "{5}", "y": "{3:02d}", "f": "{4:03d}000",
}  # fmt: skip


def _written(pattern: str) -> list[tuple[str, str]]:
    if not (parts := _codes(pattern)):
        raise invalid("Both printing and parsing not supported")
    return parts


def date_format(value: datetime, pattern: str) -> str:
    iso = value.isocalendar()
    years = (padded(value.year, 4), padded(iso[0], 4))
    facts = (value, value.hour % 12 or 12, iso, abs(value.year) % 100, value.microsecond // 1000, *years)
    return "".join(_SHOWN[code].format(*facts) if code else literal for code, literal in _written(pattern))


_DIGITS = {"Y": "1,4", "x": "1,4", "y": "2", "j": "1,3", "f": "1,9"}
_MEANS = {
    "Y": "y",
    "b": "M",
    "c": "M",
    "m": "M",
    "e": "d",
    "k": "H",
    "I": "h",
    "l": "h",
    "i": "m",
    "S": "s",
    "j": "D",
    "v": "w",
}


def date_parse(text: str, pattern: str) -> int:
    """Microseconds since 1970."""
    values: dict[str, str] = {}
    rest = text
    for code, literal in _written(pattern):
        found, value = _taken(code, literal, rest)
        if found is None:
            raise malformed(text, rest)
        if code == "f":
            values["S"] = value[:3].ljust(3, "0")
        elif code == "y":  # 70 is 1970, 69 is 2069
            values["y"] = str(int(value) + (1900 if int(value) >= 70 else 2000))
        elif code:
            values[_MEANS.get(code, code)] = value
        rest = rest[found.end() :]
    if rest:
        raise malformed(text, rest)
    return moment(text, values)


def _taken(code: str, literal: str, rest: str) -> tuple[re.Match[str] | None, str]:
    if not code:
        return re.match(re.escape(literal), rest, re.I), ""
    if code in "bM":
        found, value = named(rest, MONTHS)
        return found, value
    if code in "aW":
        found, value = named(rest, DAYS)
        return found, value
    found = re.match("am|pm|AM|PM" if code == "p" else rf"[0-9]{{{_DIGITS.get(code, '1,2')}}}", rest)
    return found, found[0].lower() if found else ""


FUNCTIONS = (
    ("date_format", date_format, "TIMESTAMP VARCHAR", "VARCHAR"),
    ("date_parse", date_parse, "VARCHAR VARCHAR", "TIMESTAMP"),
)
