"""Statistics of a metric's samples, by period.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from local_cloudwatch.errors import ExpressionError

_PERCENTILE = re.compile(r"p(\d{1,2}(?:\.\d+)?|100)")
SIMPLE = ("SampleCount", "Average", "Sum", "Minimum", "Maximum")


@dataclass(frozen=True)
class Sample:
    """A value, or a set of them, of which only these four are known. *at* is in seconds since 1970."""

    at: float
    count: float
    sum: float
    min: float
    max: float


def check(statistic: str) -> None:
    """Raise ``ExpressionError`` for a statistic that is not known."""
    if statistic not in SIMPLE and not _PERCENTILE.fullmatch(statistic):
        raise ExpressionError(f"The statistic {statistic!r} is not known here: {', '.join(SIMPLE)}, p0 to p100")


def series(samples: Iterable[Sample], statistic: str, begin: float, period: int) -> dict[float, float]:
    """By the beginning of its period, which are counted from *begin*, the statistic of the samples in it."""
    check(statistic)
    periods: dict[float, list[Sample]] = {}
    for sample in samples:
        if sample.at >= begin:
            periods.setdefault(begin + (sample.at - begin) // period * period, []).append(sample)
    return {at: _statistic(found, statistic) for at, found in sorted(periods.items())}


def _statistic(samples: list[Sample], statistic: str) -> float:
    count, total = sum(sample.count for sample in samples), sum(sample.sum for sample in samples)
    match statistic:
        case "SampleCount":
            return count
        case "Sum":
            return total
        case "Average":
            return total / count if count else 0.0
        case "Minimum":
            return min(sample.min for sample in samples)
        case "Maximum":
            return max(sample.max for sample in samples)
    return _percentile(samples, float(statistic[1:]) / 100)


def _percentile(samples: list[Sample], part: float) -> float:
    """Between the two nearest values, in proportion. A set of values counts as its mean, as often as it has values."""
    values = sorted(value for sample in samples for value in [sample.sum / sample.count] * int(sample.count))
    place = part * (len(values) - 1)
    low, high = values[math.floor(place)], values[math.ceil(place)]
    return low + (high - low) * (place - math.floor(place))


def window(values: Mapping[float, float], end: float, period: int, count: int) -> list[float | None]:
    """The *count* periods before *end*, the newest first; None for one without a value."""
    return [values.get(end - period * (index + 1)) for index in range(count)]
