"""Calls that LocalStack or moto would answer with a success although nothing happens: refused by name.

A thing that only is there (a job, a crawler, a pipe's role) may be made, so that Terraform's plan of it can be tried. The codes are
those that AWS's clients know of the service. What is done comes after what is not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_Request = Mapping[str, Any]


@dataclass(frozen=True)
class Refusal:
    """The refusal of some operations of a service, if ``when`` holds for the request; ``*`` stands for all of them."""

    service: str
    operations: tuple[str, ...]
    code: str
    message: str
    when: Callable[[_Request], bool] = lambda request: True
    status: int = 400


RESULT_WRITER = (
    "A Distributed Map's ResultWriter is not done in the emulator: it would write a manifest without the files that it names. "
    "Without it the Map runs, and its output is the results; a state after it can put them into S3 (aws-sdk:s3:putObject)."
)
_SPARK = "dbt's models (`just run`), Lambda functions and Step Functions do run here"


def _settings(request: _Request) -> Iterator[str]:
    """Settings of a delivery to S3 that LocalStack ignores."""
    found: _Request = next((request[name] for name in _S3_DESTINATIONS if request.get(name)), {})
    if found.get("CompressionFormat", "UNCOMPRESSED") != "UNCOMPRESSED":
        yield "CompressionFormat"
    if "!{" in found.get("Prefix", ""):
        yield "an expression in Prefix"
    if found.get("CustomTimeZone", "UTC") != "UTC":
        yield "CustomTimeZone"
    if found.get("S3BackupMode", "Disabled") != "Disabled":
        yield "S3BackupMode"
    for name in ("DynamicPartitioningConfiguration", "DataFormatConversionConfiguration"):
        if (found.get(name) or {}).get("Enabled", name.startswith("Data") and name in found):
            yield name
    processing = found.get("ProcessingConfiguration") or {}
    if processing.get("Enabled") is not False:
        yield from {
            f"a processor of type {one.get('Type')}"
            for one in processing.get("Processors") or ()
            if one.get("Type") != "Lambda"
        }


def _beyond_plain_kafka(request: _Request) -> bool:
    """Whether a mapping of a self-managed Kafka asks for more than there is. Networks are the machine's own."""
    networks = ("VPC_SUBNET", "VPC_SECURITY_GROUP")
    accesses = [one.get("Type") for one in request.get("SourceAccessConfigurations") or ()]
    more = ("FilterCriteria", "DestinationConfig", "ProvisionedPollerConfig", "BisectBatchOnFunctionError")
    return (
        "SelfManagedEventSource" in request
        and (any(request.get(name) for name in more) or any(access not in networks for access in accesses))
    ) or bool(request.get("AmazonManagedKafkaEventSourceConfig"))


_S3_DESTINATIONS = (
    *("ExtendedS3DestinationConfiguration", "S3DestinationConfiguration"),
    *("ExtendedS3DestinationUpdate", "S3DestinationUpdate"),
)

