"""Runs the dbt project on DuckDB, in a process of its own, and reads what it made."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb

ROOT = Path(__file__).parents[2]
PROJECT = ROOT / "dbt"
MARTS = [
    "customer_lifetime_value",
    "daily_sales",
    "dim_customers",
    "dim_dates",
    "dim_products",
    "dim_stores",
    "fct_order_items",
    "fct_orders",
    "fct_payments",
]


class Project:
    """The project with a raw zone, a database and a target folder under `folder`."""

    def __init__(self, folder: Path, raw: Path | None = None) -> None:
        self.raw = raw or folder / "raw"
        self.database = folder / "lakeloop.duckdb"
        self.target_path = folder / "target"
        self._log_path = folder / "logs"
        self.raw.mkdir(parents=True, exist_ok=True)

    def dbt(self, *args: str, fails: bool = False, **environment: str) -> str:
        """Runs `dbt <args>` and returns what it printed; fails the test if the exit code is not as expected."""
        paths = {
            "DBT_PROJECT_DIR": PROJECT,
            "DBT_PROFILES_DIR": PROJECT,
            "DBT_TARGET_PATH": self.target_path,
            "DBT_LOG_PATH": self._log_path,
            "RAW_PATH": self.raw,
            "LAKELOOP_DATABASE": self.database,
        }
        # AWS settings of whoever runs the tests must neither help nor harm.
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "DBT_"))}
        env = {**inherited, **{name: str(path) for name, path in paths.items()}, **environment}
        command = [sys.executable, "-m", "dbt.cli.main", "--no-use-colors", *args]
        done = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, check=False)
        assert (done.returncode != 0) == fails, done.stdout + done.stderr
        return done.stdout

    def rows(self, relation: str) -> list[tuple[Any, ...]]:
        """All rows of a table or view, in order."""
        return self.query(f"select * from {relation} order by all")

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(self.database, read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def manifest(self) -> dict[str, Any]:
        manifest: dict[str, Any] = json.loads((self.target_path / "manifest.json").read_text("utf-8"))
        return manifest
