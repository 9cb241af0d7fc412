"""Outcomes of a run's nodes, from the files and lines that dbt and the runner leave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

_GOOD = ("success", "pass", "warn")
# By name in the runner's summary.
_FIGURES = {
    "rows": "rows",
    "bytes_scanned": "bytes",
    "queries": "queries",
    "dollars": "dollars",
    "round": "round",
    "age_seconds": "age_seconds",
}


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
    """A run: its nodes that ended, whether all is well, and what it said at its end.

    ``exports`` are those that the runner wrote, as ``summary.json`` has them.
    """

    succeeded: bool
    nodes: Sequence[Node]
    said: str
    run_id: str = ""
    exports: Sequence[Mapping[str, Any]] = ()


def nodes(run_results: Mapping[str, Any], summary: Mapping[str, Any] | None = None, run_id: str = "") -> list[Node]:
    """The nodes of dbt's ``run_results.json`` or ``sources.json``, with figures of the runner's *summary* where there is one.

    ``run_id``, here and below, is a figure of each node: the run that `just report` knows.
    """
    told = {node["unique_id"]: node for node in (summary or {}).get("nodes", ())}
    return [_node(result, _named(told.get(result["unique_id"], {}), run_id)) for result in run_results["results"]]


def of_summary(summary: Mapping[str, Any], run_id: str = "") -> list[Node]:
    """The nodes of the runner's *summary*, for a command that leaves no ``run_results.json``."""
    failed = {one["unique_id"]: one["message"] for one in summary["failed"]}
    return [
        Node(
            one["unique_id"],
            one["status"],
            failed.get(one["unique_id"], ""),
            {"seconds": one["seconds"], **_named(one, run_id)},
        )
        for one in summary["nodes"]
    ]


def of_entry(entry: Mapping[str, Any], run_id: str = "") -> Node:
    """The node of an entry in the runner's journal (``dbt_runner.rounds.journal``), written when it ended."""
    queries = entry["queries"]
    scanned = sum(query["bytes_scanned"] for query in queries)
    figures = {"bytes_scanned": scanned, "queries": len(queries), "dollars": entry["dollars"], "round": entry["round"]}
    return _node(entry["result"], _named(figures, run_id))


def of_event(event: Mapping[str, Any]) -> Node | None:
    """The node that one of dbt's JSON log lines says has ended; None for other lines.

    https://docs.getdbt.com/reference/events-logging#structured-logging
    """
    if event.get("info", {}).get("name") != "NodeFinished":
        return None
    result = event["data"]["run_result"]
    return _node(
        {**result, "unique_id": event["data"]["node_info"]["unique_id"], "failures": result.get("num_failures")}
    )


def _node(result: Mapping[str, Any], more: Mapping[str, Any] | None = None) -> Node:
    figures: dict[str, Any] = {"seconds": round(result.get("execution_time") or 0.0, 3)}
    rows = (result.get("adapter_response") or {}).get("rows_affected")
    # In the log it is a float.
    if isinstance(rows, int | float) and rows >= 0:
        figures["rows"] = int(rows)
    if result["unique_id"].startswith("test.") and isinstance(result.get("failures"), int):
        figures["failures"] = result["failures"]
    if isinstance(age := result.get("max_loaded_at_time_ago_in_s"), int | float):
        figures["age_seconds"] = round(age)
    message = str(result.get("message") or result.get("error") or "")
    return Node(result["unique_id"], str(result["status"]), message, figures | dict(more or {}))


def _named(told: Mapping[str, Any], run_id: str) -> dict[str, Any]:
    figures = {name: told[key] for key, name in _FIGURES.items() if told.get(key) is not None}
    return figures | ({"run": run_id} if run_id else {})
