"""LocalStack's metrics, read by exactly their dimensions, with percentiles; and what is put by services themselves.

By itself LocalStack finds a metric whose dimensions only begin as those that are asked for, and knows no percentile.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime
from typing import Any

from localstack.aws.connect import connect_to
from localstack.services.cloudwatch.cloudwatch_database_helper import CloudwatchDatabase

from local_cloudwatch import statistics
from local_cloudwatch.statistics import Sample

LOG = logging.getLogger(__name__)
_MOST = 1000
"""Data of one PutMetricData."""


class Samples(CloudwatchDatabase):  # type: ignore[misc]
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html#Dimension"""

    def samples(self, account: str, region: str, stat: dict[str, Any], begin: float, end: float) -> list[Sample]:
        """The samples of a MetricStat's metric, of its unit if it names one, from *begin* to before *end*."""
        metric, unit = stat["Metric"], stat.get("Unit")
        dimensions = self._get_ordered_dimensions_with_separator([dict(one) for one in metric.get("Dimensions") or []])
        where = "account_id = ? AND region = ? AND namespace = ? AND metric_name = ? AND dimensions IS ?"
        given = [account, region, metric.get("Namespace"), metric.get("MetricName"), dimensions]
        if unit:
            where += " AND unit IS ?"
            given.append(None if unit in ("NULL_VALUE", "None") else unit)
        where += " AND timestamp >= ? AND timestamp < ?"
        given += [begin, end]
        singles = f"SELECT timestamp, 1, value, value, value FROM {self.TABLE_SINGLE_METRICS} WHERE {where}"
        sets = f"SELECT timestamp, sample_count, sum, min, max FROM {self.TABLE_AGGREGATED_METRICS} WHERE {where}"
        both = f"{singles} UNION ALL {sets}"  # nosec B608: names of tables, and question marks
        with self.DATABASE_LOCK, closing(sqlite3.connect(self.METRICS_DB_READ_ONLY, uri=True)) as connection:
            return [Sample(*row) for row in connection.execute(both, given * 2)]

    def get_metric_data_stat(
        self, account_id: str, region: str, query: Any, start_time: datetime, end_time: datetime, scan_by: str
    ) -> dict[str, list[float]]:
        stat = query["MetricStat"]
        begin = int(start_time.timestamp())
        found = self.samples(account_id, region, stat, begin, end_time.timestamp())
        series = list(statistics.series(found, stat["Stat"], begin, stat["Period"]).items())
        if scan_by != "TimestampAscending":
            series.reverse()
        return {"timestamps": [at for at, _ in series], "values": [value for _, value in series]}


def put(account: str, region: str, namespace: str, data: Sequence[dict[str, Any]]) -> None:
    """Put metrics of a service's own. What cannot be told is logged: no call fails by it."""
    try:
        client = connect_to(aws_access_key_id=account, region_name=region).cloudwatch
        for first in range(0, len(data), _MOST):
            client.put_metric_data(Namespace=namespace, MetricData=list(data[first : first + _MOST]))
    except Exception:
        LOG.warning("Metrics of %s are lost", namespace, exc_info=True)


def put_aside(account: str, region: str, namespace: str, data: Sequence[dict[str, Any]]) -> None:
    """As ``put``, without waiting for it."""
    threading.Thread(target=put, args=(account, region, namespace, data), name="metrics", daemon=True).start()
