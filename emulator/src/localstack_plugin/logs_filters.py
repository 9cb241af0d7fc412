"""LocalStack's CloudWatch Logs, whose filters filter, and whose embedded metrics are read.

By itself LocalStack takes every pattern for one that matches, and every group's lines for those of every metric filter.
"""

from __future__ import annotations

import base64
import gzip
import json
import logging
import threading
from collections.abc import Sequence
from typing import Any

from localstack.aws.api import RequestContext, handler
from localstack.aws.api.logs import InvalidParameterException, LimitExceededException
from localstack.aws.connect import connect_to
from localstack.services.logs import provider as logs_provider
from localstack.services.logs.provider import LogsProvider, get_moto_logs_backend
from localstack.services.moto import call_moto
from localstack.utils.aws import arns
from moto.core.utils import unix_time_millis
from moto.logs.models import LogEvent, LogGroup, LogStream, SubscriptionFilter

from local_cloudwatch import embedded, metric_filters, patterns
from local_cloudwatch.errors import PatternError
from localstack_plugin.cloudwatch_samples import put_aside

LOG = logging.getLogger(__name__)
_PRINCIPAL = "logs.amazonaws.com"
_MOST_FILTERS = 2


class FilteredLogs(LogsProvider):  # type: ignore[misc]
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/MonitoringLogData.html"""

    def put_log_events(
        self, context: RequestContext, log_group_name: str, log_stream_name: str, log_events: Any, **more: Any
    ) -> Any:
        answer = call_moto(context)
        messages = [event["message"] for event in log_events]
        found = [one for message in messages for one in embedded.data(message)]
        for each in list(get_moto_logs_backend(context.account_id, context.region).filters.metric_filters):
            if each["logGroupName"] == log_group_name:
                found += metric_filters.data(each.get("filterPattern") or "", each["metricTransformations"], messages)
        namespaces: dict[str, list[Any]] = {}
        for namespace, datum in found:
            namespaces.setdefault(namespace, []).append(datum)
        for namespace, data in namespaces.items():
            put_aside(context.account_id, context.region, namespace, data)
        return answer

    @handler("PutMetricFilter", expand=False)
    def put_metric_filter(self, context: RequestContext, request: Any) -> None:
        _checked(lambda: metric_filters.check(request.get("filterPattern") or "", request["metricTransformations"]))
        group, name = request["logGroupName"], request["filterName"]
        filters = get_moto_logs_backend(context.account_id, context.region).filters
        # moto would keep the one that it replaces beside it.
        before = [one for one in filters.metric_filters if (one["logGroupName"], one["filterName"]) == (group, name)]
        call_moto(context)
        filters.metric_filters = [
            one for one in filters.metric_filters if one not in before or one is filters.metric_filters[-1]
        ]

    @handler("PutSubscriptionFilter", expand=False)
    def put_subscription_filter(self, context: RequestContext, request: Any) -> None:
        _checked(lambda: patterns.compiled(request.get("filterPattern") or ""))
        call_moto(context)


def _checked(work: Any) -> Any:
    try:
        return work()
    except PatternError as error:
        raise InvalidParameterException(str(error)) from None


def _matcher(pattern: str) -> Any:
    """LocalStack's hook, through which FilterLogEvents goes, too."""
    matches = _checked(lambda: patterns.compiled(pattern))
    return lambda _, event: matches(event["message"])


def _put_log_events(self: LogStream, log_events: Sequence[dict[str, Any]]) -> str:
    """Keep the events, and send each subscription those that its own pattern matches."""
    self.last_ingestion_time = int(unix_time_millis())
    self.stored_bytes += sum(len(event["message"]) for event in log_events)
    events = [LogEvent(self.last_ingestion_time, event) for event in log_events]
    self.events += events
    self.upload_sequence_token += 1
    for subscription in list(self.log_group.subscription_filters.values()):
        matches = patterns.compiled(subscription.filter_pattern or "")
        matching = [event for event in events if matches(event.message)]
        if matching:
            threading.Thread(
                target=_deliver, args=(self, subscription, matching), name="subscription", daemon=True
            ).start()
    return f"{self.upload_sequence_token:056d}"


def _deliver(stream: LogStream, subscription: SubscriptionFilter, events: Sequence[LogEvent]) -> None:
    group = stream.log_group
    message = {
        "messageType": "DATA_MESSAGE",
        "owner": stream.account_id,
        "logGroup": group.name,
        "logStream": stream.log_stream_name,
        "subscriptionFilters": [subscription.name],
        "logEvents": [
            {"id": str(event.event_id), "timestamp": event.timestamp, "message": event.message} for event in events
        ],
    }
    packed = gzip.compress(json.dumps(message, separators=(",", ":")).encode())
    destination = arns.parse_arn(subscription.destination_arn)
    try:
        if subscription.role_arn:
            clients = connect_to.with_assumed_role(
                role_arn=subscription.role_arn, service_principal=_PRINCIPAL, region_name=destination["region"]
            )
        else:
            clients = connect_to(aws_access_key_id=destination["account"], region_name=destination["region"])
        source = arns.log_group_arn(group.name, stream.account_id, stream.region)
        _send(clients, destination["service"], subscription.destination_arn, source, packed, group.name)
    except Exception:
        LOG.warning(
            "%s: %d events do not reach %s", group.name, len(events), subscription.destination_arn, exc_info=True
        )


def _send(clients: Any, service: str, destination: str, source: str, packed: bytes, key: str) -> None:
    def client(made: Any) -> Any:
        return made.request_metadata(source_arn=source, service_principal=_PRINCIPAL)

    match service:
        case "lambda":
            event = {"awslogs": {"data": base64.b64encode(packed).decode()}}
            client(clients.lambda_).invoke(
                FunctionName=destination, InvocationType="Event", Payload=json.dumps(event).encode()
            )
        case "kinesis":
            stream = arns.kinesis_stream_name(destination)
            client(clients.kinesis).put_record(StreamName=stream, Data=packed, PartitionKey=key)
        case "firehose":
            name = arns.firehose_name(destination)
            client(clients.firehose).put_record(DeliveryStreamName=name, Record={"Data": packed})


def _create_log_stream(self: LogGroup, log_stream_name: str) -> None:
    """moto's own. LocalStack's fails as soon as the group has a subscription."""
    if log_stream_name in self.streams:
        raise logs_provider.CommonServiceException(
            "ResourceAlreadyExistsException", "The specified log stream already exists"
        )
    self.streams[log_stream_name] = LogStream(log_group=self, name=log_stream_name)


def _keep_subscription(self: LogGroup, name: str, pattern: str, destination: str, role: str) -> None:
    """A subscription that is there is replaced, also where there are two."""
    if name not in self.subscription_filters and len(self.subscription_filters) >= _MOST_FILTERS:
        raise LimitExceededException("Resource limit exceeded.")
    self.subscription_filters[name] = SubscriptionFilter(name, self.name, pattern, destination, role)


logs_provider.get_pattern_matcher = _matcher
LogStream.put_log_events = _put_log_events
LogGroup.create_log_stream = _create_log_stream
LogGroup.put_subscription_filter = _keep_subscription
