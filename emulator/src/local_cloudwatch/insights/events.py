"""Events of a log with the fields that Logs Insights discovers in them.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_AnalyzeLogData-discoverable-fields.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from local_cloudwatch.patterns import document

Value = str | float | None
Row = dict[str, Value]
_LAMBDA = re.compile(r"(START|END|REPORT) RequestId: ([\w-]+)")
_FIGURE = re.compile(r"(Billed Duration|Init Duration|Max Memory Used|Memory Size|Duration): ([\d.]+) (ms|MB)")
_FIGURES = {
    "Billed Duration": "@billedDuration",
    "Init Duration": "@initDuration",
    "Max Memory Used": "@maxMemoryUsed",
    "Memory Size": "@memorySize",
    "Duration": "@duration",
}
_MOST_FIELDS = 1000


@dataclass(frozen=True)
class Event:
    """A line of a log. Times are in milliseconds since 1970, *log* is ``ACCOUNT:GROUP``."""

    id: str
    timestamp: int
    ingested: int
    message: str
    stream: str
    log: str

    @cached_property
    def row(self) -> Row:
        """All of its fields."""
        row: Row = {
            "@timestamp": float(self.timestamp),
            "@ingestionTime": float(self.ingested),
            "@message": self.message,
            "@logStream": self.stream,
            "@log": self.log,
            "@ptr": self.id,
        }
        if found := _LAMBDA.match(self.message):
            row |= {"@type": found[1], "@requestId": found[2]}
            for name, number, unit in _FIGURE.findall(self.message):
                row[_FIGURES[name]] = float(number) * (1_000_000 if unit == "MB" else 1)
        for count, (name, value) in enumerate(_flat("", document(self.message) or {})):
            if count == _MOST_FIELDS:
                break
            row[name] = value
        return row


def _flat(prefix: str, found: Any) -> Iterator[tuple[str, Value]]:
    if isinstance(found, dict | list):
        items = found.items() if isinstance(found, dict) else enumerate(found)
        for key, value in items:
            yield from _flat(f"{prefix}.{key}" if prefix else str(key), value)
    elif isinstance(found, int | float):  # true and false are 1 and 0
        yield prefix, float(found)
    elif found is not None:
        yield prefix, str(found)


def shown(name: str, value: Value) -> str:
    """A field as GetQueryResults has it."""
    if isinstance(value, str) or value is None:
        return value or ""
    if name in ("@timestamp", "@ingestionTime"):
        return moment(value)
    return str(int(value)) if value == int(value) else repr(value)


def moment(milliseconds: float) -> str:
    """``2026-11-29 12:00:00.000``."""
    at = datetime.fromtimestamp(milliseconds / 1000, UTC)
    return f"{at:%Y-%m-%d %H:%M:%S}.{at.microsecond // 1000:03d}"
