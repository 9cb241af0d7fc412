"""Targets of EventBridge Scheduler: called with the schedule's role, again where that may help, else left in its dead letters.

https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-templated.html and ``...-universal.html``
"""

from __future__ import annotations

import json
import logging
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from botocore import xform_name
from botocore.exceptions import BotoCoreError, ClientError
from localstack.aws.api.scheduler import ValidationException
from localstack.aws.connect import connect_to
from localstack.utils.aws.arns import parse_arn, sqs_queue_url_for_arn

from localstack_plugin.cloudwatch_samples import put_aside
from localstack_plugin.retries import Policy

LOG = logging.getLogger(__name__)
_PRINCIPAL = "scheduler.amazonaws.com"
_UNIVERSAL = re.compile(r"arn:[\w-]+:scheduler:::aws-sdk:([\w-]+):(\w+)")
_CLIENTS = {"sfn": "stepfunctions", "cloudwatchlogs": "logs", "eventbridge": "events"}
"""boto3's names of services that Scheduler calls otherwise."""
_READS = ("get", "describe", "list", "poll", "receive", "search", "scan", "query", "select", "read", "batchGet")
_WORTH_RETRYING = ("Throttl", "TooManyRequests", "Timeout", "ServiceException", "Unavailable", "InternalError")

_Send = Callable[[Any, dict[str, Any], str], Any]
_TEMPLATED: dict[str, tuple[str, _Send]] = {
    "states": (
        "stepfunctions",
        lambda client, target, text: client.start_execution(stateMachineArn=target["Arn"], input=text),
    ),
    "lambda": (
        "lambda",
        lambda client, target, text: client.invoke(FunctionName=target["Arn"], InvocationType="Event", Payload=text),
    ),
    "sqs": (
        "sqs",
        lambda client, target, text: client.send_message(
            QueueUrl=sqs_queue_url_for_arn(target["Arn"]), MessageBody=text, **target.get("SqsParameters", {})
        ),
    ),
    "sns": ("sns", lambda client, target, text: client.publish(TopicArn=target["Arn"], Message=text)),
    "events": (
        "events",
        lambda client, target, text: _put_event(
            client, {"EventBusName": target["Arn"], "Detail": text, **target.get("EventBridgeParameters", {})}
        ),
    ),
}


def check(target: dict[str, Any]) -> None:
    """Raise ``ValidationException`` for a target that would never be called."""
    if not target.get("RoleArn"):
        raise ValidationException("The execution role is missing: Target.RoleArn")
    if universal := _UNIVERSAL.fullmatch(target["Arn"]):
        if universal[2].startswith(_READS):
            raise ValidationException(
                f"Unsupported API action: {universal[2]} reads, and a schedule has nobody to tell"
            )
        return
    service = target["Arn"].split(":")[2] if target["Arn"].count(":") >= 5 else target["Arn"]
    if service not in _TEMPLATED:
        known = ", ".join(_TEMPLATED)
        raise ValidationException(
            f"The local Scheduler has no templated target {service!r}, and would never call it. It has {known}, and "
            "universal targets (arn:aws:scheduler:::aws-sdk:SERVICE:ACTION)."
        )


