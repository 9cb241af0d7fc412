"""EventBridge Scheduler in the emulator fires, calls its targets with its role, and leaves what fails in its dead letters."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.asking import client

from lakeloop_emulator.settings import Settings

pytestmark = pytest.mark.emulator
ROLE = "arn:aws:iam::000000000000:role/schedules"
SOON = "rate(1 hour)"
"""A rate begins at once."""


class Schedules:
    """A Scheduler, and a queue beside it."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.scheduler, self.sqs = client("scheduler", url), client("sqs", url)
        self.name = f"s{uuid.uuid4().hex[:8]}"
        self.queue = self.new_queue()
        self._made: list[str] = []

    def new_queue(self) -> str:
        """A queue's ARN."""
        queue = self.sqs.create_queue(QueueName=f"q{uuid.uuid4().hex[:8]}")["QueueUrl"]
        attributes = self.sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]
        return str(attributes["QueueArn"])

    def put(self, expression: str, target: str, text: str = '{"a": 1}', **more: Any) -> str:
        name = f"{self.name}-{len(self._made)}"
        made = {"Arn": target, "RoleArn": ROLE, "Input": text, **more.pop("Target", {})}
        self.scheduler.create_schedule(
            Name=name, ScheduleExpression=expression, FlexibleTimeWindow={"Mode": "OFF"}, Target=made, **more
        )
        self._made.append(name)
        return name

    def message(self, queue: str | None = None, seconds: int = 20) -> dict[str, Any]:
        """The next message, which is waited for."""
        url = self.sqs.get_queue_url(QueueName=(queue or self.queue).split(":")[-1])["QueueUrl"]
        answer = self.sqs.receive_message(QueueUrl=url, WaitTimeSeconds=seconds, MessageAttributeNames=["All"])
        (message,) = answer["Messages"]
        self.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return dict(message)

    def forget(self) -> None:
        for name in self._made:
            try:
                self.scheduler.delete_schedule(Name=name)
            except self.scheduler.exceptions.ResourceNotFoundException:
                continue


@pytest.fixture
def schedules(emulator: Settings) -> Iterator[Schedules]:
    made = Schedules(emulator.url)
    yield made
    made.forget()


def test_a_queue_is_called_with_the_keywords_filled_in(schedules: Schedules) -> None:
    text = '{"at": "<aws.scheduler.scheduled-time>", "of": "<aws.scheduler.schedule-arn>"}'
    name = schedules.put(SOON, schedules.queue, text)
    said = json.loads(schedules.message()["Body"])
    assert said["of"] == schedules.scheduler.get_schedule(Name=name)["Arn"]
    assert datetime.now(UTC) - datetime.fromisoformat(said["at"]) < timedelta(minutes=5)


def test_a_moment_in_another_zone_comes_and_the_schedule_goes(schedules: Schedules) -> None:
    there = datetime.now(UTC) + timedelta(hours=5, minutes=30, seconds=5)  # India has no summer time
    name = schedules.put(
        f"at({there:%Y-%m-%dT%H:%M:%S})",
        schedules.queue,
        ScheduleExpressionTimezone="Asia/Kolkata",
        ActionAfterCompletion="DELETE",
    )
    assert schedules.message()["Body"] == '{"a": 1}'
    with pytest.raises(ClientError, match="ResourceNotFound"):
        while True:
            schedules.scheduler.get_schedule(Name=name)


def test_what_is_disabled_does_not_fire_until_it_is_enabled(schedules: Schedules) -> None:
    name = schedules.put(SOON, schedules.queue, State="DISABLED")
    other = schedules.put(SOON, schedules.queue, '"other"')
    assert schedules.message()["Body"] == '"other"'
    schedules.scheduler.delete_schedule(Name=other)
    is_now = schedules.scheduler.get_schedule(Name=name)
    soon = f"at({datetime.now(UTC) + timedelta(seconds=5):%Y-%m-%dT%H:%M:%S})"
    kept = {key: is_now[key] for key in ("Name", "FlexibleTimeWindow", "Target")}
    schedules.scheduler.update_schedule(**kept, ScheduleExpression=soon)  # which enables it
    assert schedules.scheduler.get_schedule(Name=name)["State"] == "ENABLED"
    assert schedules.message()["Body"] == '{"a": 1}'


