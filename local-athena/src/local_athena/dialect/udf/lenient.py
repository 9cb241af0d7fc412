"""Dates, moments and doubles of text files that DuckDB does not read as Java does: month 13, years of five digits, ``1.5f``.

https://github.com/trinodb/trino/blob/440/lib/trino-hive-formats/src/main/java/io/trino/hive/formats/HiveFormatUtils.java:
``ResolverStyle.LENIENT`` adds months to a year and days to a month, however many there are.
"""

from __future__ import annotations

import re
from math import floor

_DATE = re.compile(r"([+-]?\d{1,9})-([+-]?\d{1,9})-([+-]?\d{1,9})(?: .*)?", re.S)
_MOMENT = re.compile(
    r"([+-]?\d{1,9})-(\d{1,9})-(\d{1,9})(?: |[tT])(\d{1,9}):(\d{1,9})(?::(\d{1,9})(?:\.(\d{0,9}))?)?(?:[zZ]|([+-])(\d\d):?(\d\d))?"
)
_DOUBLE = re.compile(
    r"([+-]?)(NaN|Infinity|0[xX][\da-fA-F]*\.?[\da-fA-F]*[pP][+-]?\d+|[\d.]+(?:[eE][+-]?\d+)?)([fFdD]?)"
)
_BLANKS = "".join(map(chr, range(33)))
"""All that Java's ``trim`` takes away."""
_YEAR_0 = 719528
_CYCLE_DAYS, _CYCLE_YEARS = 146097, 400


def _days(year: int, month: int, day: int) -> int:
    """Days since 1970; a month or a day beyond its bounds counts on from the year's or the month's first."""
    months = year * 12 + month - 1
    year, month = divmod(months, 12)
    cycle, year = divmod(year, _CYCLE_YEARS)
    past = year - 1
    leaps = past // 4 - past // 100 + past // 400 + 1
    leap = year % 4 == 0 and (year % 100 != 0 or year == 0)
    before = (0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334)[month] + (leap and month > 1)
    return cycle * _CYCLE_DAYS + year * 365 + leaps + before + day - 1 - _YEAR_0


def day(text: str) -> int | None:
    """Days since 1970 of a date, whatever follows a blank; None for what is none."""
    found = _DATE.fullmatch(text.strip(_BLANKS))
    if not found:
        return None
    year, month, of_month = map(int, found.groups())
    return _days(year, month, of_month)


def moment(text: str) -> int | None:
    """Milliseconds since 1970 of a date and a time of day, rounded half up; None for what is none."""
    found = _MOMENT.fullmatch(text.strip(_BLANKS))
    if not found:
        return None
    *numbers, fraction, sign, hours, minutes = found.groups()
    year, month, of_month, hour, minute, second = (int(number or 0) for number in numbers)
    zone = (int(hours) * 60 + int(minutes)) * (-1 if sign == "-" else 1) if sign else 0
    seconds = ((_days(year, month, of_month) * 24 + hour) * 60 + minute - zone) * 60 + second
    return seconds * 1000 + floor(int((fraction or "").ljust(9, "0")) / 1_000_000 + 0.5)


def double(text: str) -> float | None:
    """A double as ``Double.parseDouble`` reads it; None for what is none."""
    found = _DOUBLE.fullmatch(text.strip(_BLANKS))
    if not found:
        return None
    sign, digits, suffix = found.groups()
    if suffix and digits[0] in "NI":
        return None
    try:
        value = float.fromhex(digits) if digits[:2] in ("0x", "0X") else float(digits)
    except (ValueError, OverflowError):
        return None
    return -value if sign == "-" else value


FUNCTIONS = (
    ("line_day", day, "VARCHAR", "BIGINT"),
    ("line_moment", moment, "VARCHAR", "BIGINT"),
    ("line_double", double, "VARCHAR", "DOUBLE"),
)
