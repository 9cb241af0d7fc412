"""Runs the dbt project on DuckDB, in a process of its own, and reads what it made."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, ClassVar

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

    # What dbt saved of its last parse. It parses anew when the profile changes: hence a database that is named without its folder.
    _parsed: ClassVar[bytes] = b""

    def __init__(self, folder: Path, raw: Path | None = None) -> None:
        self.raw = raw or folder / "raw"
        self.database = folder / "lakeloop.duckdb"
        self.target_path = folder / "target"
        self._folder = folder
        self.raw.mkdir(parents=True, exist_ok=True)
        self.target_path.mkdir()
        if self._parsed:
            self._partial_parse.write_bytes(self._parsed)

    def dbt(self, *args: str, fails: bool = False, **environment: str) -> str:
        """Runs `dbt <args>` and returns what it printed; fails the test if the exit code is not as expected."""
        paths = {
            "DBT_PROJECT_DIR": PROJECT,
            "DBT_PROFILES_DIR": PROJECT,
            "DBT_TARGET_PATH": self.target_path,
            "DBT_LOG_PATH": self._folder / "logs",
            "RAW_PATH": self.raw,
            "LAKELOOP_DATABASE": self.database.name,
        }
        # AWS settings of whoever runs the tests must neither help nor harm.
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "DBT_"))}
        env = {**inherited, **{name: str(path) for name, path in paths.items()}, **environment}
        command = [sys.executable, "-m", "dbt.cli.main", "--no-use-colors", *args]
        done = subprocess.run(command, env=env, cwd=self._folder, capture_output=True, text=True, check=False)
        assert (done.returncode != 0) == fails, done.stdout + done.stderr
        if "--target" not in args:
            Project._parsed = self._partial_parse.read_bytes()
        return done.stdout

    @property
    def _partial_parse(self) -> Path:
        return self.target_path / "partial_parse.msgpack"

    def rows(self, relation: str) -> list[tuple[Any, ...]]:
        """All rows of a table or view, in order."""
        return self.query(f"select * from {relation} order by all")

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(self.database, read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def manifest(self) -> dict[str, Any]:
        manifest: dict[str, Any] = json.loads((self.target_path / "manifest.json").read_text("utf-8"))
        return manifest
