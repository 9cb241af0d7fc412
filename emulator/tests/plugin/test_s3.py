"""Answers of S3 that clients compare with what they put."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from tests.asking import client

pytestmark = pytest.mark.emulator


def test_encryption_is_answered_with_the_member_that_s3_adds(emulator: Any) -> None:
    s3 = client("s3", emulator.url)
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": True}
    s3.create_bucket(Bucket="encrypted-bucket")
    blocked = {"BlockedEncryptionTypes": {"EncryptionType": ["SSE-C"]}}

    def rules() -> Any:
        return s3.get_bucket_encryption(Bucket="encrypted-bucket")["ServerSideEncryptionConfiguration"]["Rules"]

    assert rules()[0].items() >= blocked.items(), "of S3's own rule, too"
    s3.put_bucket_encryption(Bucket="encrypted-bucket", ServerSideEncryptionConfiguration={"Rules": [rule]})
    assert rules() == [{**rule, **blocked}]
    s3.delete_bucket(Bucket="encrypted-bucket")


@pytest.mark.parametrize("versioned", [False, True])
def test_a_delete_on_condition(emulator: Any, versioned: bool) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-deletes.html"""
    s3, bucket = client("s3", emulator.url), f"conditional-{versioned}".lower()
    s3.create_bucket(Bucket=bucket)
    if versioned:
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})

    def code(**condition: Any) -> str:
        with pytest.raises(s3.exceptions.ClientError) as raised:
            s3.delete_object(Bucket=bucket, **condition)
        return str(raised.value.response["Error"]["Code"])

    first = s3.put_object(Bucket=bucket, Key="a", Body=b"1")["ETag"]
    second = s3.put_object(Bucket=bucket, Key="a", Body=b"2")["ETag"]
    assert code(Key="a", IfMatch=first) == "PreconditionFailed"
    assert s3.get_object(Bucket=bucket, Key="a")["Body"].read() == b"2"
    s3.delete_object(Bucket=bucket, Key="a", IfMatch=second)
    assert code(Key="a", IfMatch=second) == "NoSuchKey"
    assert code(Key="a", IfMatch="*") == "PreconditionFailed"

    tags = {key: s3.put_object(Bucket=bucket, Key=key, Body=key.encode())["ETag"] for key in "bcd"}
    asked = [{"Key": "b", "ETag": tags["c"]}, {"Key": "c", "ETag": tags["c"]}, {"Key": "d"}]
    answer = s3.delete_objects(Bucket=bucket, Delete={"Objects": asked})
    assert [one["Key"] for one in answer["Deleted"]] == ["c", "d"]
    assert [(one["Key"], one["Code"]) for one in answer["Errors"]] == [("b", "PreconditionFailed")]
    answer = s3.delete_objects(Bucket=bucket, Delete={"Objects": asked[:1]})
    assert "Deleted" not in answer
    assert [one["Key"] for one in answer["Errors"]] == ["b"]


def test_an_event_on_the_bus_names_the_object_by_its_key_as_it_is(emulator: Any) -> None:
    s3, sqs, events = (client(service, emulator.url) for service in ("s3", "sqs", "events"))
    queue = sqs.create_queue(QueueName="s3-events")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    allowed = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn,
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": policy})
    s3.create_bucket(Bucket="bucket-of-events")
    s3.put_bucket_notification_configuration(
        Bucket="bucket-of-events", NotificationConfiguration={"EventBridgeConfiguration": {}}
    )
    detail = {"bucket": {"name": ["bucket-of-events"]}, "object": {"key": [{"prefix": "dt=1/a "}]}}
    events.put_rule(Name="s3-events", EventPattern=json.dumps({"source": ["aws.s3"], "detail": detail}))
    events.put_targets(Rule="s3-events", Targets=[{"Id": "queue", "Arn": arn}])
    s3.put_object(Bucket="bucket-of-events", Key="dt=1/a 100%+é.csv", Body=b"1")
    deadline, messages = time.monotonic() + 20, []
    while not messages:
        assert time.monotonic() < deadline
        messages = sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=1).get("Messages", [])
    assert json.loads(messages[0]["Body"])["detail"]["object"]["key"] == "dt=1/a 100%+é.csv"
