"""Metric filters: the values that lines of a log are worth.

https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_MetricTransformation.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from local_cloudwatch import json_patterns, patterns
from local_cloudwatch.errors import PatternError

Datum = dict[str, Any]
"""An item of PutMetricData's MetricData."""


def check(pattern: str, transformations: Sequence[Mapping[str, Any]]) -> None:
    """Raise ``PatternError`` for a filter that would never count."""
    patterns.compiled(pattern)
    for transformation in transformations:
        value = str(transformation["metricValue"])
        if not value.startswith("$") and json_patterns.number(value) is None:
            raise PatternError(f"Invalid metricValue {value!r}: a number or a selector such as $.field")
        dimensions = transformation.get("dimensions") or {}
        for selector in (value, *dimensions.values()):
            if selector.startswith("$"):
                json_patterns.select(selector, {})
        if dimensions and "defaultValue" in transformation:
            raise PatternError("A metric transformation with dimensions has no defaultValue")


def data(
    pattern: str, transformations: Sequence[Mapping[str, Any]], messages: Sequence[str]
) -> list[tuple[str, Datum]]:
    """Namespaces, and what *messages* are worth there."""
    matches = patterns.compiled(pattern)
    matching = [message for message in messages if matches(message)]
    found: list[tuple[str, Datum]] = []
    for transformation in transformations:
        told = [datum for message in matching if (datum := _datum(transformation, message)) is not None]
        if not told and "defaultValue" in transformation and len(matching) < len(messages):
            told = [_named(transformation, float(transformation["defaultValue"]))]
        found += [(str(transformation["metricNamespace"]), datum) for datum in told]
    return found


def _datum(transformation: Mapping[str, Any], message: str) -> Datum | None:
    event = patterns.document(message)
    value = _number(str(transformation["metricValue"]), event)
    if value is None:
        return None
    datum = _named(transformation, value)
    dimensions = {
        name: json_patterns.select(selector, event)
        for name, selector in (transformation.get("dimensions") or {}).items()
    }
    if any(told is None for told in dimensions.values()):
        return None
    datum["Dimensions"] = [{"Name": name, "Value": str(told)} for name, told in dimensions.items()]
    return datum


def _named(transformation: Mapping[str, Any], value: float) -> Datum:
    return {"MetricName": transformation["metricName"], "Value": value, "Unit": transformation.get("unit", "None")}


def _number(value: str, event: Any) -> float | None:
    if not value.startswith("$"):
        return float(value)
    found = json_patterns.select(value, event)
    if isinstance(found, bool) or not isinstance(found, int | float | str):
        return None
    return json_patterns.number(str(found))
