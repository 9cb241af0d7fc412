"""Every way in which the feed is dirty, and how often. sample/README.md tells what each means."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from retail_feed.options import DAY_MS

Ints = NDArray[np.int64]
Column = NDArray[Any]

NULL: Final = -1
"""Stands for a missing value in every numpy column; no column has a valid negative value."""

# Delivery: a share of the rows of every change feed.
LATE: Final = 0.03
LATE_DAYS: Final = (1, 3)
VERY_LATE: Final = 0.002
VERY_LATE_DAYS: Final = (4, 10)
TWICE_IN_FILE: Final = 0.005
AGAIN_LATER: Final = 0.005
AGAIN_DAYS: Final = (1, 5)

# Missing values: a share of the rows, or of the entities where the README says so.
GUEST_ORDERS: Final = 0.10
MISSING_CHANNEL: Final = 0.02
MISSING_METHOD: Final = 0.01
MISSING_PHONE: Final = 0.15
MISSING_OPT_IN: Final = 0.08
MISSING_COST: Final = 0.05
MISSING_DISCOUNT: Final = 0.90
"""Of the lines without a discount; the others say 0.00."""

# Spelling: a share of the values.
MIXED_CASE: Final = 0.06
BLANKS: Final = 0.03
AWKWARD_NAMES: Final = 0.02
WRITTEN_IN_UTC: Final = 0.10

# History.
CUSTOMER_CHANGES: Final = (0.20, 0.25, 0.25)
"""Chance of a first change within the feed; then of a second for those; then of a third."""
HELD_BACK: Final = 0.10
"""Of the customer versions that a newer version follows: they arrive the day after the newer one."""
PRICE_CHANGES: Final = (0.50, 0.40, 0.40)

# Outcomes of orders.
CANCELLED: Final = 0.04
"""Of the web store's orders."""
CANCELLED_AFTER_PAYMENT: Final = 0.50
RETURNED: Final = 0.06
PARTIAL_REFUNDS: Final = 0.30
SPLIT_PAYMENTS: Final = 0.04
DISCOUNTED_LINES: Final = 0.15

# The longest gaps in days between an order's steps; together with lateness they bound how long an order sends rows.
SHIPPING_DAYS: Final = 3
TRANSIT_DAYS: Final = 5
RETURN_DAYS: Final = 14
REFUND_DAYS: Final = 2
HORIZON_DAYS: Final = 1 + SHIPPING_DAYS + TRANSIT_DAYS + RETURN_DAYS + REFUND_DAYS + VERY_LATE_DAYS[1] + AGAIN_DAYS[1]
"""No row arrives later than this many days after its order's UTC day."""


@dataclass(frozen=True)
class Vocabulary:
    """A closed list of words that the feed spells in several ways.

    A spelled code is `word * spellings + spelling`; spelling 0 is the clean one.
    """

    words: tuple[str, ...]
    blanks: bool = False

    @property
    def spellings(self) -> int:
        return 5 if self.blanks else 3

    @property
    def texts(self) -> list[str]:
        """The text of each spelled code."""
        texts: list[str] = []
        for word in self.words:
            variants = [w for w in (word.upper(), word.lower(), word.capitalize()) if w != word][:2]
            texts += [word, *variants, *([f" {word}", f"{word} "] if self.blanks else [])]
        return texts

    def spell(self, rng: np.random.Generator, words: Column) -> Column:
        """Spelled codes (int16, shape of `words`) of word codes; NULL stays NULL."""
        chance = rng.random(len(words))
        spelling = np.where(chance < MIXED_CASE, rng.integers(1, 3, len(words)), 0)
        if self.blanks:
            padded = (chance >= MIXED_CASE) & (chance < MIXED_CASE + BLANKS)
            spelling = np.where(padded, rng.integers(3, 5, len(words)), spelling)
        return np.where(words == NULL, NULL, words * self.spellings + spelling).astype(np.int16)


def lateness(rng: np.random.Generator, size: int) -> Ints:
    """Days between a row's event and its arrival, 0 for the most."""
    chance = rng.random(size)
    late = rng.integers(LATE_DAYS[0], LATE_DAYS[1] + 1, size)
    very_late = rng.integers(VERY_LATE_DAYS[0], VERY_LATE_DAYS[1] + 1, size)
    return np.select([chance < VERY_LATE, chance < VERY_LATE + LATE], [very_late, late], 0)


def deliver(rng: np.random.Generator, event_ms: Ints, start: int, until: int) -> tuple[Ints, Ints]:
    """Which rows arrive on which day: (row numbers, epoch days of arrival), of equal length, a row once or more.

    `event_ms` is when each row was written (UTC, milliseconds since 1970). What happens after `until` is not in the
    feed.
    """
    return redeliver(rng, arrivals(rng, event_ms, start, until), event_ms // DAY_MS <= until, until)


def arrivals(rng: np.random.Generator, event_ms: Ints, start: int, until: int) -> Ints:
    """The epoch day on which each row arrives first.

    What would arrive after `until` arrives on it, so that a feed of any length is whole; what was there before `start`
    arrives on `start`.
    """
    day = event_ms // DAY_MS
    return np.where(day < start, start, np.minimum(day + lateness(rng, len(day)), until))


def redeliver(rng: np.random.Generator, arrival: Ints, kept: NDArray[np.bool_], until: int) -> tuple[Ints, Ints]:
    """The `kept` rows with their days of arrival, and some of them again: in the same file, or on a later day."""
    chance = rng.random(len(arrival))
    later = arrival + rng.integers(AGAIN_DAYS[0], AGAIN_DAYS[1] + 1, len(arrival))
    once = np.flatnonzero(kept)
    twice = np.flatnonzero(kept & (chance < TWICE_IN_FILE))
    again = np.flatnonzero(kept & (chance >= TWICE_IN_FILE) & (chance < TWICE_IN_FILE + AGAIN_LATER) & (later <= until))
    return np.concatenate([once, twice, again]), np.concatenate([arrival[once], arrival[twice], later[again]])


def pick(rng: np.random.Generator, weights: Column, size: int) -> Ints:
    """`size` positions drawn in proportion to `weights`; much faster than Generator.choice with probabilities."""
    return pick_within(rng, np.cumsum(weights, dtype=np.float64), size)


def pick_within(rng: np.random.Generator, bounds: Column, size: int) -> Ints:
    """`size` positions drawn in proportion to the steps of `bounds`, the running total of the weights."""
    found: Ints = np.searchsorted(bounds, rng.random(size) * bounds[-1], side="right")
    return np.minimum(found, len(bounds) - 1)
