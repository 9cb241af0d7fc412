"""Metrics that a line of a log carries (EMF).

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, TypeGuard

from local_cloudwatch import patterns
from local_cloudwatch.metric_filters import Datum

_MOST_VALUES = 100


def data(message: str) -> list[tuple[str, Datum]]:
    """Namespaces, and the metrics of a line there; none for a line that carries none, or that the specification does not allow."""
    if '"CloudWatchMetrics"' not in message or (event := patterns.document(message)) is None:
        return []
    about = event.get("_aws")
    if not isinstance(about, dict) or not isinstance(about.get("CloudWatchMetrics"), list):
        return []
    moment = about.get("Timestamp")
    if not isinstance(moment, int | float):
        return []
    at = datetime.fromtimestamp(moment / 1000, UTC)
    return [
        (str(directive["Namespace"]), {**datum, "Timestamp": at})
        for directive in about["CloudWatchMetrics"]
        if isinstance(directive, dict) and directive.get("Namespace")
        for datum in _of(directive, event)
    ]


def _of(directive: dict[str, Any], event: dict[str, Any]) -> Iterator[Datum]:
    for names in directive.get("Dimensions") or [[]]:
        values = [event.get(name) for name in names]
        if not all(isinstance(value, str) for value in values):
            continue  # a dimension is a string that the line has
        dimensions = [{"Name": name, "Value": value} for name, value in zip(names, values, strict=True)]
        for metric in directive.get("Metrics") or []:
            told = event.get(metric.get("Name"))
            told = told if isinstance(told, list) else [told]
            numbers = [float(value) for value in told if _number(value)]
            if not 0 < len(told) <= _MOST_VALUES or len(numbers) < len(told):
                continue
            yield {
                "MetricName": metric["Name"],
                "Dimensions": [dict(dimension) for dimension in dimensions],
                "Unit": metric.get("Unit", "None"),
                "StorageResolution": metric.get("StorageResolution", 60),
                "Values": numbers,
            }


def _number(value: Any) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)
