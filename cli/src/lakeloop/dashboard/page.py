"""The page: what is wrong first, then figures, charts and alarms; one HTML file without scripts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from lakeloop.dashboard import drawing
from lakeloop.dashboard.figures import Alarm, Figures
from lakeloop.plural import counted
from lakeloop.report import units

_FAILED = ("ExecutionsFailed", "ExecutionsTimedOut")


@dataclass(frozen=True)
class Tile:
    """A figure with its label and a note."""

    label: str
    figure: str
    note: str
    bad: bool = False


def wrong(found: Figures) -> list[str]:
    """A line for each thing that is wrong, the oldest first, or one that says that nothing is."""
    alarming = _alarming(found)
    if alarming:
        return [f"{one.name}, for {_ago(one.since, found.end)}: {one.description}" for one in alarming]
    if not found.alarms:
        return ["No alarm watches."]
    waiting = sum(one.state == "INSUFFICIENT_DATA" for one in found.alarms)
    more = f"; {waiting} of them {'has' if waiting == 1 else 'have'} had nothing to judge yet" if waiting else ""
    return [f"Nothing is wrong: {counted(len(found.alarms), 'alarm watches', 'alarms watch')}{more}."]


def render(found: Figures, place: str, days: int) -> str:
    """The page of *found*."""
    here = Path(__file__).parent
    templates = Environment(
        loader=FileSystemLoader(here),
        autoescape=select_autoescape(["j2"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )

    def ago(moment: datetime) -> str:
        return _ago(moment, found.end)

    templates.filters.update({"ago": ago, "code": _code})
    return templates.get_template("page.html.j2").render(
        place=place,
        days=days,
        found=found,
        made=f"{found.end:%Y-%m-%d %H:%M} UTC",
        alarming=_alarming(found),
        said=wrong(found),
        tiles=list(_tiles(found)),
        pictures=[drawing.picture(chart, found.begin, found.end) for chart in found.charts],
        alarms=sorted(found.alarms, key=lambda one: (["ALARM", "INSUFFICIENT_DATA", "OK"].index(one.state), one.name)),
        states={"ALARM": "alarm", "OK": "well", "INSUFFICIENT_DATA": "no data"},
        box=(drawing.WIDTH, drawing.HEIGHT, drawing.LEFT, drawing.BOTTOM),
        css=Markup((here / "page.css").read_text("utf-8")),  # nosec B704: a file of this package
    )


def _alarming(found: Figures) -> list[Alarm]:
    return sorted((one for one in found.alarms if one.state == "ALARM"), key=lambda one: one.since)


def _tiles(found: Figures) -> Iterator[Tile]:
    successes = [moment for moment, value in found.successes if value]
    silent = any(one.name == "no-success" for one in _alarming(found))
    if successes:
        yield Tile("last success", _ago(successes[-1], found.end), f"{successes[-1]:%a %d %b %H:%M} UTC", silent)
    else:
        yield Tile("last success", "none", "in all this time", silent)
    day = found.end - timedelta(days=1)
    failed = sum(_since(found, name, day) for name in _FAILED)
    note = f"{_since(found, 'ExecutionsSucceeded', day):.0f} succeeded"
    yield Tile("failed in 24 hours", f"{failed:.0f}", note, failed > 0)
    if took := found.values("RunSeconds"):
        yield Tile("last run took", drawing.seconds(took[-1][1]), f"{took[-1][0]:%a %d %b %H} h UTC")
    yield Tile("cost", units.dollars(_since(found, "Dollars", found.begin)), _before("Dollars", found))
    yield Tile("scanned", units.size(_since(found, "BytesScanned", found.begin)), "by Athena, of runs")
    yield Tile("rows written", drawing.count(_since(found, "Rows", found.begin)), "by all that was built")
    if ages := found.values("OldestSourceSeconds"):
        stale = any(one.name == "stale-source" for one in _alarming(found))
        yield Tile("oldest source", drawing.seconds(ages[-1][1]), f"when last asked, {ages[-1][0]:%a %d %b}", stale)
    if lags := found.values("ChangesLagSeconds"):
        yield Tile("lag of changes", drawing.seconds(lags[-1][1]), f"when last asked, {lags[-1][0]:%a %d %b %H:%M} UTC")
    for chart in found.charts:
        if chart.title == "Dead letters":
            waiting = sum(series.points[-1][1] for series in chart.series if series.points)
            yield Tile("dead letters", f"{waiting:.0f}", "now", waiting > 0)
        if chart.title == "Files set apart":
            apart = sum(value for series in chart.series for _, value in series.points)
            yield Tile("files set apart", f"{apart:.0f}", "`just quarantine` shows them", apart > 0)


def _since(found: Figures, name: str, begin: datetime) -> float:
    return sum(value for moment, value in found.values(name) if moment >= begin)


def _before(name: str, found: Figures) -> str:
    days = max((found.end - found.begin).days, 1)
    return f"{units.dollars(_since(found, name, found.begin) / days)} a day"


def _ago(moment: datetime, now: datetime) -> str:
    """``4 min``, ``3 h``, ``2 days``."""
    minutes = max((now - moment.astimezone(UTC)).total_seconds() / 60, 0)
    if minutes < 90:
        return f"{minutes:.0f} min"
    return f"{minutes / 60:.0f} h" if minutes < 48 * 60 else f"{minutes / 1440:.0f} days"


def _code(text: str) -> Markup:
    """Commands between backticks as code."""
    parts: Sequence[str] = text.split("`")
    shown = [f"<code>{escape(part)}</code>" if number % 2 else str(escape(part)) for number, part in enumerate(parts)]
    return Markup("".join(shown))  # nosec B704: every part of it is escaped
