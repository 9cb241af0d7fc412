"""Log lines of functions in CloudWatch Logs."""

from __future__ import annotations

import json
import re
from typing import Any

from tests.functions.helpers import Running, Start

SOURCE = (
    "import logging\nprint('at import')\nlogger = logging.getLogger()\n"
    "def handle(event, context):\n    print('printed')\n    logger.warning('logged')\n    logger.debug('never')\n    if event: raise ValueError(event)"
)


def test_lines_of_the_function_stand_between_lambdas_own(start: Start) -> None:
    running = start(SOURCE)
    cold, warm = running().log.splitlines(), running().log.splitlines()
    assert cold[:3] == ["INIT_START Runtime Version: python:3.12", "at import", "START RequestId: request-1 Version: 7"]
    assert cold[3] == "printed"
    assert re.fullmatch(r"\[WARNING\]\t[-0-9T:.]+Z\trequest-1\tlogged", cold[4])
    assert cold[5] == "END RequestId: request-1"
    report = r"REPORT RequestId: request-1\tDuration: [\d.]+ ms\tBilled Duration: \d+ ms\tMemory Size: 256 MB\tMax Memory Used: \d+ MB\t"
    assert re.fullmatch(report + r"Init Duration: [\d.]+ ms\t", cold[6])
    assert [line.split()[0] for line in warm] == ["START", "printed", "[WARNING]", "END", "REPORT"]
    assert re.fullmatch(report, warm[-1])


def test_a_traceback_is_one_event(start: Start) -> None:
    lines = start(SOURCE)("broken").log.split("\n")
    (traceback,) = [line for line in lines if "ValueError" in line]
    assert traceback.startswith("[ERROR] ValueError: broken\rTraceback (most recent call last):\r")


def test_json_functions_have_json_lines(start: Start) -> None:
    running = start(SOURCE, log_format="JSON", application_log_level="INFO")
    cold, failed = _json(running), _json(running, "broken")
    assert [line["type"] for line in cold if "type" in line] == [
        "platform.initStart",
        "platform.start",
        "platform.report",
    ]
    (logged,) = [line for line in cold if line.get("message") == "logged"]
    assert (logged["level"], logged["requestId"]) == ("WARNING", "request-1")
    report = cold[-1]["record"]
    assert report["status"] == "success"
    assert {"durationMs", "billedDurationMs", "memorySizeMB", "maxMemoryUsedMB", "initDurationMs"} == set(
        report["metrics"]
    )
    (error,) = [line for line in failed if line.get("level") == "ERROR"]
    assert (error["errorType"], error["errorMessage"]) == ("ValueError", "broken")
    assert failed[-1]["record"]["status"] == "error"
    assert failed[-1]["record"]["errorType"] == "ValueError"


def test_the_system_log_level_silences_what_went_well(start: Start) -> None:
    running = start(SOURCE, log_format="JSON", system_log_level="WARN")
    assert not [line for line in _json(running) if "type" in line]
    assert [line["type"] for line in _json(running, "broken") if "type" in line] == ["platform.report"]


def _json(running: Running, event: Any = None) -> list[dict[str, Any]]:
    return [json.loads(line) for line in running(event).log.splitlines() if line.startswith("{")]
