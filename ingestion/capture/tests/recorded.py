"""Records that Debezium 3.6.3 gave for a row of every type of PostgreSQL 18, and for a row of their edges."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from lakeloop_capture.columns import Field

_FILE = Path(__file__).with_name("recorded") / "kinds.json"
_RECORDED = json.loads(_FILE.read_text(encoding="utf-8"))


def field(told: dict[str, Any]) -> Field:
    """A column."""
    element = told.get("element")
    return Field(**{**told, "element": field(element) if element else None})


FIELDS = [field(told) for told in _RECORDED["fields"]]
# Three rows of a snapshot, three updates, two deletes: keys and envelopes as JSON.
RECORDS = [(record["key"], record["value"]) for record in _RECORDED["records"]]
