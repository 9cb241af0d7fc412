"""Kinesis through the API: moto alone would number records 1, 2, 3, take any size, and move records when a shard is split."""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.asking import client

from lakeloop_emulator.settings import QUOTAS, Settings

pytestmark = pytest.mark.emulator
MIB = 1024 * 1024


@pytest.fixture(scope="module")
def kinesis(emulator: Settings) -> Any:
    return client("kinesis", emulator.url)


@pytest.fixture
def stream(kinesis: Any) -> Iterator[str]:
    name = f"s{uuid.uuid4().hex[:12]}"
    kinesis.create_stream(StreamName=name, ShardCount=2, Tags={"of": "tests"})
    yield name
    kinesis.delete_stream(StreamName=name)


def shards(kinesis: Any, stream: str, **more: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = kinesis.list_shards(StreamName=stream, **more)["Shards"]
    return found


def read(kinesis: Any, stream: str, shard: str, **start: Any) -> list[dict[str, Any]]:
    """All records of a shard, to its end or to where nothing more comes."""
    start = start or {"ShardIteratorType": "TRIM_HORIZON"}
    iterator = kinesis.get_shard_iterator(StreamName=stream, ShardId=shard, **start)["ShardIterator"]
    records: list[dict[str, Any]] = []
    while iterator:
        answer = kinesis.get_records(ShardIterator=iterator)
        if not answer["Records"]:
            break
        records += answer["Records"]
        iterator = answer.get("NextShardIterator")
    return records


def refusal(call: Any, **arguments: Any) -> str:
    with pytest.raises(ClientError) as refused:
        call(**arguments)
    return str(refused.value.response["Error"]["Code"])


def test_records_are_read_in_order_from_any_number_on(kinesis: Any, stream: str) -> None:
    entries = [{"Data": str(number).encode(), "PartitionKey": f"k{number % 7}"} for number in range(500)]
    answer = kinesis.put_records(StreamName=stream, Records=entries)
    assert answer["FailedRecordCount"] == 0
    placed = [(one["ShardId"], one["SequenceNumber"]) for one in answer["Records"]]
    assert {len(number) for _, number in placed} == {56}
    found = []
    for shard in {shard for shard, _ in placed}:
        records = read(kinesis, stream, shard)
        numbers = [record["SequenceNumber"] for record in records]
        assert numbers == sorted(numbers, key=int) == [number for at, number in placed if at == shard]
        middle = len(numbers) // 2
        for kind, first in (("AT_SEQUENCE_NUMBER", middle), ("AFTER_SEQUENCE_NUMBER", middle + 1)):
            again = read(kinesis, stream, shard, ShardIteratorType=kind, StartingSequenceNumber=numbers[middle])
            assert again == records[first:]
        found += [(record["PartitionKey"], int(record["Data"])) for record in records]
    assert sorted(number for _, number in found) == list(range(500))
    assert all(key == f"k{number % 7}" for key, number in found)
    assert refusal(kinesis.put_records, StreamName=stream, Records=[*entries, entries[0]]) == "ValidationException"


def test_a_stream_says_how_large_its_records_may_be(kinesis: Any, stream: str) -> None:
    large = {"Data": bytes(MIB), "PartitionKey": "k"}
    summary = kinesis.describe_stream_summary(StreamName=stream)["StreamDescriptionSummary"]
    assert (summary["MaxRecordSizeInKiB"], summary["OpenShardCount"]) == (1024, 2)
    assert refusal(kinesis.put_record, StreamName=stream, **large) == "InvalidArgumentException"
    assert refusal(kinesis.put_records, StreamName=stream, Records=[large]) == "InvalidArgumentException"
    kinesis.update_max_record_size(StreamARN=summary["StreamARN"], MaxRecordSizeInKiB=2048)
    assert "SequenceNumber" in kinesis.put_record(StreamName=stream, **large)
    assert kinesis.list_tags_for_stream(StreamName=stream)["Tags"] == [{"Key": "of", "Value": "tests"}]


def test_a_shard_that_was_split_is_read_to_its_end_then_its_children(kinesis: Any, stream: str) -> None:
    arn = kinesis.describe_stream(StreamName=stream)["StreamDescription"]["StreamARN"]
    first, second = shards(kinesis, stream)
    low, high = (int(first["HashKeyRange"][f"{end}HashKey"]) for end in ("Starting", "Ending"))
    assert int(second["HashKeyRange"]["EndingHashKey"]) == 2**128 - 1
    before = kinesis.put_record(StreamARN=arn, Data=b"1", PartitionKey="k", ExplicitHashKey=str(high))
    assert before["ShardId"] == first["ShardId"]
    kinesis.split_shard(StreamARN=arn, ShardToSplit=first["ShardId"], NewStartingHashKey=str((low + high) // 2))
    after = kinesis.put_record(StreamARN=arn, Data=b"2", PartitionKey="k", ExplicitHashKey=str(high))
    assert int(after["SequenceNumber"]) > int(before["SequenceNumber"])

    iterator = kinesis.get_shard_iterator(StreamName=stream, ShardId=first["ShardId"], ShardIteratorType="TRIM_HORIZON")
    answer = kinesis.get_records(ShardIterator=iterator["ShardIterator"])
    assert [record["Data"] for record in answer["Records"]] == [b"1"] and "NextShardIterator" not in answer
    children = [child["ShardId"] for child in answer["ChildShards"]]
    assert after["ShardId"] == children[1]
    assert [record["Data"] for record in read(kinesis, stream, children[1])] == [b"2"]

    described = {shard["ShardId"]: shard for shard in shards(kinesis, stream)}
    assert "EndingSequenceNumber" in described[first["ShardId"]]["SequenceNumberRange"]
    assert [described[child]["ParentShardId"] for child in children] == [first["ShardId"]] * 2
    assert {shard["ShardId"] for shard in shards(kinesis, stream, ShardFilter={"Type": "AT_LATEST"})} == {
        *children,
        second["ShardId"],
    }
    kinesis.merge_shards(StreamName=stream, ShardToMerge=children[0], AdjacentShardToMerge=children[1])
    merged = shards(kinesis, stream)[-1]
    assert [merged["ParentShardId"], merged["AdjacentParentShardId"]] == children
    page = kinesis.list_shards(StreamName=stream, MaxResults=2)
    rest = kinesis.list_shards(NextToken=page["NextToken"])["Shards"]
    assert [*page["Shards"], *rest] == shards(kinesis, stream)


@pytest.mark.parametrize(
    ("operation", "arguments", "code"),
    [
        ("get_records", {"ShardIterator": "rubbish"}, "InvalidArgumentException"),
        ("put_record", {"StreamName": "none", "Data": b"", "PartitionKey": "k"}, "ResourceNotFoundException"),
        ("create_stream", {"StreamName": "no-shards"}, "InvalidArgumentException"),
        ("create_stream", {"StreamName": "huge", "ShardCount": 1, "MaxRecordSizeInKiB": 10_241}, "InvalidArgumentException"),
    ],
)  # fmt: skip
def test_calls_are_refused_with_the_apis_errors(
    kinesis: Any, operation: str, arguments: dict[str, Any], code: str
) -> None:
    assert refusal(getattr(kinesis, operation), **arguments) == code


# In a process of its own: LocalStack's modules change moto's, which other tests of a worker answer from.
PARTLY = """
from types import SimpleNamespace
from localstack_plugin import kinesis
from localstack_plugin.kinesis_streams import Stream
from moto.kinesis.models import kinesis_backends

kinesis.numbered()
context = SimpleNamespace(account_id="000000000000", region="us-east-1")
backend = kinesis_backends[context.account_id][context.region]
backend.create_stream("s", 2)
of_each = {shard.id: key for key in "abcdefgh" for shard in [backend.streams["s"].kept.of(kinesis.hash_key(key))]}
busy, idle = of_each.values()
def put(keys):
    records = [{"Data": b"x", "PartitionKey": key} for key in keys]
    return kinesis.put_records(context, {"StreamName": "s", "Records": records})
for _ in range(3):
    put([busy] * 500)
answer = put([busy] * 250 + [idle] * 250)
codes = [one.get("ErrorCode") for one in answer["Records"]]
assert "ProvisionedThroughputExceededException" in codes[:250], codes[:250]
assert set(codes[250:]) == {None}, codes[250:]
assert answer["FailedRecordCount"] == sum(code is not None for code in codes)
"""


def test_a_shard_over_its_rate_fails_records_of_its_own_alone() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", PARTLY], capture_output=True, text=True, env={**os.environ, QUOTAS: "on"}, check=False
    )
    assert ran.returncode == 0, ran.stderr
