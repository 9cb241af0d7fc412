"""The page of a dashboard: read from CloudWatch as AWS answers, drawn within its box, what is wrong first; in a real browser."""

import html
import json
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lakeloop.dashboard import drawing, page
from lakeloop.dashboard.figures import Alarm, Chart, Figures, Series, read

from tests.browser import CHROMIUM, NONE, opened

NOW = datetime(2026, 11, 29, 12, 34, tzinfo=UTC)
BEGIN = NOW - timedelta(days=7)
HOSTILE = "<img src=x onerror=console.error('ran')>`</script>"


def alarm(
    name="failed-run",
    state="ALARM",
    hours=3.0,
    description="The last run failed. `just report` says why.",
    reason="1 > 0",
):
    return Alarm(name, state, NOW - timedelta(hours=hours), reason, description)


def series(name, *values, label="", hours=24, color=None):
    points = [(NOW.replace(minute=0) - timedelta(hours=hours * number), value) for number, value in enumerate(values)]
    return Series(name, label or name, color, points[::-1])


def figures(alarms=(), charts=(), successes=()):
    return Figures("lakeloop-dev-dbt", BEGIN, NOW, charts, alarms, successes)


class CloudWatch:
    """Answers as the API does, in two pages."""

    def __init__(self, widgets):
        self.asked, self.body = [], json.dumps({"widgets": widgets})

    def get_dashboard(self, **asked):
        assert asked == {"DashboardName": "lakeloop-dev-dbt"}
        return {"DashboardBody": self.body}

    def get_paginator(self, operation):
        return SimpleNamespace(paginate=getattr(self, operation))

    def get_metric_data(self, **asked):
        queries, start = asked["MetricDataQueries"], asked["StartTime"]
        self.asked.append((queries, start))
        for number in range(2):
            yield {
                "MetricDataResults": [
                    {"Id": query["Id"], "Timestamps": [start + timedelta(hours=number)], "Values": [number + 1.0]}
                    for query in queries
                ]
            }

    def describe_alarms(self, **asked):
        prefix = asked["AlarmNamePrefix"]
        told = {"StateUpdatedTimestamp": NOW, "StateReason": "r", "AlarmDescription": "d"}
        yield {"MetricAlarms": [{"AlarmName": f"{prefix}failed-run", "StateValue": "OK", **told}]}
        yield {"MetricAlarms": [{"AlarmName": f"{prefix}dear-run", "StateValue": "ALARM", **told}]}


def test_it_asks_for_what_the_dashboard_shows_and_for_when_a_run_last_succeeded():
    options = {"title": "Runs", "stacked": True, "stat": "Sum", "period": 3600}
    metrics = [
        ["AWS/States", "ExecutionsSucceeded", "StateMachineArn", "arn", {"label": "Succeeded", "color": "#2ca02c"}],
        ["Lakeloop/x", "FilesQuarantined"],
    ]
    cloudwatch = CloudWatch(
        [{"type": "alarm", "properties": {}}, {"type": "metric", "properties": {**options, "metrics": metrics}}]
    )
    found = read(cloudwatch, "lakeloop-dev-dbt", BEGIN, NOW)

    (chart,) = found.charts
    assert chart.bars
    assert [one.label for one in chart.series] == ["Succeeded", "FilesQuarantined"]
    assert [value for _, value in chart.series[0].points] == [1.0, 2.0]
    assert [value for _, value in found.successes] == [1.0, 2.0]
    assert [(one.name, one.state) for one in found.alarms] == [("failed-run", "OK"), ("dear-run", "ALARM")]
    (hourly, start), (fine, _) = cloudwatch.asked
    assert start == BEGIN.replace(minute=0), "whole periods"
    dimensions = [query["MetricStat"]["Metric"]["Dimensions"] for query in hourly]
    assert dimensions == [[{"Name": "StateMachineArn", "Value": "arn"}], []]
    assert [(query["Id"], query["MetricStat"]["Period"]) for query in fine] == [("last", 300)]


def test_what_is_wrong_comes_first_the_oldest_at_the_top():
    found = figures([alarm("dear-run", hours=1), alarm("failed-run", hours=70), alarm("no-success", "OK")])
    said = page.wrong(found)
    assert [line.split(":")[0] for line in said] == ["failed-run, for 3 days", "dear-run, for 60 min"]
    text = page.render(found, "dev at http://127.0.0.1:4566", 7)
    assert "2 things are wrong" in text
    assert text.index("2 things are wrong") < text.index("last success")
    assert "<code>just report</code>" in text


def test_a_quiet_environment_says_so():
    assert page.wrong(figures()) == ["No alarm watches."]
    found = figures([alarm(state="OK"), alarm("dear-run", "INSUFFICIENT_DATA")])
    assert page.wrong(found) == ["Nothing is wrong: 2 alarms watch; 1 of them has had nothing to judge yet."]
    text = page.render(found, "dev", 1)
    assert "Nothing is wrong" in text and "things are wrong" not in text


