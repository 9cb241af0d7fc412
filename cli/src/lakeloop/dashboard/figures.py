"""Figures of a dashboard: its charts with their values, and every alarm of the environment."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

_FINE = 300
"""Seconds of the periods by which the last success is dated."""
_MOST_QUERIES = 500
"""Metrics of one GetMetricData: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html"""


@dataclass(frozen=True)
class Series:
    """A metric of a chart. *points* are values by the beginning of their period, the oldest first."""

    name: str
    label: str
    color: str | None
    points: Sequence[tuple[datetime, float]]


@dataclass(frozen=True)
class Chart:
    """A widget of the dashboard; *period* is in seconds."""

    title: str
    bars: bool
    period: int
    series: Sequence[Series]


@dataclass(frozen=True)
class Alarm:
    """An alarm of the environment."""

    name: str
    state: str
    since: datetime
    reason: str
    description: str


@dataclass(frozen=True)
class Figures:
    """All that the page shows. *begin* and *end* are the time that it is about."""

    name: str
    begin: datetime
    end: datetime
    charts: Sequence[Chart]
    alarms: Sequence[Alarm]
    successes: Sequence[tuple[datetime, float]] = field(default=())
    """Runs that succeeded, in short periods."""

    def values(self, name: str) -> Sequence[tuple[datetime, float]]:
        """The points of the metric *name*; of several, those of all."""
        return sorted(
            point for chart in self.charts for series in chart.series if series.name == name for point in series.points
        )


def read(cloudwatch: Any, name: str, begin: datetime, end: datetime) -> Figures:
    """Read the dashboard *name*, the values of its metrics, and the alarms whose names begin with its own."""
    body = json.loads(cloudwatch.get_dashboard(DashboardName=name)["DashboardBody"])
    charts = [widget["properties"] for widget in body["widgets"] if widget["type"] == "metric"]
    asked: dict[str, Mapping[str, Any]] = {}
    for at, chart in enumerate(charts):
        for number, metric in enumerate(chart["metrics"]):
            asked[f"c{at}x{number}"] = _stat(metric, chart["period"], chart["stat"])
    success = next((key for key, stat in asked.items() if stat["Metric"]["MetricName"] == "ExecutionsSucceeded"), None)
    if success:
        asked["last"] = {**asked[success], "Period": _FINE}
    found = _values(cloudwatch, asked, begin, end)
    return Figures(
        name=name,
        begin=begin,
        end=end,
        charts=[_chart(at, chart, found) for at, chart in enumerate(charts)],
        alarms=_alarms(cloudwatch, f"{name}-"),
        successes=found.get("last", ()),
    )


def _stat(metric: Sequence[Any], period: int, statistic: str) -> Mapping[str, Any]:
    """A MetricStat of a metric as a dashboard has it: namespace, name, dimensions one after the other, and its options."""
    namespace, name, *dimensions = [part for part in metric if isinstance(part, str)]
    pairs = zip(dimensions[::2], dimensions[1::2], strict=True)
    named = [{"Name": key, "Value": value} for key, value in pairs]
    return {
        "Metric": {"Namespace": namespace, "MetricName": name, "Dimensions": named},
        "Period": period,
        "Stat": statistic,
    }


def _values(
    cloudwatch: Any, asked: Mapping[str, Mapping[str, Any]], begin: datetime, end: datetime
) -> dict[str, list[tuple[datetime, float]]]:
    found: dict[str, list[tuple[datetime, float]]] = {}
    by_period: dict[int, list[dict[str, Any]]] = {}
    for key, stat in asked.items():
        by_period.setdefault(int(stat["Period"]), []).append({"Id": key, "MetricStat": stat})
    for period, queries in by_period.items():
        # Begun with a whole period: CloudWatch answers faster then, and days are days.
        start = datetime.fromtimestamp(begin.timestamp() // period * period, UTC)
        for first in range(0, len(queries), _MOST_QUERIES):
            pages = cloudwatch.get_paginator("get_metric_data").paginate(
                MetricDataQueries=queries[first : first + _MOST_QUERIES],
                StartTime=start,
                EndTime=end,
                ScanBy="TimestampAscending",
            )
            for page in pages:
                for result in page["MetricDataResults"]:
                    moments = [moment.astimezone(UTC) for moment in result["Timestamps"]]
                    found.setdefault(result["Id"], []).extend(zip(moments, result["Values"], strict=True))
    return found


def _chart(at: int, chart: Mapping[str, Any], found: Mapping[str, list[tuple[datetime, float]]]) -> Chart:
    series = []
    for number, metric in enumerate(chart["metrics"]):
        options = metric[-1] if isinstance(metric[-1], dict) else {}
        name = str(metric[1])
        label = str(options.get("label", name))
        series.append(Series(name, label, options.get("color"), found.get(f"c{at}x{number}", [])))
    return Chart(chart["title"], bool(chart.get("stacked")), int(chart["period"]), series)


def _alarms(cloudwatch: Any, prefix: str) -> list[Alarm]:
    pages = cloudwatch.get_paginator("describe_alarms").paginate(AlarmNamePrefix=prefix)
    return [
        Alarm(
            name=one["AlarmName"].removeprefix(prefix),
            state=one["StateValue"],
            since=one.get("StateTransitionedTimestamp", one["StateUpdatedTimestamp"]).astimezone(UTC),
            reason=one.get("StateReason", ""),
            description=one.get("AlarmDescription", ""),
        )
        for page in pages
        for one in page["MetricAlarms"]
    ]
