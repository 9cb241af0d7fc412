"""An answer as JSON 1.1 carries it: times are seconds since 1970."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

CONTENT_TYPE = "application/x-amz-json-1.1"


def encode(answer: dict[str, Any]) -> bytes:
    """The body of a response."""
    return json.dumps(answer, default=_seconds).encode()


def _seconds(value: Any) -> float:
    if isinstance(value, datetime):
        return value.timestamp()
    raise TypeError(f"{type(value).__name__} in an answer")
