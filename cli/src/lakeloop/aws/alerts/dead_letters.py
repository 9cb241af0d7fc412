"""The queue of what could not be delivered (``terraform/modules/alerts/dead_letters.tf``), shown and tried again."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from botocore.exceptions import ClientError

from lakeloop.aws.place import Place
from lakeloop.aws.terraform.outputs import Outputs
from lakeloop.errors import UserError

_MOST = 10
"""As many as SQS gives at once."""
_SECONDS = 120
"""Long enough to try one again: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html"""


def peek(place: Place, lake: Outputs) -> list[str]:
    """The first of them, each as one line of what it is and why it is there; they stay."""
    sqs = place.client("sqs")
    return [_said(letter) for letter in _receive(sqs, lake.dead_letters_url, 0)]


def resend(place: Place, lake: Outputs) -> int:
    """Deliver all of them anew; those that fail again stay. Raises ``UserError`` if some do."""
    sqs, failed, done = place.client("sqs"), {}, 0
    while letters := [*_receive(sqs, lake.dead_letters_url, _SECONDS)]:
        for letter in letters:
            try:
                _deliver(place, lake, letter)
            except (UserError, ClientError) as error:
                failed[letter["ReceiptHandle"]] = f"{_said(letter)}\n  {error}"
                continue
            sqs.delete_message(QueueUrl=lake.dead_letters_url, ReceiptHandle=letter["ReceiptHandle"])
            done += 1
            print(f"Delivered: {_said(letter)}")
    for handle in failed:
        sqs.change_message_visibility(QueueUrl=lake.dead_letters_url, ReceiptHandle=handle, VisibilityTimeout=0)
    if failed:
        listed = "\n".join(failed.values())
        raise UserError(f"{done} delivered, {len(failed)} not, which stay for 14 days from when they came:\n{listed}")
    print(f"{done} delivered. Nothing is left.")
    return 0


def tell(place: Place, lake: Outputs, event: Any) -> dict[str, Any]:
    """Have the function tell people of *event*; its answer. Raises ``UserError`` with its words if it could not."""
    # A second try would find the first one's claim on the message.
    client = place.client("lambda", read_timeout=90, retries={"total_max_attempts": 1})
    answer = client.invoke(FunctionName=lake.alerts_function, Payload=json.dumps(event).encode())
    told: dict[str, Any] = json.loads(answer["Payload"].read())
    if "FunctionError" in answer:
        raise UserError(f"{lake.alerts_function}: {told.get('errorMessage')}")
    return told


def _receive(sqs: Any, url: str, seconds: int) -> Iterator[dict[str, Any]]:
    answer = sqs.receive_message(
        QueueUrl=url, MaxNumberOfMessages=_MOST, VisibilityTimeout=seconds, MessageAttributeNames=["All"]
    )
    yield from answer.get("Messages", ())


def _deliver(place: Place, lake: Outputs, letter: Mapping[str, Any]) -> None:
    """Call what did not take it: a schedule's letter is the input of a run, all others are events to tell of."""
    if "SCHEDULE_ARN" in letter.get("MessageAttributes", {}):
        place.client("stepfunctions").start_execution(stateMachineArn=lake.state_machine_arn, input=letter["Body"])
    else:
        tell(place, lake, json.loads(letter["Body"]))


def _said(letter: Mapping[str, Any]) -> str:
    """The letter in a line. Names of attributes: EventBridge's and Scheduler's in capitals, Lambda's not."""
    told = {name: value.get("StringValue", "") for name, value in letter.get("MessageAttributes", {}).items()}
    why = told.get("ERROR_MESSAGE") or told.get("ErrorMessage") or told.get("ERROR_CODE") or "it does not say why"
    if "SCHEDULE_ARN" in told:
        return f"the start of the schedule {told['SCHEDULE_ARN'].rsplit('/', 1)[-1]}: {why}"
    try:
        about = json.loads(letter["Body"])
    except ValueError:
        about = {}
    detail = about.get("detail") if isinstance(about, dict) else None
    name = detail.get("name") if isinstance(detail, dict) else None
    return f"the message about the execution {name}: {why}" if name else f"a message: {why}"