TABLE = (
    Refusal(
        "glue",
        ("StartTrigger",),
        "InvalidInputException",
        "Triggers are kept in the emulator and start nothing. Schedules of EventBridge Scheduler, rules of EventBridge and Step "
        "Functions do.",
    ),
    Refusal(
        "glue",
        ("CreateTrigger",),
        "InvalidInputException",
        "A trigger with StartOnCreation would start nothing in the emulator. It can be made without; schedules of EventBridge "
        "Scheduler, rules of EventBridge and Step Functions do start things.",
        lambda request: bool(request.get("StartOnCreation")),
    ),
    Refusal(
        "glue",
        ("StartWorkflowRun", "StartBlueprintRun"),
        "InvalidInputException",
        "Glue's workflows and blueprints are kept in the emulator and run nothing. Step Functions run states, waits and retries.",
    ),
    Refusal(
        "glue",
        ("CreateSession", "RunStatement"),
        "InvalidInputException",
        f"Interactive sessions of Glue have no Spark in the emulator. {_SPARK}; Athena runs SQL.",
    ),
    Refusal(
        "pipes",
        ("*",),
        "ValidationException",
        "EventBridge Pipes is not in the emulator: a pipe would be RUNNING and deliver nothing. Event source mappings of Lambda "
        "(SQS, Kinesis, DynamoDB), rules of EventBridge and subscriptions of SNS do deliver.",
    ),
    Refusal(
        "firehose",
        ("CreateDeliveryStream",),
        "InvalidArgumentException",
        "A delivery stream that reads a Kinesis stream delivers nothing in the emulator. DirectPut delivers to S3; an event source "
        "mapping hands a stream's records to a Lambda function.",
        lambda request: (
            bool(request.get("KinesisStreamSourceConfiguration") or request.get("MSKSourceConfiguration"))
            or request.get("DeliveryStreamType", "DirectPut") != "DirectPut"
        ),
    ),
    Refusal(
        "firehose",
        ("CreateDeliveryStream", "UpdateDestination"),
        "InvalidArgumentException",
        "The emulator's Firehose ignores {settings}. It does deliver by DirectPut, as plain files under Prefix/YYYY/MM/DD/HH/, "
        "with FileExtension and through Lambda processors.",
        lambda request: any(_settings(request)),
    ),
    Refusal(
        "lambda",
        ("CreateEventSourceMapping", "UpdateEventSourceMapping"),
        "InvalidParameterValueException",
        "The emulator's mappings of streams work on one batch of a shard at a time, without tumbling windows and enhanced "
        "fan-out: ParallelizationFactor is 1, TumblingWindowInSeconds 0, EventSourceArn a stream's.",
        lambda request: (
            (request.get("ParallelizationFactor") or 1) > 1
            or bool(request.get("TumblingWindowInSeconds"))
            or "/consumer/" in (request.get("EventSourceArn") or "")
        ),
    ),
    Refusal(
        "lambda",
        ("CreateEventSourceMapping", "UpdateEventSourceMapping"),
        "InvalidParameterValueException",
        "Of a self-managed Kafka the emulator's mappings know plain brokers, topics, StartingPosition, BatchSize and the batching "
        "window; they try a batch until it is taken. Filters, destinations, retries, provisioned mode and authentication are not "
        "there.",
        _beyond_plain_kafka,
    ),
    Refusal(
        "kinesis",
        ("SubscribeToShard",),
        "InvalidArgumentException",
        "Enhanced fan-out is not in the emulator: consumers are kept, and no records are pushed to them. GetRecords and event "
        "source mappings of Lambda read the stream.",
    ),
    Refusal(
        "ssm",
        ("SendCommand", "StartAutomationExecution"),
        "InvalidDocument",
        "There is no machine in the emulator that could run a command. Lambda functions and Step Functions do run.",
    ),
    Refusal(
        "ec2",
        ("RunInstances", "StartInstances"),
        "UnsupportedOperation",
        "There is no machine behind an instance in the emulator. Networks, security groups and the like are kept; Lambda "
        "functions do run.",
    ),
    Refusal(
        "redshift",
        ("CreateCluster", "ResumeCluster"),
        "UnsupportedOperation",
        "There is no database behind a cluster in the emulator. Athena runs SQL on the lake's tables.",
    ),
    Refusal(
        "s3",
        ("PutBucketReplication",),
        "NotImplemented",
        "Objects are not replicated in the emulator. A notification of S3 (EventBridge, SQS, SNS, Lambda) can start a copy.",
        status=501,
    ),
)


def refused(service: str, operation: str, request: _Request) -> Refusal | None:
    """The refusal of a call, its message complete; None if it goes on."""
    for one in TABLE:
        named = one.operations == ("*",) or operation in one.operations
        if one.service == service and named and one.when(request):
            if "{settings}" not in one.message:
                return one
            settings = ", ".join(sorted(_settings(request)))
            return Refusal(one.service, one.operations, one.code, one.message.format(settings=settings))
    return None
