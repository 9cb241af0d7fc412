"""Rows that made a test fail, read from Athena when the report is made.

A test that stores its failures has a table of them. Of any other, its compiled SQL is run again with a limit: that scans what the
test scanned, which the run's account tells beforehand. What scanned more than a gigabyte is not asked again (half a cent at 5
dollars a terabyte), nor are more than ten tests, so a report costs five cents at the most.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lakeloop.aws.athena import statements as athena
from lakeloop.errors import UserError
from lakeloop.report import units
from lakeloop.report.store import Runs

_ROWS, _TESTS, _BYTES = 5, 10, 1024**3
_CHARACTERS = 200


def samples(
    run: Mapping[str, Any], manifest: Mapping[str, Any], runs: Runs, client: Any, *, workgroup: str, database: str
) -> dict[str, dict[str, Any]]:
    """By the ``unique_id`` of each data test that failed: ``columns`` and ``rows`` (of text), or ``reason`` why there are none."""
    failed = [node for node in run["failed"] if node["status"] == "fail" and node["unique_id"].startswith("test.")]
    scanned = {node["unique_id"]: node["bytes_scanned"] for node in run["nodes"]}
    found: dict[str, dict[str, Any]] = {}
    for place, node in enumerate(failed):
        name = node["unique_id"]
        sql, cost = _statement(node, manifest.get("nodes", {}).get(name, {}), runs, scanned.get(name, 0))
        if place >= _TESTS:
            found[name] = {"reason": f"Only the first {_TESTS} tests are asked again."}
        elif sql is None:
            found[name] = {"reason": "The test's compiled SQL was not kept."}
        elif cost > _BYTES:
            found[name] = {
                "reason": f"Not asked again: the test scans {units.size(cost)}. Its SQL: {node['compiled_path']}"
            }
        else:
            found[name] = _ask(client, sql, workgroup, database)
    return found


def _statement(node: Mapping[str, Any], known: Mapping[str, Any], runs: Runs, scanned: int) -> tuple[str | None, int]:
    """The SQL that tells rows of a failed test, and the bytes that it scans."""
    if known.get("config", {}).get("store_failures") and known.get("relation_name"):
        return f"select * from {known['relation_name']} limit {_ROWS}", 0
    compiled = runs.text(node["compiled_path"]) if node.get("compiled_path") else None
    return (f"select * from (\n{compiled.strip().rstrip(';')}\n) limit {_ROWS}" if compiled else None), scanned


def _ask(client: Any, sql: str, workgroup: str, database: str) -> dict[str, Any]:
    try:
        execution = athena.execute(client, sql, workgroup=workgroup, database=database)
        rows = [[_text(value) for value in row] for row in athena.rows(client, execution)]
    except UserError as error:
        return {"reason": str(error)}
    if not rows:
        return {"reason": "No rows any more: the data has changed since the test."}
    return {"columns": [column.name for column in execution.columns], "rows": rows}


def _text(value: object) -> str | None:
    if value is None:
        return None
    text = str(value)
    return text if len(text) <= _CHARACTERS else f"{text[:_CHARACTERS]}..."
