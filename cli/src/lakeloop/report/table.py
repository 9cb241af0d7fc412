"""The rows about cost in the table at the end of ``just invoke`` and ``just run``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.table import Table

from lakeloop import terminal
from lakeloop.plural import counted
from lakeloop.report import units


def cost_rows(cost: dict[str, Any]) -> Iterator[tuple[str, str | Table]]:
    """Names and cells: the whole, the slowest nodes, the dearest. None of an answer that has no *cost*."""
    if not cost:
        return
    parts = f"Athena {units.dollars(cost['athena_dollars'])}, function {units.dollars(cost['lambda_dollars'])}"
    least = "at least " if cost["at_least"] else ""
    yield "cost", f"{least}{units.dollars(cost['dollars'])} ({parts}; {counted(cost['queries'], 'query', 'queries')})"
    yield "slowest", _lines((units.seconds(node["seconds"]), node) for node in cost["slowest"])
    yield "dearest", _lines((units.dollars(node["dollars"]), node) for node in cost["dearest"])


def _lines(told: Iterator[tuple[str, dict[str, Any]]]) -> str | Table:
    rows = [(figure, name(node["unique_id"])) for figure, node in told]
    return terminal.figures(rows) if rows else "nothing"


def name(unique_id: str) -> str:
    """A node's name without its project: ``fct_orders``; of a generic test without its hash."""
    parts = unique_id.split(".")
    return ".".join(parts[2:3] if parts[0] == "test" else parts[2:]) or unique_id
