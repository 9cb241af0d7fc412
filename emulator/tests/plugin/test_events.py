"""EventBridge in the emulator: an event that a target does not take is tried again, then a dead letter; none is lost."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.asking import client

from lakeloop_emulator.settings import Settings

ACCOUNT = "000000000000"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/events"
NO_MACHINE = f"arn:aws:states:us-east-1:{ACCOUNT}:stateMachine:none"


class Bus:
    """A bus of a test's own, and queues that it may send to."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.events, self.sqs = client("events", url), client("sqs", url)
        self.name = f"b{uuid.uuid4().hex[:8]}"
        self.events.create_event_bus(Name=self.name)
        self.dead, self.queue = self.new_queue(), self.new_queue()

    def new_queue(self, open_to: str = "events.amazonaws.com") -> str:
        """A queue's ARN."""
        name = f"q{uuid.uuid4().hex[:8]}"
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": open_to},
            "Action": "sqs:SendMessage",
            "Resource": f"arn:aws:sqs:us-east-1:{ACCOUNT}:{name}",
            "Condition": {"ArnLike": {"aws:SourceArn": f"arn:aws:events:us-east-1:{ACCOUNT}:rule/{self.name}/*"}},
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        self.sqs.create_queue(QueueName=name, Attributes={"Policy": policy})
        return str(statement["Resource"])

    def rule(self, target: str, **more: Any) -> str:
        """A rule of all events of the source ``lake``, its dead letters in the bus's queue; its name."""
        name = f"r{uuid.uuid4().hex[:8]}"
        self.events.put_rule(Name=name, EventBusName=self.name, EventPattern='{"source": ["lake"]}')
        made = {"Id": "t", "Arn": target, "RoleArn": ROLE, "DeadLetterConfig": {"Arn": self.dead}, **more}
        self.events.put_targets(Rule=name, EventBusName=self.name, Targets=[made])
        return name

    def send(self, detail: Any) -> None:
        entry = {"EventBusName": self.name, "Source": "lake", "DetailType": "tick", "Detail": json.dumps(detail)}
        self.events.put_events(Entries=[entry])

    def message(self, queue: str | None = None) -> dict[str, Any]:
        """The next message, which is waited for."""
        url = self.sqs.get_queue_url(QueueName=(queue or self.queue).split(":")[-1])["QueueUrl"]
        answer = self.sqs.receive_message(QueueUrl=url, WaitTimeSeconds=20, MessageAttributeNames=["All"])
        (message,) = answer["Messages"]
        self.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return dict(message)

    def dead_letter(self) -> tuple[dict[str, Any], dict[str, str]]:
        """The next dead letter: the event, and AWS's attributes."""
        letter = self.message(self.dead)
        said = {name: value["StringValue"] for name, value in letter["MessageAttributes"].items()}
        return json.loads(letter["Body"]), said


@pytest.fixture(scope="module")
def bus(emulator: Settings) -> Bus:
    return Bus(emulator.url)


@pytest.fixture(autouse=True)
def no_rules(request: pytest.FixtureRequest) -> Iterator[None]:
    """Rules end with their test: the bus is all tests'."""
    yield
    if "bus" in request.fixturenames:
        bus: Bus = request.getfixturevalue("bus")
        for rule in bus.events.list_rules(EventBusName=bus.name)["Rules"]:
            bus.events.remove_targets(Rule=rule["Name"], EventBusName=bus.name, Ids=["t"])
            bus.events.delete_rule(Name=rule["Name"], EventBusName=bus.name)


