"""CloudTrail's files: one object, whose ``Records`` are the rows.

https://docs.aws.amazon.com/athena/latest/ug/cloudtrail-logs.html; what is text whatever it holds, as in Trino's
``CloudTrailLineReader``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

import pyarrow as pa

_AS_TEXT = ("requestParameters", "responseElements", "additionalEventData", "serviceEventDetails")


def records(blocks: Iterable[pa.Array]) -> Iterator[pa.Array]:
    """A line of JSON for each record in *blocks* of lines. A line that is no such object is left out, as on AWS."""
    for block in blocks:
        for line in block.to_pylist():
            try:
                found = json.loads(line)["Records"]
            except (ValueError, KeyError, TypeError):
                continue
            if isinstance(found, list):
                rows = [_row(record) for record in found if isinstance(record, dict)]
                yield pa.array(rows, pa.string())


def _row(record: dict[str, Any]) -> str:
    row = dict(record)
    for name in _AS_TEXT:
        if row.get(name) is not None and not isinstance(row[name], str):
            row[name] = json.dumps(row[name], ensure_ascii=False, separators=(",", ":"))
    return json.dumps(row, ensure_ascii=False, separators=(",", ":"))
