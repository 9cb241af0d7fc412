"""A moment from the fields that a text named, as Joda puts them together: microseconds since 1970, as DuckDB counts them.

Python's own dates know the years 1 to 9999. The others are computed in a year with the same days: they come again after 400.
"""

from __future__ import annotations

import re
from calendar import isleap, monthrange
from datetime import date, datetime, timedelta
from typing import Any

from local_athena.dialect.udf.failures import Failure, invalid

MONTHS = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
]  # fmt: skip
DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


def named(rest: str, names: list[str]) -> tuple[re.Match[str] | None, str]:
    """A month's or a day's name, whole or its first three letters, at the beginning of *rest*, and its number.

    Joda knows each as Monday, monday and MONDAY, and in no other case.
    """
    for number, name in enumerate(names, 1):
        cases = "|".join(f"{n.title()}|{n}|{n.upper()}" for n in (name, name[:3]))
        if found := re.match(cases, rest):
            return found, str(number)
    return None, ""


_SAMPLE = 32
"""So many characters of a text are shown behind the place where it stops to fit."""


def malformed(text: str, rest: str) -> Failure:
    """Joda's failure of a *text* that does not fit from *rest*, its end, on."""
    at = len(text) - len(rest)
    shown = text if len(text) <= at + _SAMPLE + 3 else text[: at + _SAMPLE] + "..."
    if not at:
        return invalid(f'Invalid format: "{shown}"')
    return invalid(f'Invalid format: "{shown}" ' + (f'is malformed at "{shown[at:]}"' if rest else "is too short"))


def within(value: int | str, field: str, low: int, high: int) -> int:
    """*value*, which Joda's *field* takes. Raises ValueError, in Joda's words, for one that it does not."""
    if not low <= int(value) <= high:
        raise ValueError(f"Value {int(value)} for {field} must be in the range [{low},{high}]")
    return int(value)


DAY = 86_400_000_000
_BEGINNING = date(1970, 1, 1).toordinal()
_CYCLE = 146_097
"""Days of 400 years."""
_GREATEST_YEAR = 290_000
_LATEST = 2**51 * 1000
"""https://github.com/trinodb/trino/blob/master/core/trino-spi/src/main/java/io/trino/spi/type/DateTimeEncoding.java"""


def _alike(year: int) -> int:
    """A year that Python knows with the same days."""
    if abs(year) > _GREATEST_YEAR:
        limits = f"-{_GREATEST_YEAR} to {_GREATEST_YEAR}"
        raise Failure(f"NOT_SUPPORTED: A year outside {limits} is not supported by local Athena here")
    return year % 400 + 400


def _days(alike: date, year: int) -> int:
    """Days since 1970 of the date that *alike* is in a year like *year*."""
    return alike.toordinal() - _BEGINNING + (year - _alike(year)) // 400 * _CYCLE


def day_of(year: int, month: int | str, day: int | str) -> int:
    """Days since 1970 of a date, or ValueError in Joda's words."""
    month = within(month, "monthOfYear", 1, 12)
    day = within(day, "dayOfMonth", 1, monthrange(_alike(year), month)[1])
    return _days(date(_alike(year), month, day), year)


def day_of_year(year: int, day: int | str) -> int:
    """Days since 1970 of the date that is *day* of its year, from 1 on, or ValueError in Joda's words."""
    days = within(day, "dayOfYear", 1, 366 if isleap(year) else 365) - 1
    return _days(date(_alike(year), 1, 1), year) + days


def day_of_week(year: int, week: int | str, day: int | str) -> int:
    """Days since 1970 of an ISO *week* and *day* of the week, or ValueError in Joda's words."""
    week = within(week, "weekOfWeekyear", 1, date(_alike(year), 12, 28).isocalendar().week)
    return _days(date.fromisocalendar(_alike(year), week, within(day, "dayOfWeek", 1, 7)), year)


