"""Event source mappings of Kinesis through the API: a function of one's own answers what the test wants, or fails, or dies.

LocalStack alone reads one shard a second and forgets where it was when a mapping changes; it neither splits batches nor follows
splits of shards.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.asking import client
from tests.functions.helpers import until
from tests.plugin.asked import Asked, asking

from lakeloop_emulator.settings import Settings

pytestmark = pytest.mark.emulator


@pytest.fixture(scope="module")
def asked() -> Iterator[Asked]:
    server = Asked()
    yield server
    server.close()


@pytest.fixture(scope="module")
def functions(emulator: Settings) -> Any:
    return client("lambda", emulator.url)


@pytest.fixture(scope="module")
def function(emulator: Settings, asked: Asked) -> str:
    return asking(emulator, asked, "mapped")


class Mapped:
    """A stream of one shard and a mapping of it to the function."""

    def __init__(self, emulator: Settings, functions: Any, function: str, asked: Asked) -> None:
        self.kinesis, self.functions, self.function, self.asked = (
            client("kinesis", emulator.url),
            functions,
            function,
            asked,
        )
        self.name = f"s{uuid.uuid4().hex[:12]}"
        self.kinesis.create_stream(StreamName=self.name, ShardCount=1)
        self.arn = self.kinesis.describe_stream(StreamName=self.name)["StreamDescription"]["StreamARN"]
        self.uuid = ""
        asked.reset()

    def map(self, **settings: Any) -> None:
        made = self.functions.create_event_source_mapping(
            **{
                "FunctionName": self.function,
                "EventSourceArn": self.arn,
                "StartingPosition": "TRIM_HORIZON",
                **settings,
            }
        )
        self.uuid = made["UUID"]

    def put(self, *data: int, key: str = "k") -> None:
        records = [{"Data": str(one).encode(), "PartitionKey": key} for one in data]
        assert self.kinesis.put_records(StreamName=self.name, Records=records)["FailedRecordCount"] == 0

    def is_in(self, state: str) -> bool:
        return bool(self.functions.get_event_source_mapping(UUID=self.uuid)["State"] == state)

    def change(self, **settings: Any) -> None:
        self.functions.update_event_source_mapping(UUID=self.uuid, **settings)

    def close(self) -> None:
        if self.uuid:
            self.functions.delete_event_source_mapping(UUID=self.uuid)
            gone = self.functions.exceptions.ResourceNotFoundException
            with pytest.raises(gone):
                until(lambda: self.is_in("gone"))
        self.kinesis.delete_stream(StreamName=self.name)


@pytest.fixture
def mapped(emulator: Settings, functions: Any, function: str, asked: Asked) -> Iterator[Mapped]:
    found = Mapped(emulator, functions, function, asked)
    yield found
    found.close()


def text(*numbers: int) -> list[str]:
    return [str(number) for number in numbers]


def test_records_come_in_order_in_awss_shape(mapped: Mapped, asked: Asked) -> None:
    mapped.put(*range(250))
    mapped.map(BatchSize=100)
    assert asked.until(250) == text(*range(250))
    assert [len(event["Records"]) for event in asked.events] == [100, 100, 50]
    mapped.put(250)
    assert asked.until(1) == ["250"]
    first = asked.events[0]["Records"][0]
    number = first["kinesis"]["sequenceNumber"]
    assert len(number) == 56
    assert first["eventID"] == f"shardId-000000000000:{number}"
    assert (first["eventSource"], first["eventName"], first["eventVersion"], first["awsRegion"], first["eventSourceARN"]) == (
        "aws:kinesis", "aws:kinesis:record", "1.0", "us-east-1", mapped.arn,
    )  # fmt: skip
    assert first["invokeIdentityArn"].endswith(":role/mapped")
    assert (first["kinesis"]["partitionKey"], first["kinesis"]["kinesisSchemaVersion"]) == ("k", "1.0")


def test_a_mapping_that_is_changed_goes_on_where_it_was(mapped: Mapped, asked: Asked) -> None:
    mapped.put(1)
    mapped.map(StartingPosition="LATEST", BatchSize=2)
    mapped.put(2, 3)
    assert asked.until(2) == text(2, 3)
    mapped.change(Enabled=False)
    assert until(lambda: mapped.is_in("Disabled"))
    mapped.put(4, 5)
    mapped.change(BatchSize=10, Enabled=True)
    assert asked.until(2) == text(4, 5)
    mapped.change(BatchSize=5)
    mapped.put(6)
    assert asked.until(1) == ["6"] and asked.batches.empty()


@pytest.mark.parametrize("failure", ["raise", "die"])
def test_a_batch_whose_function_fails_or_dies_is_delivered_again(mapped: Mapped, asked: Asked, failure: str) -> None:
    said = iter([failure, None])
    asked.behave = lambda data: next(said, None)
    mapped.put(1, 2, 3)
    mapped.map()
    assert asked.until(6) == text(1, 2, 3, 1, 2, 3)
    mapped.put(4)
    assert asked.until(1) == ["4"]


def test_a_bad_record_is_split_off_and_told_of(mapped: Mapped, asked: Asked, emulator: Settings) -> None:
    sqs = client("sqs", emulator.url)
    queue_url = sqs.create_queue(QueueName=mapped.name)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    asked.behave = lambda data: "raise" if "3" in data else None
    mapped.put(1, 2, 3, 4)
    mapped.map(
        BisectBatchOnFunctionError=True, MaximumRetryAttempts=1, DestinationConfig={"OnFailure": {"Destination": arn}}
    )
    assert asked.until(11) == text(1, 2, 3, 4, 1, 2, 3, 4, 3, 3, 4)
    message = json.loads(sqs.receive_message(QueueUrl=queue_url, WaitTimeSeconds=20)["Messages"][0]["Body"])
    bad = asked.events[0]["Records"][2]["kinesis"]["sequenceNumber"]
    assert message["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert message["requestContext"]["approximateInvokeCount"] == 2
    assert message["responseContext"] == {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"}
    batch = message["KinesisBatchInfo"]
    assert (batch["startSequenceNumber"], batch["endSequenceNumber"], batch["batchSize"]) == (bad, bad, 1)
    assert (batch["shardId"], batch["streamArn"]) == ("shardId-000000000000", mapped.arn)


def test_a_function_reports_where_the_next_try_begins(mapped: Mapped, asked: Asked) -> None:
    def behave(data: list[str]) -> Any:
        if data[0] != "1":
            return None
        third = asked.events[-1]["Records"][2]["kinesis"]["sequenceNumber"]
        return {"batchItemFailures": [{"itemIdentifier": third}]}

    asked.behave = behave
    mapped.put(1, 2, 3, 4)
    mapped.map(FunctionResponseTypes=["ReportBatchItemFailures"])
    assert asked.until(6) == text(1, 2, 3, 4, 3, 4)


def test_a_shard_that_is_split_is_finished_before_its_children(mapped: Mapped, asked: Asked) -> None:
    mapped.put(1, 2)
    mapped.map(BatchSize=1)
    assert asked.until(2) == text(1, 2)
    mapped.put(3, 4, 5)
    mapped.kinesis.split_shard(
        StreamName=mapped.name, ShardToSplit="shardId-000000000000", NewStartingHashKey=str(2**127)
    )
    mapped.put(6, 7)
    assert asked.until(5) == text(3, 4, 5, 6, 7)
    mapped.kinesis.merge_shards(
        StreamName=mapped.name, ShardToMerge="shardId-000000000001", AdjacentShardToMerge="shardId-000000000002"
    )
    mapped.put(8)
    assert asked.until(1) == ["8"]


def test_a_filter_leaves_records_out(mapped: Mapped, asked: Asked) -> None:
    mapped.put(1, 2, 3)
    mapped.map(FilterCriteria={"Filters": [{"Pattern": json.dumps({"data": [2]})}]})
    assert asked.until(1) == ["2"]


def test_the_age_of_the_last_record_is_a_metric(mapped: Mapped, asked: Asked, emulator: Settings) -> None:
    mapped.put(1)
    mapped.map()
    asked.until(1)
    now = datetime.now(UTC)

    def told() -> Any:
        return client("cloudwatch", emulator.url).get_metric_statistics(
            Namespace="AWS/Lambda", MetricName="IteratorAge", Statistics=["Maximum"], Period=60,
            Dimensions=[{"Name": "FunctionName", "Value": mapped.function}],
            StartTime=now - timedelta(hours=1), EndTime=now + timedelta(hours=1),
        )["Datapoints"]  # fmt: skip

    assert until(told)
    assert told()[0]["Maximum"] >= 0


def test_a_mapping_that_is_off_can_be_deleted(mapped: Mapped) -> None:
    mapped.map(Enabled=False)
    assert until(lambda: mapped.is_in("Disabled"))
