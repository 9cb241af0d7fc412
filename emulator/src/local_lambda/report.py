"""The lines that Lambda itself writes into a function's log, as text or as JSON.

https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-view.html
https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from local_lambda.model import Function

if TYPE_CHECKING:
    from local_lambda.outcome import Outcome


@dataclass(frozen=True)
class Measured:
    """Time and memory of one invocation."""

    seconds: float
    init_seconds: float | None
    """Of the initialisation before it, None if the environment was warm."""
    memory_mb: int
    outcome: Outcome

    @property
    def billed_ms(self) -> int:
        """Since August 2025 the initialisation is billed too:
        https://aws.amazon.com/blogs/compute/aws-lambda-standardizes-billing-for-init-phase/"""
        return math.ceil((self.seconds + (self.init_seconds or 0)) * 1000)


class Report:
    """Lambda's lines for one function."""

    def __init__(self, function: Function) -> None:
        self._function = function
        self._runtime = function.runtime.replace("python", "python:")
        self._json = function.log_format == "JSON"
        self._quiet = self._json and function.system_log_level == "WARN"

    def init_start(self) -> str:
        """An environment begins."""
        function = self._function
        record = {
            "initializationType": function.initialization,
            "phase": "init",
            "runtimeVersion": self._runtime,
            "functionName": function.name,
            "functionVersion": function.version,
        }
        return self._line("initStart", record, f"INIT_START Runtime Version: {self._runtime}")

    def portable(self) -> str:
        """It does so with other libraries than Lambda's; the one line that is none of Lambda's own."""
        text = "Libraries of this machine, of the layer's lock, in the place of the layer (layer=host)"
        return self._line("hostLibraries", {"functionName": self._function.name, "message": text}, text)

    def init_failed(self, phase: str, seconds: float, outcome: Outcome) -> str:
        """The initialisation went wrong, in *phase* init or invoke."""
        status = "timeout" if outcome.status == "timeout" else "error"
        record = {
            "initializationType": self._function.initialization,
            "phase": phase,
            "status": status,
            "errorType": outcome.error_type,
            "metrics": {"durationMs": _ms(seconds)},
        }
        text = f"INIT_REPORT Init Duration: {_ms(seconds):.2f} ms\tPhase: {phase}\tStatus: {status}"
        if status == "error":
            text += f"\tError Type: {outcome.error_type}"
        return self._line("initReport", record, text, wrong=True)

    def start(self, request_id: str) -> str:
        """An invocation begins."""
        record = {"requestId": request_id, "version": self._function.version}
        return self._line("start", record, f"START RequestId: {request_id} Version: {self._function.version}")

    def end(self, request_id: str, measured: Measured) -> str:
        """An invocation is over."""
        metrics = {
            "durationMs": _ms(measured.seconds),
            "billedDurationMs": measured.billed_ms,
            "memorySizeMB": self._function.memory_mb,
            "maxMemoryUsedMB": measured.memory_mb,
        }
        record: dict[str, Any] = {"requestId": request_id, "metrics": metrics, "status": measured.outcome.status}
        text = (
            f"END RequestId: {request_id}\n"
            f"REPORT RequestId: {request_id}\tDuration: {metrics['durationMs']:.2f} ms\tBilled Duration: {measured.billed_ms} ms\t"
            f"Memory Size: {self._function.memory_mb} MB\tMax Memory Used: {measured.memory_mb} MB\t"
        )
        if measured.init_seconds is not None:
            metrics["initDurationMs"] = _ms(measured.init_seconds)
            text += f"Init Duration: {_ms(measured.init_seconds):.2f} ms\t"
        if measured.outcome.error_type:
            record["errorType"] = measured.outcome.error_type
        if measured.outcome.status == "timeout":
            text += "Status: timeout"
        elif measured.outcome.status == "failure":
            text += f"Status: error\tError Type: {measured.outcome.error_type}"
        return self._line("report", record, text, wrong=measured.outcome.status != "success")

    def _line(self, kind: str, record: dict[str, Any], text: str, wrong: bool = False) -> str:
        if self._quiet and not wrong:
            return ""
        return (
            json.dumps({"time": _now(), "type": f"platform.{kind}", "record": record}) if self._json else text
        ) + "\n"


def died(function: Function, message: str, error_type: str) -> str:
    """The line about a process that ended by itself; the JSON report has it as a field."""
    return "" if function.log_format == "JSON" else f"{message}\n{error_type}\n"


def timed_out(function: Function, request_id: str) -> str:
    """The line about a process that was stopped; the JSON report has it as a field."""
    if function.log_format == "JSON":
        return ""
    return f"{_now()} {request_id} Task timed out after {function.timeout_seconds:.2f} seconds\n"


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 3)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
