"""A run's figures as metrics of CloudWatch, written into the log.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

from dbt_runner.logs import logger

NAMESPACE = "Lakeloop"
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
    metrics.add_metric("RunSeconds", MetricUnit.Seconds, summary["seconds"])
    metrics.add_metric("BytesScanned", MetricUnit.Bytes, summary["bytes_scanned"])
    metrics.add_metric("Dollars", MetricUnit.NoUnit, summary["cost"]["dollars"])
    metrics.add_metric("ModelsBuilt", MetricUnit.Count, _built(summary["nodes"]))
    metrics.add_metric("Errors", MetricUnit.Count, counts["error"] + counts["fail"])
    metrics.add_metric("Rounds", MetricUnit.Count, len(summary["invocations"]))
    metrics.flush_metrics()


def _built(nodes: Any) -> int:
    return sum(node["status"] == "success" and node["unique_id"].startswith(_BUILT) for node in nodes)
