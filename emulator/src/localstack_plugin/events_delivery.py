"""The way of an event to a target of a rule: again where that may help, else into the target's dead letters.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html and ``.../eb-rule-dlq.html``
"""

from __future__ import annotations

import json
import logging
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import requests
from botocore.exceptions import BotoCoreError, ClientError
from localstack.aws.connect import connect_to
from localstack.services.events.target import TargetSender, transform_event_with_target_input_path
from localstack.services.events.utils import to_json_str
from localstack.utils.aws.arns import extract_region_from_arn, sqs_queue_url_for_arn

from localstack_plugin import queue_policies
from localstack_plugin.retries import Policy

LOG = logging.getLogger(__name__)


class Undeliverable(Exception):
    """The target did not take the event. *code* is one of EventBridge's error codes."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


# Words in AWS's error codes, and EventBridge's own code for them, in the order in which they are looked for.
_CODES = (
    (("AccessDenied", "NotAuthorized", "Unauthorized", "Forbidden"), "NO_PERMISSIONS"),
    (("DoesNotExist", "NonExistent", "NotFound"), "NO_RESOURCE"),
    (("AlreadyExists",), "RESOURCE_ALREADY_EXISTS"),
    (("Throttl", "TooManyRequests", "LimitExceeded", "RequestLimit"), "THROTTLING"),
    (("Timeout",), "TIMEOUT"),
    (("Validation", "Invalid", "Malformed", "TooLarge", "Parameter"), "INVALID_PARAMETER"),
)
_RETRIED = ("THROTTLING", "TIMEOUT", "CONNECTION_FAILURE", "ERROR_FROM_TARGET")


@dataclass
class Delivery:
    """One event on its way to one target."""

    sender: TargetSender
    event: dict[str, Any]
    trace_header: Any
    begun: datetime = field(default_factory=lambda: datetime.now(UTC))

    def begin(self) -> None:
        """Call the target; what has to be called again is, beside the events that come after it."""
        failure = self._attempt()
        if failure is None:
            return
        if failure.code in _RETRIED and self._policy().attempts:
            threading.Thread(target=self._go_on, args=(failure,), name="events-retry", daemon=True).start()
        else:
            self._bury(failure, 0, "MaximumRetryAttempts" if failure.code in _RETRIED else "")

    def _go_on(self, failure: Undeliverable) -> None:
        policy, tried = self._policy(), 0
        while not (exhausted := policy.wait(tried)):
            tried += 1
            again = self._attempt()
            if again is None:
                return
            failure = again
            if failure.code not in _RETRIED:
                break
        self._bury(failure, tried, exhausted)

    def _policy(self) -> Policy:
        return Policy.of(self.sender.target.get("RetryPolicy"), self.begun)

    def _attempt(self) -> Undeliverable | None:
        try:
            self._send()
        except Exception as error:
            failure = _failure(error)
            LOG.info("%s: %s at %s: %s", self.sender.rule_arn, failure.code, self.sender.arn, failure)
            return failure
        return None

    def _send(self) -> None:
        if ":sqs:" in self.sender.arn and not self._is_let_in(self.sender.arn):
            raise Undeliverable(
                "NO_PERMISSIONS", f"The policy of {self.sender.arn} does not let EventBridge send to it"
            )
        self.sender.send_event(self._input(), self.trace_header)

    def _input(self) -> Any:
        """Input of the target: the event, a part of it, or what the rule makes of it."""
        target = self.sender.target
        if target.get("Input"):
            return json.loads(target["Input"])
        event: Any = {name: value for name, value in self.event.items() if name != "event-bus-name"}
        if target.get("InputPath"):
            event = transform_event_with_target_input_path(target["InputPath"], event)
        if target.get("InputTransformer"):
            event = self.sender.transform_event_with_target_input_transformer(target["InputTransformer"], event)
            if event is None:
                raise Undeliverable("INVALID_JSON", "The input template is no JSON once its variables are filled in")
        return event

    def _is_let_in(self, queue: str) -> bool:
        return queue_policies.lets_in(queue, "events.amazonaws.com", self.sender.rule_arn, self.sender.account_id)

    def _bury(self, failure: Undeliverable, retries: int, exhausted: str) -> None:
        queue = (self.sender.target.get("DeadLetterConfig") or {}).get("Arn")
        if not queue:
            LOG.warning("%s: an event is dropped, for it has no dead letters: %s", self.sender.rule_arn, failure)
            return
        if not self._is_let_in(queue):
            LOG.warning("%s: a dead letter is lost: the policy of %s does not let it in", self.sender.rule_arn, queue)
            return
        attributes = {
            "RULE_ARN": self.sender.rule_arn,
            "TARGET_ARN": self.sender.arn,
            "ERROR_CODE": failure.code,
            "ERROR_MESSAGE": str(failure),
            "EXHAUSTED_RETRY_CONDITION": exhausted,
            "RETRY_ATTEMPTS": str(retries),
        }
        try:
            sqs = connect_to(
                aws_access_key_id=self.sender.account_id, region_name=extract_region_from_arn(queue)
            ).get_client("sqs")
            sqs.send_message(
                QueueUrl=sqs_queue_url_for_arn(queue),
                MessageBody=to_json_str(self.event),
                MessageAttributes={
                    name: {"DataType": "String", "StringValue": value} for name, value in attributes.items() if value
                },
            )
        except (ClientError, BotoCoreError) as error:
            LOG.warning("%s: a dead letter is lost: %s", self.sender.rule_arn, error)


def _failure(error: Exception) -> Undeliverable:
    match error:
        case Undeliverable():
            return error
        case ClientError():
            said, status = error.response["Error"], error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
            code = str(said.get("Code", ""))
            known = next((ours for words, ours in _CODES if any(word in code for word in words)), None)
            # Of SQS, both shapes of "the queue is not there" are in the table.
            known = known or ("ERROR_FROM_TARGET" if status >= 500 else "SDK_CLIENT_ERROR")
            return Undeliverable(known, str(said.get("Message") or code))
        case requests.Timeout():
            return Undeliverable("TIMEOUT", str(error))
        case BotoCoreError() | requests.RequestException():
            return Undeliverable("CONNECTION_FAILURE", str(error))
    return Undeliverable("UNKNOWN", f"{type(error).__name__}: {error}")
