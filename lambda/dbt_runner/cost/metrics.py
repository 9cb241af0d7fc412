"""A run's figures as metrics of CloudWatch, written into the log.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

from dbt_runner.logs import logger

NAMESPACE = "Lakeloop"
NAMES = {
    "RunSeconds": MetricUnit.Seconds,
    "BytesScanned": MetricUnit.Bytes,
    "Dollars": MetricUnit.NoUnit,
    "ModelsBuilt": MetricUnit.Count,
    "Errors": MetricUnit.Count,
    "Rounds": MetricUnit.Count,
    "Rows": MetricUnit.Count,
}
"""Metrics with their units. Each is paid for in each environment (docs/COSTS.md)."""
OF_SOURCES = {"SourcesStale": MetricUnit.Count, "OldestSourceSeconds": MetricUnit.Seconds}
"""Metrics of ``dbt source freshness`` alone: who never asks pays for none."""
OF_CHANGES = {"ChangesLagSeconds": MetricUnit.Seconds}
"""The metric of ``dbt source freshness`` where changes are captured: the age of the capture's heartbeat in its changelog."""
_HEARTBEATS = ("capture_heartbeat", "heartbeat")
"""Names of a source's table that is the heartbeat's changelog: its own, and the short one."""
_BUILT = ("model", "seed", "snapshot")


def tell(environment: str, summary: Mapping[str, Any]) -> None:
    """Write the metrics of a run that has ended, and a line for each node that sent queries.

    The environment is the only dimension: every combination of dimensions is a metric that is paid for. What a node took and
    cost is in the lines, for Logs Insights.
    """
    for node in summary["nodes"]:
        if node["queries"]:
            told = f"{node['queries']} queries, {node['bytes_scanned']:,} bytes scanned, {node['dollars']:.6f} USD"
            logger.info(f"{node['unique_id']}: {told}", extra={"node": node["unique_id"], "cost": node})
    counts = summary["counts"]
    metrics = EphemeralMetrics(namespace=NAMESPACE)
    metrics.add_dimension("environment", environment)
    metrics.add_metadata("run_id", summary["run_id"])
    metrics.add_metadata("command", " ".join(summary["command"])[:1_000])
    metrics.add_metadata("at_least", summary["cost"]["at_least"])
    values = (
        summary["seconds"],
        summary["bytes_scanned"],
        summary["cost"]["dollars"],
        _built(summary["nodes"]),
        counts["error"] + counts["fail"],
        len(summary["invocations"]),
        summary["cost"]["rows"],
    )
    figures = [*zip(NAMES.items(), values, strict=True)]
    if ages := [node["age_seconds"] for node in summary["nodes"] if node.get("age_seconds") is not None]:
        figures += zip(OF_SOURCES.items(), (_stale(summary["nodes"]), max(ages)), strict=True)
        if beats := [node["age_seconds"] for node in summary["nodes"] if _is_heartbeat(node)]:
            figures += zip(OF_CHANGES.items(), (max(beats),), strict=True)
    for (name, unit), value in figures:
        metrics.add_metric(name, unit, value)
    metrics.flush_metrics()


def _stale(nodes: Any) -> int:
    """Sources older than their project allows, whether dbt warns of them or fails."""
    return sum(node.get("age_seconds") is not None and node["status"] != "pass" for node in nodes)


def _is_heartbeat(node: Any) -> bool:
    return node.get("age_seconds") is not None and node["unique_id"].rpartition(".")[2] in _HEARTBEATS


def _built(nodes: Any) -> int:
    return sum(node["status"] == "success" and node["unique_id"].startswith(_BUILT) for node in nodes)
