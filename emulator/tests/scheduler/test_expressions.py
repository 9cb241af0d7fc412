"""Schedule expressions name the moments that AWS's documentation says, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_scheduler import Cron, ExpressionError, parse

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


def moments(text: str, count: int, zone: str = "UTC", after: datetime = BEGIN, start: datetime = BEGIN) -> list[str]:
    """The first *count* moments, as a clock in *zone* shows them."""
    expression, found = parse(text, zone), []
    moment: datetime | None = after
    while moment and len(found) < count:
        if moment := expression.after(moment, start):
            found.append(f"{moment.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M:%S}")
    return found


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("cron(15 12 * * ? *)", ["2026-01-01 12:15:00", "2026-01-02 12:15:00"]),
        ("cron(0 18 ? * MON-FRI *)", ["2026-01-01 18:00:00", "2026-01-02 18:00:00", "2026-01-05 18:00:00"]),
        ("cron(0 8 1 * ? *)", ["2026-01-01 08:00:00", "2026-02-01 08:00:00"]),
        ("cron(0/10 * ? * FRI-MON *)", ["2026-01-02 00:00:00", "2026-01-02 00:10:00"]),
        ("cron(0 9 L * ? *)", ["2026-01-31 09:00:00", "2026-02-28 09:00:00"]),
        ("cron(0 9 LW * ? *)", ["2026-01-30 09:00:00", "2026-02-27 09:00:00"]),
        ("cron(0 9 1W * ? *)", ["2026-01-01 09:00:00", "2026-02-02 09:00:00"]),
        ("cron(0 9 31W * ? *)", ["2026-01-30 09:00:00", "2026-03-31 09:00:00"]),
        ("cron(15 10 ? * 6L 2026-2027)", ["2026-01-30 10:15:00", "2026-02-27 10:15:00"]),
        ("cron(0 9 ? * TUE#5 *)", ["2026-03-31 09:00:00", "2026-06-30 09:00:00"]),
        ("cron(0 0 29 FEB ? *)", ["2028-02-29 00:00:00", "2032-02-29 00:00:00"]),
        ("cron(5,35 14 * 3,DEC ? 2027)", ["2027-03-01 14:05:00", "2027-03-01 14:35:00"]),
        ("cron(0 0 1 1 ? 2025)", []),
        ("cron(0 0 31 2 ? *)", []),
        ("rate(1 hour)", ["2026-01-01 01:00:00", "2026-01-01 02:00:00"]),
        ("rate(90 minutes)", ["2026-01-01 01:30:00", "2026-01-01 03:00:00"]),
        ("at(2026-11-20T13:00:00)", ["2026-11-20 13:00:00"]),
        ("at(2025-11-20T13:00:00)", []),
    ],
)
def test_moments(text: str, first: list[str]) -> None:
    assert moments(text, max(len(first), 1)) == first


def test_an_hour_that_spring_leaves_out_is_left_out_and_one_that_autumn_repeats_comes_once() -> None:
    spring, autumn = datetime(2026, 3, 28, 12, tzinfo=UTC), datetime(2026, 10, 24, 12, tzinfo=UTC)
    nightly = "cron(30 2 * * ? *)"
    assert moments(nightly, 2, "Europe/Berlin", spring) == ["2026-03-30 02:30:00", "2026-03-31 02:30:00"]
    assert moments(nightly, 2, "Europe/Berlin", autumn) == ["2026-10-25 02:30:00", "2026-10-26 02:30:00"]


def test_a_rate_begins_at_its_start() -> None:
    start = BEGIN + timedelta(days=3)
    assert moments("rate(2 days)", 2, start=start) == ["2026-01-04 00:00:00", "2026-01-06 00:00:00"]


@pytest.mark.parametrize(
    "text",
    [
        "every day",
        "cron(* * * * * *)",
        "cron(0 0 ? * ? *)",
        "cron(60 0 * * ? *)",
        "cron(0 24 * * ? *)",
        "cron(0 0 0 * ? *)",
        "cron(0 0 * 13 ? *)",
        "cron(0 0 ? * 8 *)",
        "cron(0 0 ? * MON#6 *)",
        "cron(0 0 * * ? 1969)",
        "cron(0/0 0 * * ? *)",
        "cron(0 0 * * ?)",
        "cron(x 0 * * ? *)",
        "rate(0 minutes)",
        "rate(5 seconds)",
        "rate(minutes)",
        "rate(-5 minutes)",
        "rate(99999999999999 days)",
        "at(2026-02-30T00:00:00)",
        "at(2026-11-20)",
        "at(tomorrow)",
    ],
)
def test_what_no_calendar_knows_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError):
        parse(text)


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "../etc/passwd"])
def test_a_zone_that_does_not_exist_is_refused(zone: str) -> None:
    with pytest.raises(ExpressionError, match="is no time zone"):
        parse("cron(0 0 * * ? *)", zone)


@given(
    st.lists(st.integers(0, 59), min_size=1, max_size=3),
    st.lists(st.integers(0, 23), min_size=1, max_size=3),
    st.integers(1, 7),
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)),
)
def test_a_moment_is_the_first_minute_that_matches(
    minutes: list[int], hours: list[int], weekday: int, moment: datetime
) -> None:
    begin = moment.replace(second=0, microsecond=0, tzinfo=UTC)
    text = f"cron({','.join(map(str, minutes))} {','.join(map(str, hours))} ? * {weekday} *)"
    expression = parse(text)
    assert isinstance(expression, Cron)
    found = expression.after(begin, BEGIN)
    each = begin + timedelta(minutes=1)
    while not (each.minute in minutes and each.hour in hours and each.isoweekday() % 7 + 1 == weekday):
        each += timedelta(minutes=1)
    assert found == each
