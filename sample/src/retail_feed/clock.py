"""When things happen: the shape of a week and of a day, time zones, timestamps as text."""

from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from retail_feed.dirt import Column, Ints, pick
from retail_feed.options import DAY_MS

HOUR_MS: Final = 3_600_000
WEEKDAY_WEIGHTS: Final = np.array([0.88, 0.86, 0.92, 1.00, 1.22, 1.34, 0.78])
WEB_HOURS: Final = np.array([2, 1, 1, 1, 1, 1, 2, 3, 4, 5, 5, 5, 6, 6, 5, 5, 6, 7, 9, 12, 13, 11, 7, 4], dtype=float)
SHOP_HOURS: Final = np.array([0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 7, 8, 9, 8, 7, 7, 9, 12, 11, 7, 2, 0, 0, 0], dtype=float)


def orders_per_day(rng: np.random.Generator, orders: int, start: int, days: int) -> Ints:
    """How many orders each day has (shape: days); they add up to `orders`."""
    numbers = np.arange(start, start + days)
    weekday = (numbers + 3) % 7  # 1970-01-01 was a Thursday
    growth = np.linspace(0.95, 1.05, days)
    weights = WEEKDAY_WEIGHTS[weekday] * growth * rng.normal(1.0, 0.04, days).clip(0.8, 1.2)
    bounds = np.rint(np.cumsum(weights) / weights.sum() * orders).astype(np.int64)
    counts: Ints = np.diff(bounds, prepend=0)
    return counts


def local_time_of_day(rng: np.random.Generator, web: Column) -> Ints:
    """Milliseconds since local midnight of each order; `web` says which orders keep no opening hours."""
    hour: Ints = np.where(web, pick(rng, WEB_HOURS, len(web)), pick(rng, SHOP_HOURS, len(web)))
    return hour * HOUR_MS + rng.integers(0, HOUR_MS, len(web))


def utc_offsets(zones: tuple[str, ...], first_day: int, last_day: int) -> Ints:
    """Minutes east of UTC at noon of each day (shape: zones x days, both ends inclusive).

    A change of the clock counts from the midnight before it: a text carries its offset, so its instant stays exact.
    """
    noon = datetime(1970, 1, 1, 12, tzinfo=UTC)
    days = [noon + timedelta(days=day) for day in range(first_day, last_day + 1)]
    return np.array([[_offset_minutes(ZoneInfo(zone), day) for day in days] for zone in zones], dtype=np.int64)


def _offset_minutes(zone: ZoneInfo, instant: datetime) -> int:
    offset = instant.astimezone(zone).utcoffset()
    return 0 if offset is None else int(offset.total_seconds() // 60)


def iso_text(instant_ms: Ints, offset_minutes: Ints, in_utc: Column) -> pa.Array:
    """ISO 8601 texts with the offset written out, or with Z where `in_utc`: '2026-03-01T12:33:10+02:00'."""
    offset = np.where(in_utc, 0, offset_minutes)
    local = (instant_ms // 1000 + offset * 60).astype(np.int64)
    stamp = pc.replace_substring(pa.array(local, pa.timestamp("s")).cast(pa.string()), " ", "T")
    known, codes = np.unique(offset, return_inverse=True)
    texts = [f"{'-' if m < 0 else '+'}{abs(m) // 60:02d}:{abs(m) % 60:02d}" for m in known.tolist()] + ["Z"]
    suffix = pa.array(texts).take(pa.array(np.where(in_utc, len(known), codes)))
    return pc.binary_join_element_wise(stamp, suffix, "")


def at_day(day: int) -> int:
    """Milliseconds since 1970 at which an epoch day begins in UTC."""
    return day * DAY_MS