@dataclass
class Delivery:
    """One moment of a schedule, on the way to its target."""

    account: str
    region: str
    schedule: str
    target: dict[str, Any]
    moment: datetime
    execution: str = field(default_factory=lambda: str(uuid.uuid4()))

    def carry_out(self) -> None:
        """Call the target until it takes it, or until the schedule's policy gives up; then it is a dead letter."""
        policy, attempt = Policy.of(self.target.get("RetryPolicy"), datetime.now(UTC)), 0
        while True:
            self._tell("InvocationAttemptCount")
            try:
                self._call(self.input(attempt + 1))
                return
            except (ClientError, BotoCoreError, ValueError, TypeError) as error:
                code, message = _said(error)
                self._tell("TargetErrorCount")
                LOG.info("%s: attempt %d at %s: %s", self.schedule, attempt + 1, self.target["Arn"], message)
            is_worth_it = any(word in code for word in _WORTH_RETRYING)
            exhausted = policy.wait(attempt) if is_worth_it else ""
            if is_worth_it and not exhausted:
                attempt += 1
                continue
            self._tell("InvocationDroppedCount")
            self._bury(code, message, attempt, exhausted)
            return

    def _tell(self, name: str) -> None:
        """Tell a metric: https://docs.aws.amazon.com/scheduler/latest/UserGuide/monitoring-cloudwatch.html"""
        dimensions = [{"Name": "ScheduleGroup", "Value": self.schedule.split("/")[-2]}]
        datum = {"MetricName": name, "Dimensions": dimensions, "Value": 1, "Unit": "Count"}
        put_aside(self.account, self.region, "AWS/Scheduler", [datum])

    def input(self, attempt: int) -> str:
        """The target's input, with Scheduler's keywords filled in:
        https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html"""
        text = str(self.target.get("Input") or "")
        if not text:
            return json.dumps(self._default())
        for name, value in (
            ("schedule-arn", self.schedule),
            ("scheduled-time", f"{self.moment:%Y-%m-%dT%H:%M:%SZ}"),
            ("execution-id", self.execution),
            ("attempt-number", str(attempt)),
        ):
            text = text.replace(f"<aws.scheduler.{name}>", value)
        return text

    def _default(self) -> dict[str, Any]:
        return {
            "version": "0",
            "id": self.execution,
            "detail-type": "Scheduled Event",
            "source": "aws.scheduler",
            "account": self.account,
            "time": f"{self.moment:%Y-%m-%dT%H:%M:%SZ}",
            "region": self.region,
            "resources": [self.schedule],
            "detail": "{}",
        }

    def _call(self, text: str) -> None:
        if universal := _UNIVERSAL.fullmatch(self.target["Arn"]):
            client = self._client(_CLIENTS.get(universal[1], universal[1]))
            getattr(client, xform_name(universal[2]))(**json.loads(text))
            return
        service, send = _TEMPLATED[parse_arn(self.target["Arn"])["service"]]
        send(self._client(service), self.target, text)

    def _client(self, service: str) -> Any:
        clients = connect_to.with_assumed_role(
            role_arn=self.target["RoleArn"], service_principal=_PRINCIPAL, region_name=self.region
        )
        return clients.get_client(service)

    def _bury(self, code: str, message: str, retries: int, exhausted: str) -> None:
        queue = (self.target.get("DeadLetterConfig") or {}).get("Arn")
        if not queue:
            LOG.warning("%s: given up, and it has no dead letters: %s", self.schedule, message)
            return
        attributes = {
            "ERROR_CODE": code,
            "ERROR_MESSAGE": message,
            "EXECUTION_ID": self.execution,
            "EXHAUSTED_RETRY_CONDITION": exhausted,
            "IS_PAYLOAD_TRUNCATED": "false",
            "RETRY_ATTEMPTS": str(retries),
            "SCHEDULED_TIME": f"{self.moment:%Y-%m-%dT%H:%M:%SZ}",
            "SCHEDULE_ARN": self.schedule,
            "TARGET_ARN": self.target["Arn"],
        }
        try:
            self._client("sqs").send_message(
                QueueUrl=sqs_queue_url_for_arn(queue),
                MessageBody=self.input(retries + 1),
                MessageAttributes={
                    name: {"DataType": "String", "StringValue": value} for name, value in attributes.items() if value
                },
            )
        except (ClientError, BotoCoreError) as error:
            LOG.warning("%s: its dead letter is lost: %s", self.schedule, error)


def _put_event(client: Any, entry: dict[str, Any]) -> None:
    """Raise ``ClientError`` for an entry that is refused, of which PutEvents tells in an answer that looks like a success."""
    (answer,) = client.put_events(Entries=[entry])["Entries"]
    if "ErrorCode" in answer:
        raise ClientError(
            {"Error": {"Code": answer["ErrorCode"], "Message": answer.get("ErrorMessage", "")}}, "PutEvents"
        )


def _said(error: Exception) -> tuple[str, str]:
    if isinstance(error, ClientError):
        said = error.response["Error"]
        return str(said.get("Code", "")), str(said.get("Message", ""))
    return type(error).__name__, str(error)
