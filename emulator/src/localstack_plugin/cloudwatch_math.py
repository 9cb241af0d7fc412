"""LocalStack's GetMetricData with metric math, which it does not have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from localstack.aws.api import RequestContext
from localstack.aws.api.cloudwatch import GetMetricDataOutput, MetricDataResult
from localstack.services.cloudwatch.provider_v2 import CloudwatchProvider, ValidationException

from local_cloudwatch import metric_math, statistics
from local_cloudwatch.errors import ExpressionError
from local_cloudwatch.metric_math import Range, Value
from localstack_plugin.cloudwatch_samples import Samples


class MetricMath(CloudwatchProvider):  # type: ignore[misc]
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html"""

    def __init__(self) -> None:
        super().__init__()
        self.cloudwatch_database = Samples()

    def on_after_state_reset(self) -> None:
        super().on_after_state_reset()
        self.cloudwatch_database = Samples()

    def get_metric_data(
        self,
        context: RequestContext,
        metric_data_queries: list[dict[str, Any]],
        start_time: datetime,
        end_time: datetime,
        scan_by: str | None = None,
        **more: Any,
    ) -> GetMetricDataOutput:
        for query in metric_data_queries:
            if stat := query.get("MetricStat"):
                _checked(lambda stat=stat: statistics.check(stat["Stat"]))
        if not any("Expression" in query for query in metric_data_queries):
            plain: GetMetricDataOutput = super().get_metric_data(
                context, metric_data_queries, start_time, end_time, scan_by=scan_by, **more
            )
            return plain
        period = period_of(metric_data_queries)
        begin = int(start_time.timestamp())
        times = [float(at) for at in range(begin, int(end_time.timestamp()), period)]
        answers: list[MetricDataResult] = []
        known = _checked(lambda: self.evaluated(context, metric_data_queries, Range(times, period)))
        for query in metric_data_queries:
            if query.get("ReturnData") is False:
                continue
            value = known[query["Id"]]
            for series in value if isinstance(value, list) else [value]:
                points = sorted(_points(series, times).items(), reverse=scan_by != "TimestampAscending")
                answers.append(
                    MetricDataResult(
                        Id=query["Id"],
                        Label=query.get("Label") or _name(query),
                        StatusCode="Complete",
                        Timestamps=[datetime.fromtimestamp(at, UTC) for at, _ in points],
                        Values=[value for _, value in points],
                    )
                )
        return GetMetricDataOutput(MetricDataResults=answers, Messages=[])

    def evaluated(self, context: Any, queries: Sequence[Mapping[str, Any]], asked: Range) -> dict[str, Value]:
        """The value of each query by its id, over the periods *asked*. Raises ``ExpressionError``."""
        known: dict[str, Value] = {}
        begin, end = asked.times[0], asked.times[-1] + asked.period
        for query in queries:
            if stat := query.get("MetricStat"):
                found = self.cloudwatch_database.samples(context.account_id, context.region, stat, begin, end)
                known[query["Id"]] = statistics.series(found, stat["Stat"], begin, stat["Period"])
        metrics, waiting = list(known), [query for query in queries if "Expression" in query]
        ids = {query["Id"] for query in queries}
        while waiting:
            ready = [one for one in waiting if metric_math.references(one["Expression"]) & ids <= known.keys()]
            if not ready:
                raise ExpressionError(
                    "The expressions depend on one another: " + ", ".join(one["Id"] for one in waiting)
                )
            for one in ready:
                known[one["Id"]] = metric_math.evaluate(one["Expression"], known, asked, metrics)
            waiting = [one for one in waiting if one not in ready]
        return known


def period_of(queries: Sequence[Mapping[str, Any]]) -> int:
    """Seconds of the periods that expressions have: those that the queries name, else the longest of their metrics."""
    own = [int(query["Period"]) for query in queries if query.get("Period")]
    return max(own or [int(query["MetricStat"]["Period"]) for query in queries if "MetricStat" in query] or [60])


def _checked(work: Any) -> Any:
    try:
        return work()
    except ExpressionError as error:
        raise ValidationException(str(error)) from None


def _points(value: Value, times: Sequence[float]) -> dict[float, float]:
    if isinstance(value, dict):
        return value
    return dict.fromkeys(times, value) if isinstance(value, float) else {}


def _name(query: Mapping[str, Any]) -> str:
    return str(query["MetricStat"]["Metric"]["MetricName"] if "MetricStat" in query else query["Id"])
