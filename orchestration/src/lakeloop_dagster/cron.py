"""Expressions of EventBridge Scheduler as cron has them, as far as it does.

https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
"""

from __future__ import annotations

import re

_CRON = re.compile(r"cron\((\S+) (\S+) (\S+) (\S+) (\S+) (\S+)\)")
_RATE = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
_DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")


def of_aws(expression: str) -> str | None:
    """The *expression* as cron of five fields; None for what cron cannot say: years, ``L``, ``W``, ``#``, odd rates."""
    if rate := _RATE.fullmatch(expression):
        return _of_rate(int(rate[1]), rate[2])
    parsed = _CRON.fullmatch(expression)
    if parsed is None:
        return None
    minute, hour, day, month, weekday, year = parsed.groups()
    if year != "*" or any(letter in day for letter in "LW") or any(letter in weekday for letter in "L#"):
        return None
    if "/" in weekday:
        return None
    minute, hour, day, month = (_stepped(*pair) for pair in ((minute, 59), (hour, 23), (day, 31), (month, 12)))
    days = "*" if weekday == "?" else re.sub(r"\d+|[A-Z]{3}", lambda found: _weekday(found[0]), weekday)
    return f"{minute} {hour} {'*' if day == '?' else day} {month} {days}"


def _of_rate(number: int, unit: str) -> str | None:
    if unit == "minute" and 60 % number == 0:
        return "0 * * * *" if number == 60 else f"*/{number} * * * *"
    if unit == "hour" and 24 % number == 0:
        return "0 0 * * *" if number == 24 else f"0 */{number} * * *"
    return "0 0 * * *" if (number, unit) == (1, "day") else None


def _stepped(field: str, last: int) -> str:
    """``5/15`` as cron has it: ``5-59/15``."""
    return re.sub(r"\b(\d+)/", rf"\1-{last}/", field)


def _weekday(word: str) -> str:
    """AWS counts the days of a week from 1, cron from 0; both begin on Sunday."""
    return str(_DAYS.index(word)) if word in _DAYS else str(int(word) - 1)
