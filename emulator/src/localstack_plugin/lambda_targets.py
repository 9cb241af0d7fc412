"""The function of a mapping, and the destination of records that are given up.

https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
"""

from __future__ import annotations

import json
import logging
import time
import uuid
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from localstack.aws.connect import connect_to
from localstack.services.lambda_.event_source_mapping.pollers.sqs_poller import get_queue_url
from localstack.services.lambda_.provider_utils import get_function_version_from_arn
from localstack.utils.aws.arns import parse_arn, s3_bucket_name
from localstack.utils.aws.client_types import ServicePrincipal

from local_lambda.mappings import answers
from local_lambda.mappings.delivery import Records
from local_lambda.mappings.model import Discarded, Done, Failed, NotInvoked, Outcome, Source
from localstack_plugin.lambda_metrics import tell

LOG = logging.getLogger(__name__)


class Target:
    """Calls the function of a mapping with batches of *source*.

    *client* is Lambda's, *settings* are the mapping's, *role* is the function's.
    """

    def __init__(self, client: Any, source: Source, settings: Any, role: str) -> None:
        self._client, self._source, self._settings, self._role = client, source, settings, role
        self._arn: str = settings["FunctionArn"]

    def invoke(self, shard: str, records: Records) -> Outcome:
        """Call the function with *records*, and see what it made of them."""
        function = get_function_version_from_arn(self._arn).id
        tell(function, "IteratorAge", max(0.0, time.time() - records[-1].arrived) * 1000, "Milliseconds")
        try:
            answer = self._client.invoke(
                FunctionName=self._arn,
                Payload=json.dumps(self._source.event(shard, records)),
                InvocationType="RequestResponse",
            )
            payload = answer["Payload"].read()
        except (ClientError, BotoCoreError) as error:
            LOG.warning("%s was not reached with records of %s, and is tried again: %s", self._arn, shard, error)
            return NotInvoked(str(error))
        request_id, version = answer["ResponseMetadata"]["RequestId"], answer.get("ExecutedVersion", "$LATEST")
        if failure := answer.get("FunctionError"):
            return Failed(request_id, failure, version)
        if "ReportBatchItemFailures" not in (self._settings.get("FunctionResponseTypes") or ()):
            return Done()
        try:
            return answers.outcome(json.loads(payload or b"null"), records, request_id, version)
        except ValueError:
            return Done()

    def discard(self, discarded: Discarded) -> None:
        """Send word of records that are given up to the mapping's destination, if it has one."""
        LOG.warning(
            "%d records of %s are given up for %s: %s",
            *(len(discarded.records), discarded.shard, self._arn, discarded.condition),
        )
        destination = (self._settings.get("DestinationConfig") or {}).get("OnFailure", {}).get("Destination")
        if not destination:
            return
        try:
            self._send(destination, discarded, self.message(discarded))
        except (ClientError, BotoCoreError):
            LOG.exception("%s was not told of it", destination)
            tell(get_function_version_from_arn(self._arn).id, "DestinationDeliveryFailures", 1, "Count")

    def message(self, discarded: Discarded) -> dict[str, Any]:
        """Word of records that are given up, without the records."""
        first, last = discarded.records[0], discarded.records[-1]
        message: dict[str, Any] = {
            "requestContext": {
                "requestId": discarded.last.request_id if discarded.last else str(uuid.uuid4()),
                "functionArn": self._arn,
                "condition": discarded.condition,
                "approximateInvokeCount": discarded.invocations,
            },
            "version": "1.0",
            "timestamp": _moment(time.time()),
            "KinesisBatchInfo": {
                "shardId": discarded.shard,
                "startSequenceNumber": first.sequence,
                "endSequenceNumber": last.sequence,
                "approximateArrivalOfFirstRecord": _moment(first.arrived),
                "approximateArrivalOfLastRecord": _moment(last.arrived),
                "batchSize": len(discarded.records),
                "streamArn": self._settings["EventSourceArn"],
            },
        }
        if discarded.last:
            message["responseContext"] = {"statusCode": 200, "executedVersion": discarded.last.version}
            if discarded.last.function_error:
                message["responseContext"]["functionError"] = discarded.last.function_error
        return message

    def _send(self, destination: str, discarded: Discarded, message: dict[str, Any]) -> None:
        parsed = parse_arn(destination)
        clients = connect_to.with_assumed_role(
            role_arn=self._role,
            service_principal=ServicePrincipal.lambda_,
            region_name=parsed["region"] or parse_arn(self._arn)["region"],
        )
        match parsed["service"]:
            case "sqs":
                clients.sqs.send_message(QueueUrl=get_queue_url(destination), MessageBody=json.dumps(message))
            case "sns":
                clients.sns.publish(TopicArn=destination, Message=json.dumps(message))
            case "s3":
                message["payload"] = json.dumps(self._source.event(discarded.shard, discarded.records))
                clients.s3.put_object(
                    Bucket=s3_bucket_name(destination),
                    Key=self._key(discarded.shard),
                    Body=json.dumps(message).encode(),
                )
            case service:
                LOG.error("%s is no destination: SQS, SNS and S3 are, and %s is none of them", destination, service)

    def _key(self, shard: str) -> str:
        now = datetime.now(UTC)
        name = f"{now:%Y-%m-%dT%H.%M.%S}-{uuid.uuid4()}"
        return f"aws/lambda/{self._settings['UUID']}/{shard}/{now:%Y/%m/%d}/{name}"


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
