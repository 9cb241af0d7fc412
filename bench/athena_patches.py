"""``just bench-adapter``: a build with dbt-athena as shipped and as the runner patches it, side by side in one run.

``threads=1,4,16 models=60 seconds=0.5`` chooses; each row is a first build of the same project, in a process of its own, against an
Athena that takes *seconds* for every query. The project is parsed before the clock starts.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import nullcontext
from pathlib import Path
from typing import Any
from unittest import mock

from fixed_athena import running
from fixed_athena.project import write
from lakeloop.arguments import take
from rich.console import Console
from rich.table import Table

VARIANTS = ("as shipped", "clients", "all")


def main() -> None:
    given, _ = take(sys.argv[1:], {"threads", "models", "seconds"})
    models, seconds = int(given.get("models", "60")), float(given.get("seconds", "0.5"))
    console = Console()
    table = Table(
        *("threads", "with", "wall s", "CPU s", "queries", "calls", "of the first"),
        title=f"{models} models, {seconds:g} s a query",
    )
    first = None
    for threads in given.get("threads", "1,4,16").split(","):
        for variant in VARIANTS:
            with console.status(f"{threads} threads, {variant}"):
                wall, cpu, queries, calls = _build(models, seconds, threads, variant)
            first = first or wall
            table.add_row(
                threads, variant, f"{wall:.1f}", f"{cpu:.1f}", str(queries), str(calls), f"1/{first / wall:.1f}"
            )
    console.print(table)


def _build(models: int, seconds: float, threads: str, variant: str) -> tuple[float, float, int, int]:
    """Wall and CPU seconds, queries and calls of all services."""
    with tempfile.TemporaryDirectory() as folder, running(seconds) as endpoint:
        write(Path(folder) / "project", models)
        child = subprocess.run(
            [sys.executable, __file__, "--child", variant, folder],
            env={**os.environ, **endpoint.environment, "DBT_THREADS": threads},
            capture_output=True,
            text=True,
        )
        if child.returncode:
            raise SystemExit(f"{variant} with {threads} threads failed:\n{child.stdout[-2000:]}{child.stderr[-2000:]}")
        measured = json.loads(child.stdout.splitlines()[-1])
        return measured["wall"], measured["cpu"], len(endpoint.queries()), sum(endpoint.calls().values())


def _child(variant: str, folder: str) -> None:
    from dbt.adapters.athena import connections
    from dbt.cli.main import dbtRunner
    from dbt_runner.patches import athena

    patches: dict[str, Any] = {
        "as shipped": nullcontext,
        "clients": lambda: mock.patch.object(connections, "AthenaConnection", athena.Connection),
        "all": athena.applied,
    }
    project = f"{folder}/project"
    options = ["--project-dir", project, "--profiles-dir", project, "--log-path", f"{folder}/logs", "--quiet"]
    with patches[variant]():
        assert dbtRunner().invoke(["parse", *options]).success
        began, cpu = time.perf_counter(), time.process_time()
        built = dbtRunner().invoke(["build", *options])
        if not built.success:
            raise SystemExit(f"The build failed: {built.exception or [result.message for result in built.result]}")
        print(json.dumps({"wall": time.perf_counter() - began, "cpu": time.process_time() - cpu}))


if __name__ == "__main__":
    _child(*sys.argv[2:]) if sys.argv[1:2] == ["--child"] else main()
