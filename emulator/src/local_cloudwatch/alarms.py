"""States of alarms, from the last values of what they watch.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

OK, ALARM, INSUFFICIENT = "OK", "ALARM", "INSUFFICIENT_DATA"
COMPARISONS: Mapping[str, tuple[Callable[[float, float], bool], str]] = {
    "GreaterThanOrEqualToThreshold": (operator.ge, "greater than or equal to"),
    "GreaterThanThreshold": (operator.gt, "greater than"),
    "LessThanThreshold": (operator.lt, "less than"),
    "LessThanOrEqualToThreshold": (operator.le, "less than or equal to"),
}


@dataclass(frozen=True)
class Verdict:
    """An alarm's state, and why it is that one."""

    state: str
    reason: str


def reach(periods: int) -> int:
    """Periods that are looked at: more than the alarm's, so that a late value is none that is missing."""
    return periods + max(periods // 3, 2)


def judge(alarm: Mapping[str, Any], values: Sequence[float | None]) -> Verdict | None:
    """The state that *values*, the newest first, give an alarm; None if it stays what it is.

    Args:
        alarm: as DescribeAlarms has it.
    """
    periods = int(alarm["EvaluationPeriods"])
    needed = int(alarm.get("DatapointsToAlarm") or periods)
    missing = alarm.get("TreatMissingData") or "missing"
    compare, _ = COMPARISONS[alarm["ComparisonOperator"]]
    threshold = float(alarm["Threshold"])
    crossing = [None if value is None else compare(value, threshold) for value in values]
    real = [crosses for crosses in crossing if crosses is not None]
    if len(real) >= periods:
        real = real[:periods]
        return _said(alarm, values, real.count(True), real.count(True) >= needed)
    if not real and missing == "ignore":
        return None
    if not real and missing == "missing":
        return Verdict(INSUFFICIENT, f"Insufficient Data: {_none(periods)} treated as [Missing].")
    if not real:
        word = "Breaching" if missing == "breaching" else "NonBreaching"
        return Verdict(
            ALARM if missing == "breaching" else OK, f"Threshold Crossed: {_none(periods)} treated as [{word}]."
        )
    crossed = real.count(True) + (periods - len(real) if missing == "breaching" else 0)
    if crossed >= needed:
        return _said(alarm, values, crossed, True)
    if missing in ("missing", "ignore") and _early(crossing, needed):
        return _said(alarm, values, crossed, True) if missing == "missing" else None
    return _said(alarm, values, crossed, False)


def _early(crossing: Sequence[bool | None], needed: int) -> bool:
    """The oldest value crosses and is old enough, and no newer one is well: an alarm that does not wait for more."""
    known = [index for index, crosses in enumerate(crossing) if crosses is not None]
    return bool(known) and known[-1] + 1 >= needed and all(crossing[index] for index in known)


def _none(periods: int) -> str:
    one = periods == 1
    return (
        f"no datapoints were received for {periods} period{'' if one else 's'} and {periods} missing "
        f"datapoint{' was' if one else 's were'}"
    )


def _said(alarm: Mapping[str, Any], values: Sequence[float | None], crossed: int, alarming: bool) -> Verdict:
    periods, threshold = int(alarm["EvaluationPeriods"]), float(alarm["Threshold"])
    _, words = COMPARISONS[alarm["ComparisonOperator"]]
    newest = [value for value in values if value is not None][:periods]
    shown = ", ".join(f"{value:g}" for value in newest)
    met = f"{crossed} out of the last {periods} datapoints" if alarming else f"{len(newest)} datapoints"
    was = "was" if alarming else "were not all" if crossed else "was not"
    return Verdict(
        ALARM if alarming else OK, f"Threshold Crossed: {met} [{shown}] {was} {words} the threshold ({threshold:g})."
    )
