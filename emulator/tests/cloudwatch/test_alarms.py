"""Alarms have the states that AWS's tables say, composite ones those of their rule, and metric math reckons as documented."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_cloudwatch import alarms, metric_math, rules, statistics
from local_cloudwatch.errors import ExpressionError
from local_cloudwatch.metric_math import Range, Value
from local_cloudwatch.statistics import Sample

KEPT = "kept"


def judged(points: str, periods: int, needed: int, missing: str) -> str:
    """The state by points as AWS's tables have them: 0 is well, X crosses, - is missing; the newest is the last."""
    alarm = {
        "EvaluationPeriods": periods,
        "DatapointsToAlarm": needed,
        "TreatMissingData": missing,
        "ComparisonOperator": "GreaterThanThreshold",
        "Threshold": 0,
    }
    values = [{"0": 0.0, "X": 1.0, "-": None}[point] for point in reversed(points.replace(" ", ""))]
    verdict = alarms.judge(alarm, values)
    return verdict.state if verdict else KEPT


@pytest.mark.parametrize(
    ("points", "needed", "states"),
    [  # https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html, its two tables
        ("0 - X - X", 3, ("OK", "OK", "OK", "OK")),
        ("- - - - 0", 3, ("OK", "OK", "OK", "OK")),
        ("- - - - -", 3, ("INSUFFICIENT_DATA", KEPT, "ALARM", "OK")),
        ("0 X X - X", 3, ("ALARM", "ALARM", "ALARM", "ALARM")),
        ("- - X - -", 3, ("ALARM", KEPT, "ALARM", "OK")),
        ("0 - X - X", 2, ("ALARM", "ALARM", "ALARM", "ALARM")),
        ("0 0 X 0 X", 2, ("ALARM", "ALARM", "ALARM", "ALARM")),
        ("0 - X - -", 2, ("OK", "OK", "ALARM", "OK")),
        ("- - - - 0", 2, ("OK", "OK", "ALARM", "OK")),
        ("- - - X -", 2, ("ALARM", KEPT, "ALARM", "OK")),
    ],
)
def test_missing_points(points: str, needed: int, states: tuple[str, ...]) -> None:
    treatments = ("missing", "ignore", "breaching", "notBreaching")
    assert tuple(judged(points, 3, needed, missing) for missing in treatments) == states


@given(st.lists(st.sampled_from("0X"), min_size=7, max_size=7), st.integers(1, 5), st.integers(1, 5))
def test_where_nothing_is_missing_m_of_n_decide(points: list[str], periods: int, needed: int) -> None:
    needed = min(needed, periods)
    expected = "ALARM" if points[-periods:].count("X") >= needed else "OK"
    for missing in ("missing", "ignore", "breaching", "notBreaching"):
        assert judged("".join(points), periods, needed, missing) == expected


def test_rules() -> None:
    rule = rules.read('(ALARM("a b") OR ALARM(arn:aws:cloudwatch:eu-central-1:000000000000:alarm:c)) AND NOT OK(d)')
    assert rule.names == {"a b", "c", "d"}
    for states, holds in (
        ("ALARM OK ALARM", True),
        ("OK ALARM ALARM", True),
        ("ALARM OK OK", False),
        ("OK OK ALARM", False),
    ):
        known = dict(zip(["a b", "c", "d"], states.split(), strict=True))
        assert rule.holds(known.__getitem__) == holds
    assert rules.read("TRUE AND NOT FALSE").holds(str)
    assert rules.cycle("a", {"a": rules.read("ALARM(b)"), "b": rules.read("ALARM(a)")})
    assert not rules.cycle("a", {"a": rules.read("ALARM(b)"), "b": rules.read("ALARM(c)")})


@given(st.text(alphabet='ALRMOKNDT()"ab ,[]+-*/1.|=<>', max_size=30))
def test_no_text_is_an_error_of_ours(text: str) -> None:
    for read in (rules.read, lambda text: metric_math.evaluate(text, {"a": {0.0: 1.0}, "b": 2.0}, Range([0.0], 60))):
        try:
            read(text)
        except (ExpressionError, OverflowError):
            continue


A: Value = {0.0: 1.0, 60.0: 2.0, 120.0: 4.0}
B: Value = {60.0: 10.0}


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("a + b", {60.0: 12.0}),
        ("-a * 2 ^ 2", {0.0: -4.0, 60.0: -8.0, 120.0: -16.0}),
        ("SUM([a, b])", {0.0: 1.0, 60.0: 12.0, 120.0: 4.0}),
        ("MAX(METRICS())", {0.0: 1.0, 60.0: 10.0, 120.0: 4.0}),
        ("SUM(a)", 7.0),
        ("AVG(a) > 2", 1.0),
        ("FILL(b, 0)", {0.0: 0.0, 60.0: 10.0, 120.0: 0.0}),
        ("FILL(b, REPEAT)", {60.0: 10.0, 120.0: 10.0}),
        ("IF(a > 1, a, 0)", {0.0: 0.0, 60.0: 2.0, 120.0: 4.0}),
        ("IF(a > 1 AND a < 4, 7)", {60.0: 7.0}),
        ("a / (a - 1)", {60.0: 2.0, 120.0: 4 / 3}),
        ("RUNNING_SUM(a)", {0.0: 1.0, 60.0: 3.0, 120.0: 7.0}),
        ("DIFF(a)", {60.0: 1.0, 120.0: 2.0}),
        ("CEIL(a / PERIOD(a))", {0.0: 1.0, 60.0: 1.0, 120.0: 1.0}),
    ],
)
def test_metric_math(expression: str, value: Value) -> None:
    assert metric_math.evaluate(expression, {"a": A, "b": B}, Range([0.0, 60.0, 120.0], 60), ["a", "b"]) == value


def test_statistics_of_periods() -> None:
    samples = [Sample(at, 1, value, value, value) for at, value in ((1, 4.0), (59, 1.0), (60, 7.0))] + [
        Sample(61, 2, 6, 1, 5)
    ]
    found = {stat: statistics.series(samples, stat, 0, 60) for stat in (*statistics.SIMPLE, "p100")}
    assert found == {
        "SampleCount": {0: 2, 60: 3},
        "Sum": {0: 5, 60: 13},
        "Average": {0: 2.5, 60: 13 / 3},
        "Minimum": {0: 1, 60: 1},
        "Maximum": {0: 4, 60: 7},
        "p100": {0: 4, 60: 7},
    }
    with pytest.raises(ExpressionError):
        statistics.series([], "tm90", 0, 60)
