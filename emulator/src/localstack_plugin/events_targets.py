"""Targets of EventBridge's rules: those that LocalStack loses events at, mended; those that it never calls, refused.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html
"""

from __future__ import annotations

import json
import uuid
from typing import Any

import requests
from localstack.services.events import target as localstack_target
from localstack.services.events.models import ValidationException
from localstack.services.events.target import (
    EventsTargetSender,
    KinesisTargetSender,
    StatesTargetSender,
    TargetSenderFactory,
    extract_jsonpath,
)
from localstack.services.events.utils import (
    get_trace_header_encoded_region_account,
    is_archive_arn,
    to_json_str,
)
from localstack.utils.aws.arns import extract_service_from_arn
from localstack.utils.strings import to_bytes

from localstack_plugin.events_delivery import Undeliverable

# LocalStack's are classes that raise NotImplementedError when an event comes.
_NEVER_CALLED = ("appsync", "batch", "ecs", "redshift", "sagemaker", "ssm")
# https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutTargets.html: these go by a role, all others by their policies
_WITH_ROLE = ("kinesis", "states")
_SECONDS = 5
"""https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-api-destinations.html: a request may take five seconds."""
_HTTP_RETRIED = (409, 429)


def register() -> None:
    """Put the mended senders in the place of LocalStack's."""
    TargetSenderFactory.register_target_sender("states", Executions)
    TargetSenderFactory.register_target_sender("kinesis", Records)
    TargetSenderFactory.register_target_sender("events", Entries)
    localstack_target.requests = _Checked()
    localstack_target.get_template_replacements = _replacements


def check(target: dict[str, Any]) -> None:
    """Raise ``ValidationException`` for a target that would never be called."""
    arn = target.get("Arn", "")
    service = extract_service_from_arn(arn) if arn.count(":") >= 5 else arn
    known = [name for name in TargetSenderFactory.target_map if name not in _NEVER_CALLED]
    if not is_archive_arn(arn) and ":destination/" not in arn and service not in known:
        raise ValidationException(
            f"The local EventBridge has no target {service!r} and would never call it ({arn}). It has {', '.join(known)}."
        )
    if service in _WITH_ROLE and not target.get("RoleArn"):
        raise ValidationException(f"RoleArn is required for target {arn}.")
    if target.get("Input"):
        try:
            json.loads(target["Input"])
        except ValueError:
            raise ValidationException(f"JSON syntax error in input for target {target.get('Id')}.") from None
    dead = (target.get("DeadLetterConfig") or {}).get("Arn", "")
    if dead and (extract_service_from_arn(dead) != "sqs" or dead.endswith(".fifo")):
        raise ValidationException(f"Dead letters of {target.get('Id')} go to a standard queue of SQS, not to {dead}.")


class Executions(StatesTargetSender):  # type: ignore[misc]
    """State machines: executions have names of their own, also where the input is no event any more and has no id.

    LocalStack takes the event's id: an InputTransformer's output has none, and two targets share one.
    """

    def send_event(self, event: Any, trace_header: Any) -> None:
        self.service = "stepfunctions"
        name = event.get("id") if isinstance(event, dict) else None
        name = f"{name}_{uuid.uuid4()}" if isinstance(name, str) and len(name) == 36 else str(uuid.uuid4())
        self.client.start_execution(stateMachineArn=self.target["Arn"], name=name, input=to_json_str(event))


class Records(KinesisTargetSender):  # type: ignore[misc]
    """Streams: a record has a partition key, also where the input is no event any more and has no id."""

    def send_event(self, event: Any, trace_header: Any) -> None:
        path = (self.target.get("KinesisParameters") or {}).get("PartitionKeyPath", "$.id")
        found = extract_jsonpath(event, path) if isinstance(event, dict) else None
        key = found if isinstance(found, str) and found else str(uuid.uuid4())
        stream = self.target["Arn"].split("/")[-1]
        self.client.put_record(StreamName=stream, Data=to_bytes(to_json_str(event)), PartitionKey=key)


class Entries(EventsTargetSender):  # type: ignore[misc]
    """Other buses, whose refusal of an entry looks like a success."""

    def send_event(self, event: Any, trace_header: Any) -> None:
        if not isinstance(event, dict):
            raise Undeliverable("INVALID_PARAMETER", "The input for a bus is an object")
        entry = {
            "EventBusName": self.target["Arn"],
            "Source": self._get_source(event),
            "DetailType": self._get_detail_type(event),
            "Detail": to_json_str(event.get("detail", event)),
            "Resources": self._get_resources(event),
        }
        # The event keeps its id in another region or account.
        if original := get_trace_header_encoded_region_account(
            event, self.region, self.account_id, self.target_region, self.target_account_id
        ):
            entry["TraceHeader"] = original
        answer = self.client.put_events(Entries=[entry], TraceHeader=trace_header)
        if answer.get("FailedEntryCount"):
            (told,) = answer["Entries"]
            raise Undeliverable("INVALID_PARAMETER", f"{told.get('ErrorCode')}: {told.get('ErrorMessage')}")


class _Checked:
    """``requests`` as far as LocalStack's senders use it, whose failures are told: they log a refusal and call it delivered."""

    def request(self, **arguments: Any) -> requests.Response:
        answer = requests.request(**{"timeout": _SECONDS, **arguments})
        if answer.ok:
            return answer
        retried = answer.status_code in _HTTP_RETRIED or answer.status_code >= 500
        code = "ERROR_FROM_TARGET" if retried else "SDK_CLIENT_ERROR"
        raise Undeliverable(code, f"HTTP {answer.status_code} from {arguments['url']}: {answer.text[:200]}")


def _replacements(input_transformer: dict[str, Any], event: dict[str, Any]) -> dict[str, Any]:
    """Values of a template's variables. LocalStack's takes 0 and False for values that are not there."""
    found = {
        name: extract_jsonpath(event, path)
        for name, path in (input_transformer.get("InputPathsMap") or {}).items()
        if name not in localstack_target.PREDEFINED_PLACEHOLDERS
    }
    return {name: "" if value is None or value == [] else value for name, value in found.items()}
