"""The event: EventBridge's "Step Functions Execution Status Change", or ``{"test": "NAME"}`` of ``just alerts test``.

https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from alert.errors import TerminalError

_KIND = "Step Functions Execution Status Change"
FAILED = ("FAILED", "TIMED_OUT", "ABORTED")
SUCCEEDED = "SUCCEEDED"


@dataclass(frozen=True)
class Execution:
    """An execution of the pipeline that has ended, and the run that it carried."""

    arn: str
    run_id: str
    status: str
    error: str = ""
    cause: str = ""
    """Both as the state machine has them; empty where it names none."""
    redrive: int = 0
    """How often the execution was redriven: each of its ends is told of."""

    @property
    def name(self) -> str:
        return self.arn.rsplit(":", 1)[-1]


@dataclass(frozen=True)
class Test:
    """A test message, by whose name it is sent once."""

    name: str


def parse(event: Any) -> Execution | Test:
    """*event* as a thing to tell of. Raises ``TerminalError`` for another."""
    if isinstance(event, dict) and isinstance(event.get("test"), str) and event["test"]:
        return Test(event["test"])
    detail = event.get("detail") if isinstance(event, dict) and event.get("detail-type") == _KIND else None
    if not isinstance(detail, dict) or not isinstance(detail.get("executionArn"), str):
        raise TerminalError(f'Expected EventBridge\'s "{_KIND}" or {{"test": "a name"}}, not {json.dumps(event)[:300]}')
    status = str(detail.get("status"))
    if status not in (*FAILED, SUCCEEDED):
        raise TerminalError(
            f"An execution that has ended is told of, not one that is {status}: {detail['executionArn']}"
        )
    arn = detail["executionArn"]
    return Execution(
        arn,
        run_id=_run_id(detail.get("input")) or arn.rsplit(":", 1)[-1],
        status=status,
        error=str(detail.get("error") or ""),
        cause=str(detail.get("cause") or ""),
        redrive=int(detail.get("redriveCount") or 0),
    )


def _run_id(sent: Any) -> str:
    """The run that the execution's input names: none where the execution does, or where the input was too long for the event."""
    try:
        asked = json.loads(sent) if isinstance(sent, str) else sent
    except ValueError:
        return ""
    named = asked.get("run_id") if isinstance(asked, dict) else None
    return named if isinstance(named, str) else ""
