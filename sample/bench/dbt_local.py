"""``just bench-dbt``: ``just dbt-local`` on an empty database against the same compiled SQL in bare DuckDB.

Each round runs both, one after the other, so that a slow moment of the machine hits both; the table shows medians and the
ratio. ``just bench-dbt orders=10000,100000 rounds=3`` chooses.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb
from lakeloop.arguments import take
from lakeloop.workspace import Workspace
from measure import Measured, measure, medians
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).parents[2]


def main() -> None:
    given, _ = take(sys.argv[1:], {"orders", "rounds"})
    sizes = [int(size) for size in given.get("orders", "10000,100000,1000000").split(",")]
    rounds = int(given.get("rounds", "3"))
    console = Console()
    table = Table(
        "orders", "dbt-local s", "bare DuckDB s", "ratio", "dbt-local MB", "bare DuckDB MB", title="dbt-local"
    )
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder, console.status(f"{size:,} orders"):
            dbt, bare = _compare(Path(folder), size, rounds)
        table.add_row(
            f"{size:,}",
            f"{dbt.seconds:.1f}",
            f"{bare.seconds:.1f}",
            f"{dbt.seconds / bare.seconds:.1f}",
            f"{dbt.megabytes:.0f}",
            f"{bare.megabytes:.0f}",
        )
    console.print(table)


def _compare(folder: Path, orders: int, rounds: int) -> tuple[Measured, Measured]:
    home = Workspace(folder)
    shutil.copytree(ROOT / "dbt", home.dbt_project, ignore=shutil.ignore_patterns("target", "logs"))
    shutil.copytree(ROOT / "terraform" / "envs", home.terraform / "envs")
    shutil.copy(ROOT / "lakeloop.toml", folder)
    subprocess.run(["just", "data", f"orders={orders}", f"raw={home.raw}"], cwd=ROOT, check=True, capture_output=True)
    environment = {"LAKELOOP_HOME": str(folder)}
    dbt_local = [sys.executable, "-m", "lakeloop", "dbt-local"]
    # The first run parses the project; people build fifty times on one parse.
    measure(dbt_local, environment=environment, log=folder / "log")
    statements = folder / "statements.json"
    statements.write_text(json.dumps(_statements(home)))
    runs: list[tuple[Measured, Measured]] = []
    for _ in range(rounds):
        home.database.unlink()
        dbt = measure(dbt_local, environment=environment, log=folder / "log")
        bare_database = folder / "lakeloop.duckdb"
        bare_database.unlink(missing_ok=True)
        bare = [sys.executable, str(Path(__file__).with_name("bare.py")), str(statements), str(bare_database)]
        runs.append((dbt, measure(bare, environment={}, log=folder / "log")))
    return medians([dbt for dbt, _ in runs]), medians([bare for _, bare in runs])


def _statements(home: Workspace) -> list[str]:
    """Statements of dbt's last build, in its order; a test is its compiled query."""
    nodes = json.loads((home.target / "manifest.json").read_text("utf-8"))["nodes"]
    results = json.loads((home.target / "run_results.json").read_text("utf-8"))["results"]
    with duckdb.connect(str(home.database), read_only=True) as connection:
        raw = connection.execute("select schema_name, sql from duckdb_views() where schema_name = 'raw'").fetchall()
    schemas = {node["schema"] for node in nodes.values()} | {"raw"}
    statements = [f'create schema if not exists "{schema}"' for schema in sorted(schemas)]
    statements += [sql for _, sql in raw]
    for result in results:
        node = nodes.get(result["unique_id"])
        if not node or not node.get("compiled_code"):
            continue
        if node["resource_type"] == "snapshot":
            rows = f"select *, cast(null as timestamp) as dbt_valid_to from ({node['compiled_code']})"
            statements.append(f"create table {node['relation_name']} as {rows}")
        elif node["resource_type"] == "model":
            kind = "view" if node["config"]["materialized"] == "view" else "table"
            statements.append(f"create {kind} {node['relation_name']} as {node['compiled_code']}")
        elif node["resource_type"] == "test":
            statements.append(f"select count(*) from ({node['compiled_code']})")
    return statements


if __name__ == "__main__":
    main()
