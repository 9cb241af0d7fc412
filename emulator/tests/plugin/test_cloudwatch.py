"""CloudWatch in the emulator: services tell their metrics, metric math is reckoned, alarms change and say so."""

from __future__ import annotations

import json
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.asking import client

from lakeloop_emulator.settings import Settings, token_file

pytestmark = pytest.mark.emulator
ROLE = "arn:aws:iam::000000000000:role/monitoring"


def until(found: Callable[[], Any]) -> Any:
    """The first answer that is one."""
    for _ in range(2000):
        if answer := found():
            return answer
    raise AssertionError("it does not come")


class Watch:
    """A CloudWatch, a namespace of the test's own in it, and a topic whose messages come to a queue."""

    def __init__(self, emulator: Settings) -> None:
        url = self.url = emulator.url
        self.state_folder = emulator.state
        self.cloudwatch, self.sqs, self.sns = (client(name, url) for name in ("cloudwatch", "sqs", "sns"))
        self.name = f"w{uuid.uuid4().hex[:8]}"
        self.topic = self.sns.create_topic(Name=self.name)["TopicArn"]
        self.queue = self.sqs.create_queue(QueueName=self.name)["QueueUrl"]
        arn = self.sqs.get_queue_attributes(QueueUrl=self.queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        self.sns.subscribe(TopicArn=self.topic, Protocol="sqs", Endpoint=arn)
        self.alarms: list[str] = []

    def put(self, name: str, value: float, minutes_ago: float = 0, **dimensions: str) -> None:
        datum = {
            "MetricName": name,
            "Value": value,
            "Timestamp": datetime.now(UTC) - timedelta(minutes=minutes_ago),
            "Dimensions": [{"Name": key, "Value": told} for key, told in dimensions.items()],
        }
        self.cloudwatch.put_metric_data(Namespace=self.name, MetricData=[datum])

    def metric(self, name: str, key: str, stat: str = "Sum", **more: Any) -> dict[str, Any]:
        metric = {"Namespace": self.name, "MetricName": name}
        return {"Id": key, "MetricStat": {"Metric": metric, "Period": 60, "Stat": stat}, "ReturnData": False, **more}

    def alarm(self, **settings: Any) -> str:
        name = f"{self.name}-{len(self.alarms)}"
        self.alarms.append(name)
        wanted = {
            "EvaluationPeriods": 1,
            "Threshold": 0,
            "ComparisonOperator": "GreaterThanThreshold",
            "AlarmActions": [self.topic],
            "OKActions": [self.topic],
            **settings,
        }
        if "Metrics" not in wanted:
            wanted = {"Namespace": self.name, "Statistic": "Sum", "Period": 60, **wanted}
        self.cloudwatch.put_metric_alarm(AlarmName=name, **wanted)
        return name

    def composite(self, rule: str) -> str:
        name = f"{self.name}-{len(self.alarms)}"
        self.alarms.append(name)
        actions = {"AlarmActions": [self.topic], "OKActions": [self.topic]}
        self.cloudwatch.put_composite_alarm(AlarmName=name, AlarmRule=rule, **actions)
        return name

    def state(self, name: str) -> str:
        found = self.cloudwatch.describe_alarms(AlarmNames=[name], AlarmTypes=["MetricAlarm", "CompositeAlarm"])
        (alarm,) = found["MetricAlarms"] + found["CompositeAlarms"]
        return str(alarm["StateValue"])

    def becomes(self, name: str, state: str) -> None:
        until(lambda: self.state(name) == state)

    def later(self, seconds: float) -> None:
        """Have alarms judged as if it were so much later."""
        token = token_file(self.state_folder).read_text("utf-8").strip()
        request = urllib.request.Request(
            f"{self.url}/_aws/cloudwatch/clock",
            data=json.dumps({"ahead": seconds}).encode(),
            headers={"X-Lakeloop-Token": token},
        )
        with urllib.request.urlopen(request) as answer:
            assert json.load(answer) == {"ahead": seconds}

    def told(self, name: str, state: str) -> dict[str, Any]:
        """The message about an alarm's *state*; others of the topic are passed over."""
        while True:
            answer = self.sqs.receive_message(QueueUrl=self.queue, WaitTimeSeconds=20)
            (message,) = answer["Messages"]
            self.sqs.delete_message(QueueUrl=self.queue, ReceiptHandle=message["ReceiptHandle"])
            said = json.loads(json.loads(message["Body"])["Message"])
            if (said["AlarmName"], said["NewStateValue"]) == (name, state):
                return dict(said)

    def value(self, namespace: str, name: str, dimension: str, value: str, stat: str = "Sum") -> float | None:
        metric = {"Namespace": namespace, "MetricName": name, "Dimensions": [{"Name": dimension, "Value": value}]}
        found = self.data([{"Id": "m", "MetricStat": {"Metric": metric, "Period": 3600, "Stat": stat}}])["m"]
        return found[0] if found else None

    def data(self, queries: list[dict[str, Any]], minutes: int = 60) -> dict[str, list[float]]:
        end = datetime.now(UTC) + timedelta(minutes=1)
        asked = {"MetricDataQueries": queries, "StartTime": end - timedelta(minutes=minutes), "EndTime": end}
        answer = self.cloudwatch.get_metric_data(**asked)
        return {one["Id"]: one["Values"] for one in answer["MetricDataResults"]}


@pytest.fixture
def watch(emulator: Settings) -> Iterator[Watch]:
    made = Watch(emulator)
    yield made
    made.later(0)
    made.cloudwatch.delete_alarms(AlarmNames=made.alarms)


def test_executions_of_state_machines_are_counted(watch: Watch) -> None:
    states = client("stepfunctions", watch.url)
    ends = {
        "ExecutionsSucceeded": {"Type": "Pass", "End": True},
        "ExecutionsFailed": {"Type": "Fail", "Error": "Broken"},
        "ExecutionsAborted": {"Type": "Wait", "Seconds": 600, "End": True},
    }
    for number, (metric, state) in enumerate(ends.items()):
        definition = json.dumps({"StartAt": "A", "States": {"A": state}})
        arn = states.create_state_machine(name=f"{watch.name}-{number}", definition=definition, roleArn=ROLE)[
            "stateMachineArn"
        ]
        execution = states.start_execution(stateMachineArn=arn)["executionArn"]
        if state["Type"] == "Wait":
            states.stop_execution(executionArn=execution)
        until(lambda metric=metric, arn=arn: watch.value("AWS/States", metric, "StateMachineArn", arn) == 1)
        assert watch.value("AWS/States", "ExecutionsStarted", "StateMachineArn", arn) == 1
        assert watch.value("AWS/States", "ExecutionTime", "StateMachineArn", arn, "SampleCount") == 1


def test_a_queue_s_depth_and_the_age_of_its_oldest_message_alarm_until_it_is_empty(watch: Watch) -> None:
    """With the settings of terraform/modules/monitoring/alarms_queues.tf, save for the age."""
    queue = watch.sqs.create_queue(QueueName=f"{watch.name}-dead")["QueueUrl"]
    alarms = [
        watch.alarm(
            Namespace="AWS/SQS",
            MetricName=metric,
            Dimensions=[{"Name": "QueueName", "Value": f"{watch.name}-dead"}],
            Statistic="Maximum",
            TreatMissingData="notBreaching",
        )
        for metric in ("ApproximateNumberOfMessagesVisible", "ApproximateAgeOfOldestMessage")
    ]
    watch.sqs.send_message(QueueUrl=queue, MessageBody="dead")
    for alarm in alarms:
        watch.becomes(alarm, "ALARM")
    received = watch.sqs.receive_message(QueueUrl=queue)["Messages"][0]["ReceiptHandle"]
    watch.sqs.delete_message(QueueUrl=queue, ReceiptHandle=received)
    of = ("QueueName", f"{watch.name}-dead", "Minimum")
    until(lambda: watch.value("AWS/SQS", "ApproximateNumberOfMessagesVisible", *of) == 0)
    watch.later(600)
    for alarm in alarms:
        watch.becomes(alarm, "OK")


def test_a_metric_is_found_by_all_of_its_dimensions(watch: Watch) -> None:
    watch.put("Runs", 1, environment="dev")
    watch.put("Runs", 2, environment="dev2")
    watch.put("Runs", 4, environment="dev", model="a")
    assert watch.value(watch.name, "Runs", "environment", "dev") == 1


def test_metric_math_is_reckoned(watch: Watch) -> None:
    for value in (1, 2, 3, 4):
        watch.put("a", value)
    watch.put("b", 6)
    queries = [
        watch.metric("a", "a"),
        watch.metric("b", "b"),
        watch.metric("a", "p", "p50", ReturnData=True),
        {"Id": "e", "Expression": "r * 100"},
        {"Id": "r", "Expression": "b / SUM([a, b])", "ReturnData": False},
    ]
    # Periods of an hour: a minute may end between two of these calls.
    for query in queries[:3]:
        query["MetricStat"]["Period"] = 3600
    assert watch.data(queries) == {"p": [2.5], "e": [37.5]}
    with pytest.raises(ClientError, match="no metric has the id 'c'"):
        watch.data([watch.metric("a", "a"), {"Id": "e", "Expression": "a + c"}])


def test_an_alarm_on_metric_math_tells_both_changes(watch: Watch) -> None:
    failed, lost = watch.metric("Failed", "failed"), watch.metric("Lost", "lost")
    name = watch.alarm(
        Metrics=[failed, lost, {"Id": "all", "Expression": "SUM([failed, lost])"}], TreatMissingData="ignore"
    )
    watch.put("Lost", 1, minutes_ago=2.5)
    said = watch.told(name, "ALARM")
    assert said["NewStateReason"] == (
        "Threshold Crossed: 1 out of the last 1 datapoints [1] was greater than the threshold (0)."
    )
    watch.put("Failed", 0)
    watch.told(name, "OK")


@pytest.mark.parametrize(
    ("missing", "state"), [("breaching", "ALARM"), ("notBreaching", "OK"), ("missing", "INSUFFICIENT_DATA")]
)
def test_missing_data_is_treated_as_the_alarm_says(watch: Watch, missing: str, state: str) -> None:
    other = watch.alarm(MetricName="None", TreatMissingData="notBreaching")
    name = watch.alarm(MetricName="None", TreatMissingData=missing)
    watch.becomes(other, "OK")  # so that all alarms have been looked at
    watch.becomes(name, state)


def test_two_of_three_datapoints_alarm(watch: Watch) -> None:
    name = watch.alarm(MetricName="Slow", EvaluationPeriods=3, DatapointsToAlarm=2, TreatMissingData="notBreaching")
    watch.put("Slow", 1, minutes_ago=1.5)
    watch.becomes(name, "OK")
    watch.put("Slow", 1)
    watch.becomes(name, "ALARM")
    watch.put("Slow", -2)
    watch.becomes(name, "OK")


def test_an_alarm_that_is_changed_keeps_its_state_and_its_tags(watch: Watch) -> None:
    tags = [{"Key": "team", "Value": "lake"}]
    name = watch.alarm(MetricName="None", TreatMissingData="breaching", Tags=tags)
    watch.becomes(name, "ALARM")
    watch.alarms.pop()
    watch.alarm(MetricName="None", TreatMissingData="ignore", AlarmDescription="changed")
    (alarm,) = watch.cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"]
    assert (alarm["StateValue"], alarm["AlarmDescription"]) == ("ALARM", "changed")
    assert watch.cloudwatch.list_tags_for_resource(ResourceARN=alarm["AlarmArn"])["Tags"] == tags


def test_a_composite_alarm_follows_its_rule(watch: Watch) -> None:
    one, other = (watch.alarm(MetricName=name, TreatMissingData="ignore") for name in ("one", "other"))
    both = watch.composite(f'ALARM("{one}") AND NOT OK({other})')
    over = watch.composite(f"ALARM({both}) OR INSUFFICIENT_DATA({one})")
    watch.becomes(over, "ALARM")
    watch.put("one", 1, minutes_ago=1.5)
    assert watch.told(both, "ALARM")["AlarmRule"] == f'ALARM("{one}") AND NOT OK({other})'
    watch.put("other", 0)
    watch.told(both, "OK")
    watch.becomes(over, "OK")
    for rule, said in (("ALARM(", "is expected"), ("ALARM(none-such)", "none-such"), ("MAYBE(x)", "MAYBE")):
        with pytest.raises(ClientError, match=said):
            watch.composite(rule)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"MetricName": "m", "ComparisonOperator": "LessThanLowerThreshold"}, "detects no anomalies"),
        ({"Metrics": [{"Id": "e", "Expression": "NOSUCH(1)"}]}, "NOSUCH"),
        ({"MetricName": "m", "EvaluationPeriods": 2000}, "EvaluationPeriods"),
    ],
)
def test_an_alarm_that_would_never_change_is_refused(watch: Watch, settings: dict[str, Any], said: str) -> None:
    with pytest.raises(ClientError, match=said):
        watch.alarm(**settings)
