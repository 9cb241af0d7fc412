"""A moment from the fields that a text named, as Joda puts them together."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from local_athena.dialect.udf.failures import invalid

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


def moment(text: str, values: dict[str, str]) -> datetime:
    """The moment whose fields are *values*, by Joda's letters. Raises INVALID_FUNCTION_ARGUMENT where there is none."""
    try:
        day = _day(values)
        # A day of the week moves the date within its week.
        weekday = next((values[letter] for letter in "eEWa" if values.get(letter, "").isdigit()), None)
        if weekday:
            if not 1 <= int(weekday) <= 7:
                raise ValueError(f"Value {weekday} for dayOfWeek must be in the range [1,7]")
            day += timedelta(days=int(weekday) - day.isoweekday())
        fraction = int((values.get("S", "") + "000")[:3]) * 1000
        return datetime(
            day.year, day.month, day.day, _hour(values), int(values.get("m", 0)), int(values.get("s", 0)), fraction
        )
    except (ValueError, OverflowError) as error:
        raise invalid(f'Cannot parse "{text}": {error}') from None


def _day(values: dict[str, str]) -> date:
    # Without a year it is 1970, but 2000 where a month or a day is given.
    given = any(letter in values for letter in "MdDweEW")
    year = int(values.get("y") or values.get("Y") or (2000 if given else 1970))
    if "w" in values or "x" in values:
        return date.fromisocalendar(int(values.get("x", year)), int(values.get("w", 1)), 1)
    if "D" in values:
        made = date(year, 1, 1) + timedelta(days=int(values["D"]) - 1)
        if made.year != year:
            raise ValueError(
                f"Value {values['D']} for dayOfYear must be in the range [1,{365 + (made.year - 1) % 4 // 3}]"
            )
        return made
    return date(year, int(values.get("M", 1)), int(values.get("d", 1)))


def _hour(values: dict[str, str]) -> int:
    half = 12 if values.get("p") == "pm" or values.get("a") == "pm" else 0
    if "h" in values:
        if not 1 <= int(values["h"]) <= 12:
            raise ValueError(f"Value {values['h']} for clockhourOfHalfday must be in the range [1,12]")
        return int(values["h"]) % 12 + half
    if "K" in values:
        if int(values["K"]) > 11:
            raise ValueError(f"Value {values['K']} for hourOfHalfday must be in the range [0,11]")
        return int(values["K"]) + half
    if "k" in values:
        if not 1 <= int(values["k"]) <= 24:
            raise ValueError(f"Value {values['k']} for clockhourOfDay must be in the range [1,24]")
        return int(values["k"]) % 24
    return int(values.get("H", 0))
