"""``just logs env=dev``: what the runner function has written."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError
from lakeloop_project.environments import environment

from lakeloop.arguments import take
from lakeloop.aws.place import enter
from lakeloop.aws.terraform.outputs import outputs
from lakeloop.errors import UserError
from lakeloop.workspace import Workspace

_MINUTES = 15
_FOLLOW_SECONDS = 2.0
_OPTIONS = ("-f", "--follow")


def logs(workspace: Workspace, words: Sequence[str]) -> int:
    """Print the last minutes of the function's log group; ``-f`` goes on until Ctrl-C."""
    follow = any(word in _OPTIONS for word in words)
    arguments, rest = take([word for word in words if word not in _OPTIONS], {"env", "on", "minutes"})
    minutes = arguments.get("minutes", str(_MINUTES))
    if rest or not minutes.isdecimal():
        raise UserError(f"Usage: just logs env=dev [minutes={_MINUTES}] [-f]; `just logs` alone is the emulator's log.")
    place = enter(workspace, environment(workspace.root, arguments.get("env", "dev")), arguments.get("on"))
    group = outputs(workspace, place).log_group
    client = place.client("logs")
    since = int((time.time() - 60 * int(minutes)) * 1000)
    seen: set[str] = set()
    while True:
        try:
            found = list(_events(client, group, since))
        except ClientError as error:
            raise UserError(f"{group} cannot be read: {error.response['Error'].get('Message')}") from error
        for event in found:
            if event["eventId"] not in seen:
                print(_line(event), flush=True)
        if not follow:
            if not found:
                print(f"{group}: nothing in the last {minutes} minutes.")
            return 0
        if found:
            # Events of the same millisecond may still arrive.
            since = max(event["timestamp"] for event in found)
            seen = {event["eventId"] for event in found if event["timestamp"] == since}
        time.sleep(_FOLLOW_SECONDS)


def _events(client: Any, group: str, since: int) -> Iterator[dict[str, Any]]:
    for page in client.get_paginator("filter_log_events").paginate(logGroupName=group, startTime=since):
        yield from page["events"]


def _line(event: dict[str, Any]) -> str:
    """A record for people: its time (UTC), level and message, or what Lambda reports of an invocation; else as it is."""
    moment = f"{datetime.fromtimestamp(event['timestamp'] / 1000, UTC):%H:%M:%S}"
    text = str(event["message"]).rstrip()
    try:
        return f"{moment} {_told(json.loads(text))}"
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):  # a function may print what it likes
        return f"{moment} {text}"


def _told(record: dict[str, Any]) -> str:
    """Raises if it is no record of the runner's or of Lambda's."""
    if "message" in record:
        return f"{record.get('level', ''):7} {record['message']}"
    if "errorMessage" in record:
        return f"{record.get('level', ''):7} {record.get('errorType')}: {record['errorMessage']}"
    if (
        "_aws" in record
    ):  # metrics: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format.html
        named = [metric["Name"] for directive in record["_aws"]["CloudWatchMetrics"] for metric in directive["Metrics"]]
        return f"METRICS {', '.join(f'{name} {record[name][0]:g}' for name in named)}"
    if record["type"] == "platform.start":
        return f"START   request {record['record']['requestId']}"
    if record["type"] == "platform.report":
        metrics = record["record"]["metrics"]
        return (
            f"REPORT  {record['record'].get('status', '')}, {metrics['durationMs'] / 1000:.1f} s, "
            f"{metrics['maxMemoryUsedMB']} of {metrics['memorySizeMB']} MB, request {record['record']['requestId']}"
        )
    raise ValueError(record["type"])
