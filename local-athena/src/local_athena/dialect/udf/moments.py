"""A moment from the fields that a text named, as Joda puts them together."""

from __future__ import annotations

import re
from calendar import isleap, monthrange
from datetime import date, datetime, timedelta

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


def _year(year: int) -> int:
    """A *year* that Python knows. Raises NOT_SUPPORTED for others, most of which Joda knows."""
    if not 1 <= year <= 9999:
        raise Failure("NOT_SUPPORTED: A year outside 1 to 9999 is not supported by local Athena here")
    return year


def _alike(year: int) -> int:
    """A year that Python knows with the same days: they come again after 400 years."""
    return year % 400 + 400


def day_of(year: int, month: int | str, day: int | str) -> date:
    """A date, or ValueError in Joda's words."""
    month = within(month, "monthOfYear", 1, 12)
    day = within(day, "dayOfMonth", 1, monthrange(_alike(year), month)[1])
    return date(_year(year), month, day)


def day_of_year(year: int, day: int | str) -> date:
    """The date that is *day* of its year, from 1 on, or ValueError in Joda's words."""
    days = within(day, "dayOfYear", 1, 366 if isleap(year) else 365) - 1
    return date(_year(year), 1, 1) + timedelta(days)


def day_of_week(year: int, week: int | str, day: int | str) -> date:
    """The date of an ISO *week* and *day* of the week, or ValueError in Joda's words."""
    week = within(week, "weekOfWeekyear", 1, date(_alike(year), 12, 28).isocalendar().week)
    return date.fromisocalendar(_year(year), week, within(day, "dayOfWeek", 1, 7))


def moment(text: str, values: dict[str, str]) -> datetime:
    """The moment whose fields are *values*, by Joda's letters. Raises INVALID_FUNCTION_ARGUMENT where there is none."""
    try:
        day = _day(values)
        # A day of the week moves the date within its week.
        weekday = next((values[letter] for letter in "eEWa" if values.get(letter, "").isdigit()), None)
        if weekday:
            day += timedelta(days=within(weekday, "dayOfWeek", 1, 7) - day.isoweekday())
        fraction = int((values.get("S", "") + "000")[:3]) * 1000
        hour, minute = _hour(values), within(values.get("m", 0), "minuteOfHour", 0, 59)
        second = within(values.get("s", 0), "secondOfMinute", 0, 59)
        return datetime(day.year, day.month, day.day, hour, minute, second, fraction)
    except (ValueError, OverflowError) as error:
        raise invalid(f'Cannot parse "{text}": {error}') from None


def _day(values: dict[str, str]) -> date:
    # Without a year it is 1970, but 2000 where a month or a day is given.
    given = any(letter in values for letter in "MdDweEW")
    year = int(values.get("y") or values.get("Y") or (2000 if given else 1970))
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
