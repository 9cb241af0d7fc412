"""Outcomes of a run's nodes, from the files that dbt and the runner leave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

_GOOD = ("success", "pass", "warn")
_FIGURES = ("rows", "bytes", "queries", "dollars", "seconds", "round")


@dataclass(frozen=True)
class Node:
    """A node of a run: dbt's status and message, and figures for people."""

    unique_id: str
    status: str
    message: str = ""
    figures: Mapping[str, Any] = field(default_factory=dict)

    @property
    def good(self) -> bool:
        return self.status in _GOOD


@dataclass(frozen=True)
class Outcome:
    """A run: its nodes that ended, whether all is well, and what it said at its end."""

    succeeded: bool
    nodes: Sequence[Node]
    said: str
    run_id: str = ""


def nodes(run_results: Mapping[str, Any], summary: Mapping[str, Any] | None = None) -> list[Node]:
    """The nodes of dbt's ``run_results.json``, with figures of the runner's *summary* where there is one."""
    told = {node["unique_id"]: node for node in (summary or {}).get("nodes", ())}
    found = []
    for result in run_results["results"]:
        unique_id = result["unique_id"]
        figures = {"seconds": round(result.get("execution_time") or 0.0, 3)}
        rows = (result.get("adapter_response") or {}).get("rows_affected")
        if isinstance(rows, int) and rows >= 0:
            figures["rows"] = rows
        figures |= {
            name: value for name, value in told.get(unique_id, {}).items() if name in _FIGURES and value is not None
        }
        if isinstance(result.get("failures"), int):
            figures["failures"] = result["failures"]
        found.append(Node(unique_id, str(result["status"]), str(result.get("message") or ""), figures))
    return found
