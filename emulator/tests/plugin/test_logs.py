"""CloudWatch Logs in the emulator: filters filter, embedded metrics are read, Logs Insights runs the query that it is given."""

from __future__ import annotations

import json
import time
import uuid
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from tests.asking import client
from tests.functions.helpers import zipped
from tests.plugin.test_cloudwatch import Watch, until, watch

from lakeloop_emulator.settings import Settings
from local_lambda.model import architecture

__all__ = ["watch"]
pytestmark = pytest.mark.emulator
NOW = int(time.time() * 1000)
PRINTS = """import base64, gzip, json
def handle(event, context):
    told = json.loads(gzip.decompress(base64.b64decode(event["awslogs"]["data"])))
    print("DELIVERED", told["subscriptionFilters"][0], json.dumps([one["message"] for one in told["logEvents"]]))
"""


class Logs:
    """A log group of the test's own."""

    def __init__(self, url: str) -> None:
        self.logs, self.url = client("logs", url), url
        self.group = f"/test/{uuid.uuid4().hex[:8]}"
        self.logs.create_log_group(logGroupName=self.group)

    def write(self, *lines: str | dict[str, Any], stream: str = "s") -> None:
        if not self.logs.describe_log_streams(logGroupName=self.group, logStreamNamePrefix=stream)["logStreams"]:
            self.logs.create_log_stream(logGroupName=self.group, logStreamName=stream)
        events = [
            {"timestamp": NOW + number, "message": line if isinstance(line, str) else json.dumps(line)}
            for number, line in enumerate(lines)
        ]
        self.logs.put_log_events(logGroupName=self.group, logStreamName=stream, logEvents=events)

    def asks(self, query: str) -> list[dict[str, str]]:
        asked = {"startTime": NOW // 1000 - 60, "endTime": NOW // 1000 + 60, "queryString": query}
        key = self.logs.start_query(logGroupName=self.group, **asked)["queryId"]
        answer = self.logs.get_query_results(queryId=key)
        assert answer["status"] == "Complete"
        return [{one["field"]: one["value"] for one in row if one["field"] != "@ptr"} for row in answer["results"]]


@pytest.fixture
def function(emulator: Settings) -> str:
    """The ARN of a function that prints the lines of log that it is sent."""
    functions, name = client("lambda", emulator.url), f"f{uuid.uuid4().hex[:8]}"
    made = functions.create_function(
        FunctionName=name,
        Runtime="python3.12",
        Role="arn:aws:iam::000000000000:role/logs",
        Handler="app.handle",
        Architectures=[architecture()],
        Code={"ZipFile": zipped({"app.py": PRINTS})},
    )
    until(lambda: functions.get_function_configuration(FunctionName=name)["State"] != "Pending")
    client("logs", emulator.url).create_log_group(logGroupName=f"/aws/lambda/{name}")
    return str(made["FunctionArn"])


@pytest.fixture
def logs(emulator: Settings) -> Logs:
    return Logs(emulator.url)


def test_an_embedded_metric_is_a_metric(logs: Logs, watch: Watch) -> None:
    """As Powertools writes it: https://docs.powertools.aws.dev/lambda/python/latest/core/metrics/"""
    about = {"Namespace": watch.name, "Dimensions": [["environment"]], "Metrics": [{"Name": "Dollars", "Unit": "None"}]}
    line = {"_aws": {"Timestamp": NOW, "CloudWatchMetrics": [about]}, "environment": "dev", "Dollars": [0.25, 0.5]}
    logs.write("Running dbt", line, {**line, "environment": 1}, {**line, "Dollars": "much"})
    until(lambda: watch.value(watch.name, "Dollars", "environment", "dev", "SampleCount") == 2)
    assert watch.value(watch.name, "Dollars", "environment", "dev") == 0.75


def test_a_metric_filter_counts_what_its_pattern_matches_in_its_own_group(logs: Logs, watch: Watch) -> None:
    other = Logs(logs.url)
    for name, pattern, value in (("Wrong", '{ $.level = "ERROR" }', "1"), ("Dear", "{ $.dollars > 1 }", "$.dollars")):
        transformation = {"metricName": name, "metricNamespace": watch.name, "metricValue": value}
        for _ in range(2):  # the second replaces the first
            logs.logs.put_metric_filter(
                logGroupName=logs.group, filterName=name, filterPattern=pattern, metricTransformations=[transformation]
            )
    other.write({"level": "ERROR", "dollars": 9})
    logs.write({"level": "ERROR"}, {"level": "INFO", "dollars": 2.5}, {"level": "INFO", "dollars": 0.5}, "ERROR")

    def total(name: str) -> float:
        metric = {"Namespace": watch.name, "MetricName": name}
        return sum(watch.data([{"Id": "m", "MetricStat": {"Metric": metric, "Period": 3600, "Stat": "Sum"}}])["m"])

    until(lambda: total("Dear") and total("Wrong"))
    assert (total("Wrong"), total("Dear")) == (1, 2.5)


def test_a_subscription_sends_what_its_own_pattern_matches(logs: Logs, function: str, watch: Watch) -> None:
    for pattern in ("ERROR -ignored", "INFO"):
        logs.logs.put_subscription_filter(
            logGroupName=logs.group, filterName=pattern[:4], filterPattern=pattern, destinationArn=function
        )
    logs.write("ERROR a", "INFO b", "ERROR ignored", "DEBUG c")
    name = function.rpartition(":")[2]

    def told() -> set[str]:
        found = logs.logs.filter_log_events(logGroupName=f"/aws/lambda/{name}", filterPattern="DELIVERED")["events"]
        return {event["message"].strip() for event in found}

    until(lambda: len(told()) == 2)
    assert told() == {'DELIVERED ERRO ["ERROR a"]', 'DELIVERED INFO ["INFO b"]'}
    # And a function's metrics are there.
    until(lambda: watch.value("AWS/Lambda", "Duration", "FunctionName", name, "SampleCount") == 2)


def test_a_throttled_function_says_so(logs: Logs, function: str, watch: Watch) -> None:
    once = Config(retries={"max_attempts": 0})
    keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    functions = boto3.client("lambda", endpoint_url=logs.url, region_name="us-east-1", config=once, **keys)
    functions.put_function_concurrency(FunctionName=function, ReservedConcurrentExecutions=0)
    with pytest.raises(ClientError, match="TooManyRequests"):
        functions.invoke(FunctionName=function, Payload=b"{}")
    until(lambda: watch.value("AWS/Lambda", "Throttles", "FunctionName", function.rpartition(":")[2]))


def test_filter_log_events_filters(logs: Logs) -> None:
    logs.write("ERROR a", "INFO b", {"n": 3})
    for pattern, found in (("ERROR", ["ERROR a"]), ("{ $.n = 3 }", ['{"n": 3}']), ("", None)):
        events = logs.logs.filter_log_events(logGroupName=logs.group, filterPattern=pattern)["events"]
        assert len(events) == 3 if found is None else [event["message"] for event in events] == found


def test_a_pattern_that_would_match_nothing_is_refused(logs: Logs) -> None:
    transformation = {"metricName": "m", "metricNamespace": "n", "metricValue": "1"}
    for pattern in ("a.b", "{ $.x == 1 }", "[ip, user]"):
        with pytest.raises(ClientError, match="InvalidParameterException"):
            logs.logs.put_metric_filter(
                logGroupName=logs.group, filterName="f", filterPattern=pattern, metricTransformations=[transformation]
            )


def test_a_query_is_run_as_it_says(logs: Logs) -> None:
    logs.write(*({"level": "ERROR" if number % 3 == 0 else "INFO", "cost": {"dollars": number}} for number in range(7)))
    assert logs.asks("filter level = 'ERROR' | stats count(*) as errors, sum(cost.dollars) as dollars by level") == [
        {"level": "ERROR", "errors": "3", "dollars": "9"}
    ]
    assert logs.asks("fields cost.dollars as d | filter level like /INF/ | sort d desc | limit 2") == [
        {"d": "5"},
        {"d": "4"},
    ]
    with pytest.raises(ClientError, match=r"MalformedQueryException.*'pattern'.*fields, display, filter"):
        logs.asks("pattern @message")


def test_a_query_is_saved(logs: Logs) -> None:
    name = logs.group.rpartition("/")[2]
    saved = {"name": f"{name}/errors", "queryString": "fields @message | limit 5", "logGroupNames": [logs.group]}
    key = logs.logs.put_query_definition(**saved)["queryDefinitionId"]
    logs.logs.put_query_definition(**{**saved, "queryDefinitionId": key, "queryString": "fields @message | limit 6"})
    (found,) = logs.logs.describe_query_definitions(queryDefinitionNamePrefix=name)["queryDefinitions"]
    assert (found["queryDefinitionId"], found["queryString"]) == (key, "fields @message | limit 6")
    assert logs.logs.delete_query_definition(queryDefinitionId=key)["success"]
    assert logs.logs.describe_query_definitions(queryDefinitionNamePrefix=name)["queryDefinitions"] == []