@contextmanager
def listening(*statuses: int) -> Iterator[tuple[str, list[bytes]]]:
    """A server that answers with *statuses* in their order, then 200; its address, and the bodies that it got."""
    got: list[bytes] = []
    left = list(statuses)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(left.pop(0) if left else 200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/", got
    server.shutdown()
    server.server_close()


def destination(bus: Bus, url: str) -> str:
    auth = {"ApiKeyAuthParameters": {"ApiKeyName": "X-Key", "ApiKeyValue": "none"}}  # pragma: allowlist secret
    name = f"d{uuid.uuid4().hex[:8]}"
    made = bus.events.create_connection(Name=name, AuthorizationType="API_KEY", AuthParameters=auth)
    answer = bus.events.create_api_destination(
        Name=name, ConnectionArn=made["ConnectionArn"], InvocationEndpoint=url, HttpMethod="POST"
    )
    return str(answer["ApiDestinationArn"])


@pytest.mark.emulator
@pytest.mark.parametrize(
    ("target", "code"),
    [(NO_MACHINE, "NO_RESOURCE"), (f"arn:aws:sqs:us-east-1:{ACCOUNT}:none", "NO_RESOURCE")],
)
def test_what_is_not_there_is_a_dead_letter_at_once(bus: Bus, target: str, code: str) -> None:
    rule = bus.rule(target)
    bus.send({"n": 1})
    event, said = bus.dead_letter()
    assert (event["source"], event["detail-type"], event["detail"]) == ("lake", "tick", {"n": 1})
    assert said["RULE_ARN"] == f"arn:aws:events:us-east-1:{ACCOUNT}:rule/{bus.name}/{rule}"
    assert (said["TARGET_ARN"], said["ERROR_CODE"], said["RETRY_ATTEMPTS"]) == (target, code, "0")
    assert said["ERROR_MESSAGE"]


@pytest.mark.emulator
def test_a_target_that_refuses_is_called_as_often_as_its_policy_says(bus: Bus) -> None:
    with listening(503, 503, 503) as (url, got):
        bus.rule(destination(bus, url), RetryPolicy={"MaximumRetryAttempts": 1, "MaximumEventAgeInSeconds": 60})
        bus.send({"n": 2})
        event, said = bus.dead_letter()
    assert event["detail"] == {"n": 2}
    assert len(got) == 2
    assert said["EXHAUSTED_RETRY_CONDITION"] == "MaximumRetryAttempts"
    assert (said["ERROR_CODE"], said["RETRY_ATTEMPTS"]) == ("ERROR_FROM_TARGET", "1")


@pytest.mark.emulator
def test_a_target_that_comes_back_gets_its_event(bus: Bus) -> None:
    with listening(503) as (url, got):
        bus.rule(destination(bus, url))
        bus.send({"n": 3})
        while len(got) < 2:
            pass
    assert [json.loads(body)["detail"] for body in got] == [{"n": 3}] * 2


@pytest.mark.emulator
def test_a_queue_whose_policy_lets_nobody_in_gets_nothing(bus: Bus) -> None:
    closed = bus.new_queue(open_to="sns.amazonaws.com")
    bus.rule(closed)
    bus.send({"n": 4})
    event, said = bus.dead_letter()
    assert (event["detail"], said["ERROR_CODE"], said["TARGET_ARN"]) == ({"n": 4}, "NO_PERMISSIONS", closed)


@pytest.mark.emulator
@pytest.mark.parametrize(
    ("more", "expected"),
    [
        (
            {"InputTransformer": {"InputPathsMap": {"n": "$.detail.n"}, "InputTemplate": '{"number": <n>}'}},
            {"number": 0},
        ),
        ({"InputPath": "$.detail"}, {"n": 0, "id": 7}),
        ({"Input": '{"command": ["build"]}'}, {"command": ["build"]}),
        ({"Input": "{}"}, {}),
    ],
    ids=["transformer", "path", "input", "empty input"],
)
def test_a_state_machine_gets_what_the_rule_makes_of_an_event(bus: Bus, more: dict[str, Any], expected: Any) -> None:
    states = client("stepfunctions", bus.url)
    definition = {"StartAt": "End", "States": {"End": {"Type": "Pass", "End": True}}}
    name = f"m{uuid.uuid4().hex[:8]}"
    machine = states.create_state_machine(name=name, definition=json.dumps(definition), roleArn=ROLE)["stateMachineArn"]
    bus.rule(machine, **more)
    bus.rule(machine, **more)  # two targets of one event: two executions
    bus.send({"n": 0, "id": 7})
    while len(found := states.list_executions(stateMachineArn=machine)["executions"]) < 2:
        pass
    for one in found:
        assert json.loads(states.describe_execution(executionArn=one["executionArn"])["input"]) == expected


@pytest.mark.emulator
def test_a_template_that_makes_no_json_is_a_dead_letter(bus: Bus) -> None:
    bus.rule(bus.queue, InputTransformer={"InputPathsMap": {"n": "$.detail.n"}, "InputTemplate": '{"a": "<n>'})
    bus.send({"n": "x"})
    assert bus.dead_letter()[1]["ERROR_CODE"] == "INVALID_JSON"


@pytest.mark.emulator
def test_a_rule_that_is_disabled_sends_nothing(bus: Bus) -> None:
    bus.events.disable_rule(Name=bus.rule(NO_MACHINE), EventBusName=bus.name)
    bus.rule(bus.queue)
    bus.send({"n": 5})
    assert json.loads(bus.message()["Body"])["detail"] == {"n": 5}
    url = bus.sqs.get_queue_url(QueueName=bus.dead.split(":")[-1])["QueueUrl"]
    assert "Messages" not in bus.sqs.receive_message(QueueUrl=url)


@pytest.mark.emulator
@pytest.mark.parametrize(
    ("target", "said"),
    [
        ({"Arn": f"arn:aws:ecs:us-east-1:{ACCOUNT}:cluster/c"}, "no target 'ecs' and would never call it"),
        ({"Arn": f"arn:aws:codebuild:us-east-1:{ACCOUNT}:project/p"}, "no target 'codebuild'"),
        ({"Arn": NO_MACHINE}, "RoleArn is required"),
        ({"Arn": f"arn:aws:sqs:us-east-1:{ACCOUNT}:q", "Input": "{"}, "JSON syntax error"),
        (
            {
                "Arn": f"arn:aws:sqs:us-east-1:{ACCOUNT}:q",
                "DeadLetterConfig": {"Arn": f"arn:aws:sqs:us-east-1:{ACCOUNT}:d.fifo"},
            },
            "standard queue",
        ),
    ],
)
def test_a_target_that_would_never_be_called_is_refused(bus: Bus, target: dict[str, Any], said: str) -> None:
    rule = f"r{uuid.uuid4().hex[:8]}"
    bus.events.put_rule(Name=rule, EventBusName=bus.name, EventPattern='{"source": ["lake"]}')
    with pytest.raises(ClientError, match=said):
        bus.events.put_targets(Rule=rule, EventBusName=bus.name, Targets=[{"Id": "t", **target}])
    assert bus.events.list_targets_by_rule(Rule=rule, EventBusName=bus.name)["Targets"] == []


# In a process of its own: LocalStack's modules change moto's, which other tests of a worker answer from.
TOO_OLD = """
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from localstack_plugin import events_delivery, retries

retries.time.sleep = lambda _: None
events_delivery.Delivery._bury = lambda self, failure, tries, why: print(failure.code, tries, why)
target = {"Arn": "arn:aws:lambda:us-east-1:0:function:f", "RetryPolicy": {"MaximumEventAgeInSeconds": 60}}

def refuse(event, trace_header):
    raise events_delivery.Undeliverable("THROTTLING", "Rate exceeded")

sender = SimpleNamespace(target=target, arn=target["Arn"], rule_arn="r", send_event=refuse)
begun = datetime.now(UTC) - timedelta(seconds=59.9)
failure = events_delivery.Undeliverable("THROTTLING", "Rate exceeded")
events_delivery.Delivery(sender, {"id": "1"}, None, begun)._go_on(failure)
"""


def test_an_event_that_is_too_old_is_not_tried_again() -> None:
    done = subprocess.run([sys.executable, "-c", TOO_OLD], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "THROTTLING 0 MaximumEventAgeInSeconds\n"), done.stderr