def test_a_state_machine_is_started(schedules: Schedules) -> None:
    states = client("stepfunctions", schedules.url)
    definition = {"StartAt": "End", "States": {"End": {"Type": "Pass", "End": True}}}
    machine = states.create_state_machine(name=schedules.name, definition=json.dumps(definition), roleArn=ROLE)
    schedules.put(SOON, machine["stateMachineArn"], '{"command": ["build"]}')
    while not (found := states.list_executions(stateMachineArn=machine["stateMachineArn"])["executions"]):
        pass
    said = states.describe_execution(executionArn=found[0]["executionArn"])
    assert json.loads(said["input"]) == {"command": ["build"]}


def test_any_action_of_the_sdk_is_called(schedules: Schedules) -> None:
    queue_url = schedules.sqs.get_queue_url(QueueName=schedules.queue.split(":")[-1])["QueueUrl"]
    text = json.dumps({"QueueUrl": queue_url, "MessageBody": "by the sdk"})
    schedules.put(SOON, "arn:aws:scheduler:::aws-sdk:sqs:sendMessage", text)
    assert schedules.message()["Body"] == "by the sdk"


@pytest.mark.parametrize("service", ["states", "sqs"])
def test_what_is_not_there_is_a_dead_letter(schedules: Schedules, service: str) -> None:
    dead = schedules.new_queue()
    resource = "stateMachine:none" if service == "states" else "none"
    missing = f"arn:aws:{service}:us-east-1:000000000000:{resource}"
    schedules.put(SOON, missing, Target={"DeadLetterConfig": {"Arn": dead}})
    letter = schedules.message(dead)
    said = {name: value["StringValue"] for name, value in letter["MessageAttributes"].items()}
    assert letter["Body"] == '{"a": 1}'
    assert said["TARGET_ARN"] == missing
    assert said["RETRY_ATTEMPTS"] == "0"
    assert "NonExistent" in said["ERROR_CODE"] or "DoesNotExist" in said["ERROR_CODE"]


def test_an_event_that_the_bus_refuses_is_a_dead_letter(schedules: Schedules) -> None:
    bus = client("events", schedules.url).create_event_bus(Name=schedules.name)["EventBusArn"]
    dead = schedules.new_queue()
    schedules.put(
        SOON,
        bus,
        "no json",
        Target={
            "DeadLetterConfig": {"Arn": dead},
            "EventBridgeParameters": {"Source": "lake", "DetailType": "tick"},
        },
    )
    assert schedules.message(dead)["MessageAttributes"]["ERROR_CODE"]["StringValue"] == "MalformedDetail"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"ScheduleExpression": "cron(0 0 * * * *)"}, "Invalid Schedule Expression"),
        ({"ScheduleExpression": "cron(0 0 30 2 ? *)", "ScheduleExpressionTimezone": "Mars/Olympus"}, "no time zone"),
        ({"FlexibleTimeWindow": {"Mode": "FLEXIBLE"}}, "MaximumWindowInMinutes"),
        (
            {"Target": {"Arn": "arn:aws:ecs:us-east-1:000000000000:cluster/c", "RoleArn": ROLE}},
            "no templated target 'ecs'",
        ),
        ({"Target": {"Arn": "arn:aws:scheduler:::aws-sdk:s3:listBuckets", "RoleArn": ROLE}}, "listBuckets reads"),
    ],
)
def test_what_would_never_fire_is_refused(schedules: Schedules, more: dict[str, Any], said: str) -> None:
    request = {
        "Name": schedules.name,
        "ScheduleExpression": SOON,
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "Target": {"Arn": schedules.queue, "RoleArn": ROLE},
        **more,
    }
    with pytest.raises(ClientError, match=said):
        schedules.scheduler.create_schedule(**request)
    assert schedules.scheduler.list_schedules(NamePrefix=schedules.name)["Schedules"] == []
