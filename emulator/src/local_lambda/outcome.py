"""Answers and log lines for each way an invocation can end, in Lambda's words.

https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-invocation.html
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import PurePath

from local_lambda.model import Function
from local_lambda.process import exit_reason
from local_lambda.report import died, timed_out
from local_lambda.runtime_api import (
    MAX_ANSWER_BYTES,
    Event,
    Exited,
    Failed,
    InitFailed,
    OutOfMemory,
    Ready,
    Responded,
    TimedOut,
    TooLarge,
)


@dataclass(frozen=True)
class Outcome:
    """How an invocation ended."""

    payload: bytes
    status: str
    """success, error (the function failed), failure (its process did) or timeout"""
    error_type: str = ""
    log: str = ""
    """The lines that Lambda itself adds to the log."""

    @property
    def process_lives(self) -> bool:
        return self.status in ("success", "error")


def judge(event: Event, function: Function, request_id: str) -> Outcome:
    """The outcome of the invocation *request_id* after *event*."""
    match event:
        case Responded(body):
            return Outcome(body, "success")
        case Failed(body):
            return Outcome(body, "error", _error_type(body))
        case InitFailed(body, error_type):
            return Outcome(body, "failure", error_type)
        case TooLarge():
            error_type = "Function.ResponseSizeTooLarge"
            message = f"Response payload size exceeded maximum allowed payload size ({MAX_ANSWER_BYTES} bytes)."
            return Outcome(_payload(error_type, message), "error", error_type)
        case TimedOut():
            error_type = "Sandbox.Timedout"
            message = f"RequestId: {request_id} Error: Task timed out after {function.timeout_seconds:.2f} seconds"
            log = timed_out(function, request_id)
            return Outcome(_payload(error_type, message), "timeout", error_type, log)
        case OutOfMemory():
            return _died("Runtime.OutOfMemory", exit_reason(-9), function, request_id)
        case Exited(code):
            return _died("Runtime.ExitError", exit_reason(code), function, request_id)
        case Ready():
            raise ValueError("a runtime that waits for an event has not answered one")


def storage_exceeded(function: Function, tmp: PurePath) -> Outcome:
    """On Lambda the write would have failed; here it is seen when the handler has returned."""
    message = (
        f"[Errno 28] No space left on device: {tmp} holds more than the function's ephemeral storage of "
        f"{function.storage_mb} MB"
    )
    return Outcome(_payload("OSError", message), "error", "OSError")


def _died(error_type: str, reason: str, function: Function, request_id: str) -> Outcome:
    message = f"RequestId: {request_id} Error: {reason}"
    return Outcome(_payload(error_type, message), "failure", error_type, died(function, message, error_type))


def _payload(error_type: str, message: str) -> bytes:
    return json.dumps({"errorType": error_type, "errorMessage": message}).encode()


def _error_type(body: bytes) -> str:
    try:
        return str(json.loads(body).get("errorType", ""))
    except (ValueError, AttributeError):
        return ""
