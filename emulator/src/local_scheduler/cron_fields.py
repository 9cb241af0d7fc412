"""The six fields of a cron expression of AWS's, each as the set of values that it names.

https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based
"""

from __future__ import annotations

import calendar
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

YEARS = range(1970, 2200)
_MONTHS = {name.upper(): number for number, name in enumerate(calendar.month_abbr) if name}
_DAYS = {name: number for number, name in enumerate(("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"), 1)}


class ExpressionError(ValueError):
    """An expression that no calendar knows."""


@dataclass(frozen=True)
class Days:
    """The days that the fields day-of-month and day-of-week name; one of the two is ``?``."""

    named: Callable[[date], bool]

    def __contains__(self, day: date) -> bool:
        return self.named(day)


def values(text: str, name: str, allowed: range, names: dict[str, int] | None = None) -> frozenset[int]:
    """The values of a field of numbers, ranges (``1-5``, ``FRI-MON``), steps (``0/15``), lists and ``*``."""
    found: set[int] = set()
    for part in text.split(","):
        span, slash, step = part.partition("/")
        low, dash, high = span.partition("-")
        if span == "*":
            chosen = list(allowed)
        elif dash:
            first, last = _number(low, name, allowed, names), _number(high, name, allowed, names)
            around = [*range(first, allowed.stop), *range(allowed.start, last + 1)]
            chosen = list(range(first, last + 1)) if first <= last else around
        else:
            first = _number(span, name, allowed, names)
            chosen = list(range(first, allowed.stop)) if slash else [first]
        if slash:
            if not step.isdecimal() or int(step) < 1:
                raise ExpressionError(f"{name}: {part!r} has no step")
            chosen = chosen[:: int(step)]
        found.update(chosen)
    return frozenset(found)


def months(text: str) -> frozenset[int]:
    return values(text, "month", range(1, 13), _MONTHS)


def days(of_month: str, of_week: str) -> Days:
    """The days of both fields. Raises ``ExpressionError`` unless exactly one of the two is ``?``."""
    if (of_month == "?") == (of_week == "?"):
        raise ExpressionError("one of day-of-month and day-of-week is ?, and not both")
    return Days(_of_month(of_month) if of_week == "?" else _of_week(of_week))


def _of_month(text: str) -> Callable[[date], bool]:
    if text == "L":
        return lambda day: day.day == _last(day)
    if text == "LW":
        return lambda day: day == _weekday_near(day, _last(day))
    if text.endswith("W"):
        number = _number(text[:-1], "day-of-month", range(1, 32), None)
        return lambda day: number <= _last(day) and day == _weekday_near(day, number)
    named = values(text, "day-of-month", range(1, 32))
    return lambda day: day.day in named


def _of_week(text: str) -> Callable[[date], bool]:
    weekdays = range(1, 8)
    if text != "L" and text.endswith("L"):  # the last of its kind in the month
        number = _number(text[:-1], "day-of-week", weekdays, _DAYS)
        return lambda day: _weekday(day) == number and day.day + 7 > _last(day)
    kind, hash_sign, which = text.partition("#")
    if hash_sign:
        number = _number(kind, "day-of-week", weekdays, _DAYS)
        if which not in ("1", "2", "3", "4", "5"):
            raise ExpressionError(f"day-of-week: {text!r} names none of the month's five")
        return lambda day: _weekday(day) == number and (day.day - 1) // 7 + 1 == int(which)
    named = frozenset({7}) if text == "L" else values(text, "day-of-week", weekdays, _DAYS)
    return lambda day: _weekday(day) in named


def _number(text: str, name: str, allowed: range, names: dict[str, int] | None) -> int:
    number = (names or {}).get(text.upper(), int(text) if text.isdecimal() and text.isascii() else None)
    if number is None or number not in allowed:
        raise ExpressionError(f"{name}: {text!r} is none of {allowed.start} to {allowed.stop - 1}")
    return number


def _weekday(day: date) -> int:
    """1 for Sunday to 7 for Saturday."""
    return day.isoweekday() % 7 + 1


def _last(day: date) -> int:
    return calendar.monthrange(day.year, day.month)[1]


def _weekday_near(day: date, number: int) -> date:
    """The day from Monday to Friday next to the *number*-th of the day's month, and within that month."""
    wanted = day.replace(day=number)
    if wanted.isoweekday() == 6:
        return wanted - timedelta(1) if number > 1 else wanted + timedelta(2)
    if wanted.isoweekday() == 7:
        return wanted + timedelta(1) if number < _last(day) else wanted - timedelta(2)
    return wanted
