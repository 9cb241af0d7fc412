"""Metrics of SQS's queues: told when they change, the age of the oldest message among them, which LocalStack does not tell.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from localstack.services.sqs.models import sqs_stores
from localstack.services.sqs.provider import CloudwatchPublishWorker

from localstack_plugin.cloudwatch_samples import put

_AGAIN = 60.0
"""Seconds after which figures are told that have not changed. AWS tells them once a minute."""
_told: dict[str, tuple[float, dict[str, float]]] = {}


def publish(self: CloudwatchPublishWorker) -> None:
    """Called by LocalStack as often as ``SQS_CLOUDWATCH_METRICS_REPORT_INTERVAL`` says."""
    now = time.time()
    for account, region, store in sqs_stores.iter_stores():
        data: list[dict[str, Any]] = []
        for queue in list(store.queues.values()):
            figures = _figures(queue, now)
            last, was = _told.get(queue.arn, (0.0, {}))
            if figures == was and now - last < _AGAIN:
                continue
            _told[queue.arn] = now, figures
            data += [
                {
                    "MetricName": name,
                    "Dimensions": [{"Name": "QueueName", "Value": queue.name}],
                    "Value": value,
                    "Unit": "Seconds" if name == "ApproximateAgeOfOldestMessage" else "Count",
                }
                for name, value in figures.items()
            ]
        put(account, region, "AWS/SQS", data)


def _figures(queue: Any, now: float) -> dict[str, float]:
    created = list(_created(queue))
    return {
        "ApproximateNumberOfMessagesVisible": queue.approximate_number_of_messages,
        "ApproximateNumberOfMessagesNotVisible": queue.approximate_number_of_messages_not_visible,
        "ApproximateNumberOfMessagesDelayed": queue.approximate_number_of_messages_delayed,
        "ApproximateAgeOfOldestMessage": float(int(now - min(created))) if created else 0.0,
    }


def _created(queue: Any) -> Iterator[float]:
    """Moments at which messages came that are neither received nor deleted, or received and not deleted."""
    for message in list(queue.inflight):
        yield message.created
    if hasattr(queue, "message_groups"):
        for group in list(queue.message_groups.values()):
            for message in list(group.messages):
                yield message.created
    else:
        for message in list(queue.visible.queue):
            yield message.created


CloudwatchPublishWorker.publish_approximate_cloudwatch_metrics = publish
