"""A run's answer for people, and its exit code."""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from typing import Any

from rich.table import Table

from lakeloop import terminal
from lakeloop.aws.place import Place
from lakeloop.aws.runs import runner
from lakeloop.aws.terraform.outputs import Outputs
from lakeloop.errors import UserError
from lakeloop.plural import counted, of_status
from lakeloop.report.table import cost_rows


def print_answer(answer: dict[str, Any]) -> None:
    """Print what ran and how it went; failed nodes with their messages after the table."""
    console = terminal.console()
    table = Table(title=f"dbt {' '.join(answer.get('command', []))}", title_justify="left", show_header=False)
    counts = ", ".join(of_status(count, name) for name, count in answer.get("counts", {}).items() if count)
    table.add_row("status", answer["status"])
    table.add_row("ran", counts or "nothing")
    table.add_row("seconds", f"{answer.get('seconds', 0):.1f}")
    table.add_row("bytes scanned", f"{answer.get('bytes_scanned', 0):,}")
    for name, told in cost_rows(answer.get("cost") or {}):
        table.add_row(name, told)
    table.add_row("run", str(answer.get("run_id", "")))
    table.add_row("artifacts", str(answer.get("artifacts", "")))
    console.print(table)
    if repeated := answer.get("repeated"):
        console.print(repeated, markup=False, highlight=False, soft_wrap=True)
    if output := answer.get("output"):
        console.print(output, soft_wrap=True)
    if failed := runner.failures(answer):
        console.print(failed, soft_wrap=True)


def tell(place: Place, lake: Outputs, ended: dict[str, Any], run_id: str, max_bytes: int) -> int:
    """Print how an execution *ended*; 0 if all that ran succeeded and at most *max_bytes*, where that is not 0, were scanned.

    Raises:
        UserError: it ended without an answer.
    """
    if ended["status"] == "SUCCEEDED":
        answer = json.loads(ended["output"])
        print_answer(answer)
        if max_bytes and answer["bytes_scanned"] > max_bytes:
            print(
                f"The run scanned {counted(answer['bytes_scanned'], 'byte')}, more than max_bytes={max_bytes:,}.",
                file=sys.stderr,
            )
            return 1
        return 0
    if ended.get("error") == "DbtFailed":
        key = f"runs/{run_id}/summary.json"
        print_answer(json.loads(place.client("s3").get_object(Bucket=lake.artifacts_bucket, Key=key)["Body"].read()))
        return 1
    cause = ended.get("cause") or "no cause given"
    with suppress(ValueError):  # what a function raises comes as JSON
        cause = json.loads(cause).get("errorMessage", cause)
    if ended.get("error") == "LeaseHeld":
        raise UserError(f"{cause}\n`just run wait=600 ...` waits for its end, 600 s at most.")
    raise UserError(
        f"The run {run_id} did not end well: {ended['status']}, {ended.get('error', 'no error given')}: {cause}\n"
        f"What has succeeded is kept: `just run env={place.environment} run_id={run_id}` carries on."
    )