def test_tiles_tell_the_last_success_and_sums():
    charts = [
        Chart(
            "Runs",
            True,
            3600,
            [series("ExecutionsSucceeded", 2, 3), series("ExecutionsFailed", 1), series("ExecutionsTimedOut", 1)],
        ),
        Chart("Cost", True, 86400, [series("Dollars", 1.5, 2.0, 3.5)]),
        Chart("Lag", False, 3600, [series("ChangesLagSeconds", 9)]),
        Chart(
            "Dead letters",
            False,
            300,
            [
                series("ApproximateNumberOfMessagesVisible", 4, 1, label="a"),
                series("ApproximateNumberOfMessagesVisible", 0),
            ],
        ),
    ]
    found = figures([alarm()], charts, [(NOW - timedelta(hours=5), 1.0), (NOW - timedelta(hours=2), 0.0)])
    tiles = {tile.label: tile for tile in page._tiles(found)}
    assert (tiles["last success"].figure, tiles["last success"].bad) == ("5 h", False)
    assert (tiles["failed in 24 hours"].figure, tiles["failed in 24 hours"].note) == ("2", "2 succeeded")
    assert tiles["lag of changes"].figure == "9 s"
    assert (tiles["cost"].figure, tiles["cost"].note) == ("$7.00", "$1.00 a day")
    assert (tiles["dead letters"].figure, tiles["dead letters"].bad) == ("4", True)


@pytest.mark.parametrize(
    ("name", "most", "ticks"),
    [
        ("Rows", 950_000, ["0", "500,000", "1 M"]),
        ("RunSeconds", 320, ["0 min", "5 min", "10 min"]),
        ("OldestSourceSeconds", 23 * 3600, ["0 min", "12 h", "24 h"]),
        ("OldestSourceSeconds", 800 * 86400, ["0 min", "500 days", "1,000 days"]),
        ("BytesScanned", 5 * 1024**3, ["0 B", "2.0 GB", "4.0 GB", "6.0 GB"]),
        ("Dollars", 0.07, ["$0", "$0.050", "$0.10"]),
        ("Rows", 0, ["0", "1"]),
    ],
)
def test_ticks_are_round_in_their_unit(name, most, ticks):
    chart = Chart("t", False, 3600, [series(name, most)])
    assert [word for _, word in drawing.picture(chart, BEGIN, NOW).ticks] == ticks


VALUES = st.floats(0, 1e108) | st.floats(0, 1e15) | st.integers(0, 10**12).map(float) | st.just(0.0)


@given(
    st.lists(
        st.lists(st.tuples(st.integers(0, 7 * 24 - 1), VALUES), max_size=12, unique_by=lambda point: point[0]),
        min_size=1,
        max_size=4,
    ),
    st.booleans(),
    st.sampled_from([300, 3600, 86400]),
    st.sampled_from(["Rows", "Dollars", "RunSeconds", "BytesScanned"]),
)
def test_everything_is_drawn_within_the_box(found, bars, period, name):
    drawn = [
        Series(name, "d", None, [(BEGIN + timedelta(hours=hour), value) for hour, value in sorted(points)])
        for points in found
    ]
    picture = drawing.picture(Chart("t", bars, period, drawn), BEGIN, NOW)
    assert picture.empty == (not any(found))
    ticks = [y for y, _ in picture.ticks]
    assert 2 <= len(ticks) <= 5 and ticks == sorted(ticks, reverse=True)
    for one in picture.series:
        for mark in one.marks:
            assert drawing.LEFT <= mark.x <= mark.x + mark.width <= drawing.WIDTH + 1.3
            assert drawing.TOP - 0.02 <= mark.y <= mark.y + mark.height <= drawing.HEIGHT - drawing.BOTTOM + 0.02
    for x, _ in picture.moments:
        assert drawing.LEFT <= x <= drawing.WIDTH


@pytest.mark.skipif(CHROMIUM is None, reason=NONE)
def test_a_browser_shows_it_without_a_network_and_runs_nothing_that_a_name_says(tmp_path):
    charts = [
        Chart(HOSTILE, True, 3600, [series("ExecutionsSucceeded", 2, 3, label=HOSTILE, color="#2ca02c")]),
        Chart("Rows", False, 3600, [series("Rows", *range(100), hours=1)]),
        Chart("Nothing", False, 3600, [series("Rows")]),
    ]
    file = tmp_path / "dashboard.html"
    file.write_text(
        page.render(figures([alarm(HOSTILE, reason=HOSTILE, description=HOSTILE)], charts), "dev", 7), "utf-8"
    )
    document, console = opened(file)
    assert console == []
    assert document.count("<rect ") == 2
    assert document.count("<circle ") == 100
    assert document.count("nothing in 7 days") == 1
    assert "<img" not in document and "<script" not in document
    assert html.escape(HOSTILE.split("`")[0], quote=False) in document
