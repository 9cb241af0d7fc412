"""Options of a feed. Two equal `FeedOptions` give the same bytes."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, get_args

Format = Literal["csv", "json", "parquet"]
FORMATS: tuple[Format, ...] = get_args(Format)

EPOCH = date(1970, 1, 1)
DAY_MS = 86_400_000


class FeedError(ValueError):
    """Options or a folder that no feed can be written with. The message says what to change."""


def epoch_day(day: date) -> int:
    """Days since 1970-01-01: how the generator counts days throughout."""
    return (day - EPOCH).days


@dataclass(frozen=True, kw_only=True)
class FeedOptions:
    """Size, seed and days of a feed.

    `from_day` and `to_day` (both inclusive) choose which days of arrival are written; they never change what a day
    holds. `format` overrides the format that each table is declared with. Raises FeedError on values that make no feed.
    """

    orders: int = 10_000
    seed: int = 42
    days: int = 90
    until: date = date(2026, 6, 30)
    from_day: date | None = None
    to_day: date | None = None
    format: Format | None = None

    def __post_init__(self) -> None:
        _within("orders", self.orders, 1, 100_000_000)
        _within("seed", self.seed, 0, 2**63 - 1)
        _within("days", self.days, 1, 3_660)
        if not date(1990, 1, 1) <= self.until <= date(2100, 1, 1):
            raise FeedError(f"until={self.until} is out of range: a day from 1990-01-01 to 2100-01-01")
        if self.format is not None and self.format not in FORMATS:
            raise FeedError(f"format={self.format} is not known: one of {', '.join(FORMATS)}")
        for name, day in (("from", self.from_day), ("to", self.to_day)):
            if day is not None and not self.start <= day <= self.until:
                raise FeedError(f"{name}={day} is outside the feed: a day from {self.start} to {self.until}")
        if self.first_written > self.last_written:
            raise FeedError(f"from={self.first_written} is after to={self.last_written}: no day would be written")

    @property
    def start(self) -> date:
        """First day of the feed."""
        return self.until - timedelta(days=self.days - 1)

    @property
    def first_written(self) -> date:
        return self.from_day or self.start

    @property
    def last_written(self) -> date:
        return self.to_day or self.until

    @property
    def is_whole(self) -> bool:
        """Whether every day of the feed is written."""
        return (self.first_written, self.last_written) == (self.start, self.until)


def _within(name: str, value: int, low: int, high: int) -> None:
    if not low <= value <= high:
        raise FeedError(f"{name}={value} is out of range: a whole number from {low} to {high}")
