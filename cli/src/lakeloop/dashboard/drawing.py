"""Charts as SVG: places of lines and bars in a box, and the ticks beside them. Knows nothing of AWS."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from lakeloop.dashboard.figures import Chart
from lakeloop.report import units

WIDTH, HEIGHT = 420.0, 150.0
LEFT, BOTTOM, TOP = 54.0, 20.0, 8.0
_TICKS = 3
_LEAST = 1e-108
"""A smaller value is none: CloudWatch takes nothing between 0 and 8.5e-109
(https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html)."""
_DAYS = 6
_TIMES = (1, 5, 15, 30, 60, 300, 600, 1800, 3600, 4 * 3600, 12 * 3600, 86400)
"""Steps between ticks of a chart of seconds; beyond the last, round numbers of days."""


def seconds(value: float) -> str:
    """As ``units.seconds``, in hours without minutes and in days where it is much: ``21 h``, ``3 days``."""
    if value >= 48 * 3600:
        return f"{value / 86400:,.0f} days"
    if value >= 10 * 3600 or (value and value % 3600 == 0):
        return f"{value / 3600:.0f} h"
    if value % 60 == 0:
        return f"{value / 60:.0f} min"
    return f"{value:.0f} s" if value < 60 and value == int(value) else units.seconds(value)


def count(value: float) -> str:
    """``1,234``, ``32.1 M``."""
    for size, sign in ((1e12, "T"), (1e9, "G"), (1e6, "M")):
        if value >= size:
            return f"{value / size:,.1f} {sign}".replace(".0 ", " ")
    return f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"


_FORMATS: dict[str, Callable[[float], str]] = {
    "BytesScanned": units.size,
    "Dollars": units.dollars,
    "RunSeconds": seconds,
    "OldestSourceSeconds": seconds,
    "ChangesLagSeconds": seconds,
    "ApproximateAgeOfOldestMessage": seconds,
}


@dataclass(frozen=True)
class Mark:
    """A bar, or the point of a line, with the words that a pointer over it shows."""

    x: float
    y: float
    width: float
    height: float
    words: str


@dataclass(frozen=True)
class Drawn:
    """A series of a chart: *path* is a line's, *marks* are its bars or points. *last* is its newest value."""

    label: str
    color: str
    path: str
    marks: Sequence[Mark]
    last: str


@dataclass(frozen=True)
class Picture:
    """A chart as it is drawn. Ticks are places with their words."""

    title: str
    empty: bool
    series: Sequence[Drawn]
    ticks: Sequence[tuple[float, str]]
    moments: Sequence[tuple[float, str]]


def words(name: str) -> Callable[[float], str]:
    """Values of the metric *name* for people."""
    return _FORMATS.get(name, count)


def picture(chart: Chart, begin: datetime, end: datetime) -> Picture:
    """Draw *chart* from *begin* to *end*."""
    empty = not any(series.points for series in chart.series)
    told = words(chart.series[0].name)
    sums: dict[datetime, float] = {}
    for series in chart.series:
        for moment, value in series.points:
            sums[moment] = sums.get(moment, 0.0) + value if chart.bars else max(sums.get(moment, 0.0), value)
    top, ticks = _scale(max(sums.values(), default=0.0), told)
    start = begin.timestamp() // chart.period * chart.period
    span = max(end.timestamp() - start, chart.period)
    inner, high = WIDTH - LEFT, HEIGHT - TOP - BOTTOM

    def across(moment: float) -> float:
        return round(LEFT + (moment - start) / span * inner, 2)

    def down(value: float) -> float:
        return round(TOP + high * (1 - value / top), 2)

    drawn, stacked = [], dict.fromkeys(sums, 0.0)
    wide = max(inner * chart.period / span, 1.6)
    for number, series in enumerate(chart.series):
        marks: list[Mark] = []
        path: list[str] = []
        for moment, value in series.points:
            said = f"{moment:%a %d %b %H:%M} UTC · {series.label}: {words(series.name)(value)}"
            if chart.bars:
                base = stacked[moment]
                stacked[moment] = base + value
                if value:
                    y = down(base + value)
                    left, gap = across(moment.timestamp()), min(wide * 0.12, 2.0)
                    fits = min(wide - gap, WIDTH - left)
                    marks.append(Mark(left, y, round(max(fits, 1.2), 2), round(down(base) - y, 2), said))
            else:
                x, y = across(min(moment.timestamp() + chart.period / 2, end.timestamp())), down(value)
                path.append(f"{'L' if path else 'M'}{x} {y}")
                marks.append(Mark(x, y, 0, 0, said))
        last = words(series.name)(series.points[-1][1]) if series.points else "none"
        color = series.color or f"var(--series-{number % 6})"
        drawn.append(Drawn(series.label, color, "".join(path), marks, last))
    return Picture(
        title=chart.title,
        empty=empty,
        series=drawn,
        ticks=[(down(value), told(value)) for value in ticks],
        moments=_moments(begin, end, across),
    )


def _scale(most: float, told: Callable[[float], str]) -> tuple[float, list[float]]:
    """A round number at least as large as *most*, and the ticks up to it."""
    if most < _LEAST:
        return 1.0, [0.0, 1.0]
    unit = 1.0
    if told is seconds and most > _TIMES[0] * _TICKS:
        if (step := next((one for one in _TIMES if one * _TICKS >= most), None)) is not None:
            return _ticks(float(step), most)
        unit = 86400.0
    elif told is units.size:
        unit = 1024.0 ** max(int(math.log(most, 1024)), 0)
    step = 10 ** math.floor(math.log10(most / unit / _TICKS)) * unit
    return _ticks(step * next(factor for factor in (1, 2, 5, 10, 20) if step * factor * _TICKS >= most), most)


def _ticks(step: float, most: float) -> tuple[float, list[float]]:
    number = math.ceil(round(most / step, 9))
    return number * step, [step * each for each in range(number + 1)]


def _moments(begin: datetime, end: datetime, across: Callable[[float], float]) -> list[tuple[float, str]]:
    """Midnights (UTC) with their dates; hours where there is no more than a day."""
    days = (end - begin).total_seconds() / 86400
    if days <= 1.5:
        hour = begin.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        hours = [
            hour + timedelta(hours=number) for number in range(48) if (hour + timedelta(hours=number)).hour % 6 == 0
        ]
        return [(across(one.timestamp()), f"{one:%H:%M}") for one in hours if one <= end]
    step = max(1, math.ceil(days / _DAYS))
    first = datetime(begin.year, begin.month, begin.day, tzinfo=UTC) + timedelta(days=1)
    found = [first + timedelta(days=number) for number in range(0, math.ceil(days) + 1, step)]
    return [(across(one.timestamp()), f"{one.day} {one:%b}") for one in found if one <= end]
