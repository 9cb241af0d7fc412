"""Calls that would succeed and do nothing are refused by name; each row of the table, and what stays allowed beside it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.asking import client

from lakeloop_emulator.settings import Settings
from localstack_plugin.refusals import TABLE, refused

BUCKET = {"RoleARN": "arn:aws:iam::000000000000:role/r", "BucketARN": "arn:aws:s3:::lake"}
STREAM = {"KinesisStreamARN": "arn:aws:kinesis:us-east-1:000000000000:stream/s", "RoleARN": BUCKET["RoleARN"]}
ARN = "arn:aws:sqs:us-east-1:000000000000:q"
ROLE = {"Role": "arn:aws:iam::000000000000:role/replication"}
RULE = {"Status": "Enabled", "Destination": {"Bucket": "arn:aws:s3:::lake"}, "Prefix": ""}


def delivery(**settings: Any) -> dict[str, Any]:
    return {"DeliveryStreamName": "d", "ExtendedS3DestinationConfiguration": {**BUCKET, **settings}}


CALLS: list[tuple[str, str, dict[str, Any], str, str]] = [
    ("glue", "StartTrigger", {"Name": "t"}, "InvalidInputException", "EventBridge Scheduler"),
    ("glue", "CreateTrigger", {"Name": "t", "Type": "ON_DEMAND", "Actions": [], "StartOnCreation": True},
     "InvalidInputException", "StartOnCreation"),
    ("glue", "StartWorkflowRun", {"Name": "w"}, "InvalidInputException", "Step Functions run"),
    ("glue", "StartBlueprintRun", {"BlueprintName": "b", "RoleArn": "r"}, "InvalidInputException", "run nothing"),
    ("glue", "CreateSession", {"Id": "s", "Role": "r", "Command": {"Name": "glueetl"}}, "InvalidInputException", "no Spark"),
    ("glue", "RunStatement", {"SessionId": "s", "Code": "1"}, "InvalidInputException", "Athena runs SQL"),
    ("pipes", "CreatePipe", {"Name": "p", "Source": ARN, "Target": ARN, "RoleArn": BUCKET["RoleARN"]},
     "ValidationException", "deliver nothing"),
    ("firehose", "CreateDeliveryStream",
     {"DeliveryStreamName": "d", "DeliveryStreamType": "KinesisStreamAsSource", "KinesisStreamSourceConfiguration": STREAM},
     "InvalidArgumentException", "DirectPut delivers"),
    ("firehose", "CreateDeliveryStream", delivery(CompressionFormat="GZIP", Prefix="a/!{timestamp:yyyy}/"),
     "InvalidArgumentException", "ignores CompressionFormat, an expression in Prefix."),
    ("firehose", "CreateDeliveryStream", delivery(DynamicPartitioningConfiguration={"Enabled": True}),
     "InvalidArgumentException", "ignores DynamicPartitioningConfiguration."),
    ("firehose", "CreateDeliveryStream",
     delivery(ProcessingConfiguration={"Enabled": True, "Processors": [{"Type": "Decompression"}]}),
     "InvalidArgumentException", "ignores a processor of type Decompression."),
    ("firehose", "UpdateDestination",
     {"DeliveryStreamName": "d", "CurrentDeliveryStreamVersionId": "1", "DestinationId": "1",
      "ExtendedS3DestinationUpdate": {"CustomTimeZone": "Europe/Berlin"}},
     "InvalidArgumentException", "ignores CustomTimeZone."),
    ("lambda", "CreateEventSourceMapping",
     {"FunctionName": "f", "EventSourceArn": STREAM["KinesisStreamARN"], "StartingPosition": "LATEST", "ParallelizationFactor": 2},
     "InvalidParameterValueException", "ParallelizationFactor is 1"),
    ("lambda", "UpdateEventSourceMapping", {"UUID": "u", "TumblingWindowInSeconds": 30},
     "InvalidParameterValueException", "TumblingWindowInSeconds 0"),
    ("lambda", "CreateEventSourceMapping",
     {"FunctionName": "f", "EventSourceArn": f"{STREAM['KinesisStreamARN']}/consumer/c:1", "StartingPosition": "LATEST"},
     "InvalidParameterValueException", "EventSourceArn a stream's"),
    ("lambda", "CreateEventSourceMapping",
     {"FunctionName": "f", "SelfManagedEventSource": {"Endpoints": {"KAFKA_BOOTSTRAP_SERVERS": ["b:9092"]}}, "Topics": ["t"],
      "SourceAccessConfigurations": [{"Type": "SASL_SCRAM_512_AUTH", "URI": "arn:aws:secretsmanager:us-east-1:000000000000:secret:s"}]},
     "InvalidParameterValueException", "authentication are not there"),
    ("kinesis", "SubscribeToShard",
     {"ConsumerARN": f"{STREAM['KinesisStreamARN']}/consumer/c:1", "ShardId": "s", "StartingPosition": {"Type": "LATEST"}},
     "InvalidArgumentException", "GetRecords"),
    ("ssm", "SendCommand", {"DocumentName": "AWS-RunShellScript"}, "InvalidDocument", "no machine"),
    ("ssm", "StartAutomationExecution", {"DocumentName": "AWS-RestartEC2Instance"}, "InvalidDocument", "no machine"),
    ("ec2", "RunInstances", {"MinCount": 1, "MaxCount": 1, "ImageId": "ami-1"}, "UnsupportedOperation", "no machine"),
    ("ec2", "StartInstances", {"InstanceIds": ["i-1"]}, "UnsupportedOperation", "no machine"),
    ("redshift", "CreateCluster", {"ClusterIdentifier": "c", "NodeType": "ra3.large", "MasterUsername": "u"},
     "UnsupportedOperation", "Athena runs SQL"),
    ("redshift", "ResumeCluster", {"ClusterIdentifier": "c"}, "UnsupportedOperation", "no database"),
    ("s3", "PutBucketReplication", {"Bucket": "lake", "ReplicationConfiguration": {**ROLE, "Rules": [RULE]}},
     "NotImplemented", "not replicated"),
]  # fmt: skip


@pytest.mark.emulator
@pytest.mark.parametrize(("service", "operation", "request_", "code", "said"), CALLS)
def test_a_call_that_would_do_nothing_is_refused_by_name(
    emulator: Settings, service: str, operation: str, request_: dict[str, Any], code: str, said: str
) -> None:
    called = client(service, emulator.url)
    name = next(method for method, of in called.meta.method_to_api_mapping.items() if of == operation)
    with pytest.raises(ClientError) as raised:
        getattr(called, name)(**request_)
    error = raised.value.response["Error"]
    assert error["Code"] == code
    assert said in error["Message"]


def test_every_row_is_called() -> None:
    called = {(service, operation) for service, operation, *_ in CALLS}
    for row in TABLE:
        for operation in row.operations:
            assert operation == "*" or (row.service, operation) in called


@pytest.mark.parametrize(
    ("service", "operation", "request_"),
    [
        ("glue", "StartJobRun", {}),
        ("glue", "StartCrawler", {"Name": "c"}),
        ("glue", "CreateTrigger", {"StartOnCreation": False}),
        ("firehose", "CreateDeliveryStream", {"DeliveryStreamType": "DirectPut"}),
        ("firehose", "CreateDeliveryStream", delivery(CompressionFormat="UNCOMPRESSED", Prefix="a/")),
        (
            "firehose",
            "CreateDeliveryStream",
            delivery(
                DynamicPartitioningConfiguration={"Enabled": False},
                DataFormatConversionConfiguration={"Enabled": False},
                ProcessingConfiguration={"Enabled": True, "Processors": [{"Type": "Lambda"}]},
            ),
        ),
        ("ec2", "CreateVpc", {}),
        (
            "lambda",
            "CreateEventSourceMapping",
            {"EventSourceArn": STREAM["KinesisStreamARN"], "ParallelizationFactor": 1, "TumblingWindowInSeconds": 0},
        ),
    ],
)
def test_what_is_only_there_and_what_is_done_goes_on(service: str, operation: str, request_: dict[str, Any]) -> None:
    assert refused(service, operation, request_) is None


@pytest.mark.emulator
def test_a_job_can_be_made_and_read(glue: Any) -> None:
    """Terraform's plan of one can be tried."""
    glue.create_job(Name="kept", Role="r", Command={"Name": "glueetl", "ScriptLocation": "s3://lake/job.py"})
    assert glue.get_job(JobName="kept")["Job"]["Name"] == "kept"
    refusal: Callable[..., Any] = glue.start_job_run
    with pytest.raises(glue.exceptions.InvalidInputException):
        refusal(JobName="kept")
    assert glue.get_job_runs(JobName="kept")["JobRuns"] == []