def shown(micros: int, timespec: str = "milliseconds") -> str:
    """A moment as DuckDB reads it: ``-0044-03-15 12:00:00.000``."""
    days, rest = divmod(micros, DAY)
    return f"{day_shown(days)} {(datetime.min + timedelta(microseconds=rest)).time().isoformat(timespec)}"


def day_shown(days: int) -> str:
    """A date as DuckDB reads it."""
    cycles, rest = divmod(days, _CYCLE)
    alike = date.fromordinal(_BEGINNING + rest)
    return f"{padded(alike.year + 400 * cycles, 4)}-{alike:%m-%d}"


def padded(number: int, digits: int) -> str:
    """A number with so many *digits* at least, and a sign before them where it is negative."""
    return f"{'-' if number < 0 else ''}{abs(number):0{digits}d}"


def zoned(micros: int, zone: str) -> str:
    """A moment and its zone as a text. Raises INVALID_FUNCTION_ARGUMENT for years that Trino has no moments with zone in."""
    if not -_LATEST <= micros < _LATEST:
        raise invalid(f"Millis overflow: {micros // 1000}")
    return f"{shown(micros, 'microseconds')} {zone}"


class FarMoment(datetime):
    """A moment of a year that Python does not know, in one that has the same days, and how many cycles of years lie between."""

    cycles = 0

    @classmethod
    def of(cls, micros: int) -> FarMoment:
        days, rest = divmod(micros, DAY)
        cycles, days = divmod(days, _CYCLE)
        alike = datetime.fromordinal(_BEGINNING + days) + timedelta(microseconds=rest)
        far = cls.combine(alike.date(), alike.time())
        far.cycles = cycles
        return far

    @property
    def year(self) -> int:
        return super().year + 400 * self.cycles

    def isocalendar(self) -> Any:
        year, week, day = super().isocalendar()
        return year + 400 * self.cycles, week, day


def moment(text: str, values: dict[str, str]) -> int:
    """The moment whose fields are *values*, by Joda's letters. Raises INVALID_FUNCTION_ARGUMENT where there is none."""
    try:
        day = _day(values)
        # A day of the week moves the date within its week.
        weekday = next((values[letter] for letter in "eEWa" if values.get(letter, "").isdigit()), None)
        if weekday:
            day += within(weekday, "dayOfWeek", 1, 7) - ((day + 3) % 7 + 1)
        fraction = int((values.get("S", "") + "000")[:3]) * 1000
        hour, minute = _hour(values), within(values.get("m", 0), "minuteOfHour", 0, 59)
        second = within(values.get("s", 0), "secondOfMinute", 0, 59)
        return day * DAY + ((hour * 60 + minute) * 60 + second) * 1_000_000 + fraction
    except ValueError as error:
        raise invalid(f'Cannot parse "{text}": {error}') from None


def _day(values: dict[str, str]) -> int:
    # Without a year it is 1970, but 2000 where a month or a day is given.
    given = any(letter in values for letter in "MdDweEW") or values.get("a", "").isdigit()
    if not values.get("y") and "Y" in values:
        year = within(values["Y"], "yearOfEra", 1, 292_278_993)
        values["y"] = str(1 - year if values.get("G", "").startswith("b") else year)
    year = int(values.get("y") or (2000 if given else 1970))
    if "w" in values or "x" in values:
        return day_of_week(int(values.get("x", year)), values.get("w", 1), 1)
    if "D" in values:
        return day_of_year(year, values["D"])
    return day_of(year, values.get("M", 1), values.get("d", 1))


def _hour(values: dict[str, str]) -> int:
    half = 12 if values.get("p") == "pm" or values.get("a") == "pm" else 0
    if "h" in values:
        return within(values["h"], "clockhourOfHalfday", 1, 12) % 12 + half
    if "K" in values:
        return within(values["K"], "hourOfHalfday", 0, 11) + half
    if "k" in values:
        return within(values["k"], "clockhourOfDay", 1, 24) % 24
    return within(values.get("H", 0), "hourOfDay", 0, 23)
