"""The short table at the end of a build, from dbt's own ``run_results.json``."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import duckdb
from rich.table import Table

from lakeloop import terminal
from lakeloop.plural import of_status
from lakeloop.workspace import Workspace

_TESTS = ("test", "unit_test")
# As dbt counts them; exposures and hooks are not built.
_BUILT = {"model": "models", "seed": "seeds", "snapshot": "snapshots", "function": "functions"}
GOOD = ("success", "pass", "no-op")
_SLOWEST = 5


def print_summary(workspace: Workspace, database: Path, *, since: float, seconds: float) -> None:
    """Print what the dbt run that began at *since* (Unix time) did; nothing if it left no results."""
    file = workspace.target / "run_results.json"
    if not file.exists() or file.stat().st_mtime < since:
        return
    results: list[dict[str, Any]] = json.loads(file.read_text("utf-8"))["results"]
    if not results:
        return
    tests = [result for result in results if is_test(result)]
    models = [result for result in results if _kind(result) in _BUILT]
    console = terminal.console()
    table = Table(title="dbt-local", title_justify="left", show_header=False)
    for kind, label in _BUILT.items():
        if of_kind := [result for result in models if _kind(result) == kind]:
            table.add_row(label, _outcome(of_kind))
    if tests:
        table.add_row("tests", _outcome(tests))
    table.add_row("rows", f"{_rows(database, models):,}")
    table.add_row("seconds", f"{seconds:.1f}")
    slowest = sorted([*models, *tests], key=lambda result: -result["execution_time"])[:_SLOWEST]
    table.add_row(
        "slowest", terminal.figures((f"{result['execution_time']:.2f} s", name_of(result)) for result in slowest)
    )
    console.print(table)


def is_test(result: dict[str, Any]) -> bool:
    """Whether a result of ``run_results.json`` is that of a test."""
    return _kind(result) in _TESTS


def _kind(result: dict[str, Any]) -> str:
    return str(result["unique_id"]).split(".")[0]


def name_of(result: dict[str, Any]) -> str:
    """A node's name, a unit test's with the model that it is of."""
    kind, _, *names = str(result["unique_id"]).split(".")
    return ".".join(names[:2]) if kind == "unit_test" else names[0]


def _outcome(results: list[dict[str, Any]]) -> str:
    counts = Counter(result["status"] for result in results)
    good = sum(counts.pop(status, 0) for status in GOOD)
    return ", ".join([str(good), *(of_status(count, status) for status, count in sorted(counts.items()))])


def _rows(database: Path, models: list[dict[str, Any]]) -> int:
    """Rows in the tables that were built; views hold none."""
    built = {str(result["relation_name"]).replace('"', "") for result in models if result["relation_name"]}
    if not database.exists():
        return 0
    with duckdb.connect(str(database), read_only=True) as connection:
        sizes = connection.execute(
            "select concat_ws('.', database_name, schema_name, table_name), estimated_size from duckdb_tables()"
        ).fetchall()
    return sum(size for name, size in sizes if name in built)
