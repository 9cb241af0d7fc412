"""Schedule expressions: ``rate``, ``cron`` and ``at``, each with the moments that it names.

https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from local_scheduler.cron_fields import YEARS, Days, ExpressionError, days, months, values

_FORM = re.compile(r"(rate|cron|at)\((.*)\)")
_UNITS = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1)}
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Rate:
    """Again and again after the same time, from the schedule's start on."""

    every: timedelta

    def after(self, moment: datetime, start: datetime) -> datetime | None:
        """The first moment later than *moment*; *start* is the first of all, whether it has passed or not."""
        if moment < start:
            return start
        return start + ((moment - start) // self.every + 1) * self.every


@dataclass(frozen=True)
class At:
    """Once."""

    moment: datetime

    def after(self, moment: datetime, start: datetime) -> datetime | None:
        return self.moment if moment < self.moment else None


@dataclass(frozen=True)
class Cron:
    """Whenever a clock in ``zone`` shows it: not at all when that hour is left out in spring, once when it comes twice."""

    zone: ZoneInfo
    minutes: frozenset[int]
    hours: frozenset[int]
    days: Days
    months: frozenset[int]
    years: frozenset[int]

    def after(self, moment: datetime, start: datetime) -> datetime | None:
        moment = max(moment, start - _SECOND)
        here = moment.astimezone(self.zone)
        day = self._day(here.date())
        while day:
            for hour in sorted(self.hours):
                for minute in sorted(self.minutes):
                    shown = datetime.combine(day, time(hour, minute), self.zone)
                    found = shown.astimezone(UTC)
                    exists = found.astimezone(self.zone).replace(tzinfo=None) == shown.replace(tzinfo=None)
                    if exists and found > moment:
                        return found
            day = self._day(day + timedelta(1))
        return None

    def _day(self, day: date) -> date | None:
        """The first day that is named, from *day* on; None if there is none in what is left of the calendar."""
        while day.year in YEARS:
            if day.year not in self.years:
                day = date(day.year + 1, 1, 1)
            elif day.month not in self.months:
                day = (day.replace(day=1) + timedelta(32)).replace(day=1)
            elif day in self.days:
                return day
            else:
                day += timedelta(1)
        return None


Expression = Rate | Cron | At


def parse(text: str, zone: str = "UTC") -> Expression:
    """The expression *text* in the time zone named *zone*.

    Raises:
        ExpressionError: it is none of Scheduler's, or there is no such zone.
    """
    found = _FORM.fullmatch(text.strip())
    if not found:
        raise ExpressionError(f"{text!r} is neither rate(...) nor cron(...) nor at(...)")
    try:
        there = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ExpressionError(f"{zone!r} is no time zone") from None
    kind, inner = found.groups()
    if kind == "rate":
        return _rate(inner)
    return _cron(inner, there) if kind == "cron" else _at(inner, there)


def _rate(inner: str) -> Rate:
    value, _, unit = inner.strip().partition(" ")
    every = _UNITS.get(unit.strip().removesuffix("s"))
    if not value.isdecimal() or int(value) < 1 or every is None:
        raise ExpressionError(f"rate({inner}): a whole number from 1, and minutes, hours or days")
    try:
        return Rate(int(value) * every)
    except OverflowError:
        raise ExpressionError(f"rate({inner}) is longer than any calendar") from None


def _at(inner: str, zone: ZoneInfo) -> At:
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", inner):
        raise ExpressionError(f"at({inner}): at(yyyy-mm-ddThh:mm:ss)")
    try:
        return At(datetime.fromisoformat(inner).replace(tzinfo=zone).astimezone(UTC))
    except (ValueError, OverflowError):
        raise ExpressionError(f"at({inner}): there is no such day or time") from None


def _cron(inner: str, zone: ZoneInfo) -> Cron:
    fields = inner.split()
    if len(fields) != 6:
        raise ExpressionError(f"cron({inner}): minutes hours day-of-month month day-of-week year")
    minute, hour, of_month, month, of_week, year = fields
    return Cron(
        zone,
        values(minute, "minutes", range(60)),
        values(hour, "hours", range(24)),
        days(of_month, of_week),
        months(month),
        values(year, "year", YEARS),
    )
