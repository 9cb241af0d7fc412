"""A run that is at work in Step Functions, followed to its end: a bar on a terminal, a line for each change elsewhere."""

from __future__ import annotations

import time
from typing import Any

from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Column

from lakeloop import terminal
from lakeloop.aws.place import Place
from lakeloop.aws.runs.lease import read
from lakeloop.aws.terraform.outputs import Outputs
from lakeloop.plural import counted

_POLL_SECONDS = 1.0
_SHOWN = 4
_BAR = 16


def follow(place: Place, lake: Outputs, execution: str, run_id: str) -> dict[str, Any]:
    """Wait for the end of *execution*; its description."""
    steps, s3 = place.client("stepfunctions"), place.client("s3")
    console = terminal.console(stderr=True)
    said = ""
    with Progress(*_columns(), console=console, transient=True, expand=True, disable=not console.is_interactive) as bar:
        task = bar.add_task("starting", total=None, running="")
        while True:
            described: dict[str, Any] = steps.describe_execution(executionArn=execution)
            lease = read(s3, lake.artifacts_bucket, place.environment)
            progress = lease.get("progress") if lease.get("run_id") == run_id else None
            line = ""
            if progress and progress["nodes"]:
                running = _running(progress["running"])
                bar.update(task, description=f"round {progress['round']}")
                bar.update(task, completed=progress["done"], total=progress["nodes"])
                bar.update(task, running=running)
                line = f"round {progress['round']}: {progress['done']} of {counted(progress['nodes'], 'node')} done"
            elif lease and lease["run_id"] != run_id and lease["expires_at"] > time.time():
                running = ""
                line = f"{place.environment} is in use by the run {lease['run_id']} (dbt {lease['command']})"
                bar.update(task, description="waiting", running=line)
            if line and not console.is_interactive and line != said:
                console.print(f"{line}{', running ' + running if running else ''}", soft_wrap=True)
                said = line
            if described["status"] != "RUNNING":
                return described
            time.sleep(_POLL_SECONDS)


def _columns() -> tuple[ProgressColumn, ...]:
    """Columns of the line: round, bar, counts and time keep their widths; the names of nodes get what is left."""
    return (
        TextColumn("{task.description}", markup=False, table_column=Column(no_wrap=True)),
        BarColumn(_BAR, table_column=Column(width=_BAR)),
        MofNCompleteColumn(table_column=Column(no_wrap=True)),
        TimeElapsedColumn(table_column=Column(no_wrap=True)),
        TextColumn(
            "{task.fields[running]}", markup=False, table_column=Column(ratio=1, no_wrap=True, overflow="ellipsis")
        ),
    )


def _running(running: dict[str, float]) -> str:
    """The nodes that have run longest, by the last part of their names."""
    longest = sorted(running.items(), key=lambda item: -item[1])
    names = [f"{unique_id.split('.', 2)[-1]} {seconds:.0f} s" for unique_id, seconds in longest[:_SHOWN]]
    return ", ".join([*names, f"{len(longest) - _SHOWN} more"] if len(longest) > _SHOWN else names)
