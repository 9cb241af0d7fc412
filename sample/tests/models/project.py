"""The sample's dbt project in a checkout of its own: built on DuckDB as a user would, and what it made."""

import json
import shutil
from pathlib import Path
from typing import Any

import duckdb
from lakeloop.workspace import Workspace

from tests.offline_home import REPO, lakeloop

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
UNTESTED = ["--exclude-resource-type", "test", "--exclude-resource-type", "unit_test"]
"""Words for a build that is compared, row by row, with one whose tests ran."""


class Project:
    """The project with a raw zone and a database under *folder*."""

    def __init__(self, folder: Path) -> None:
        self.home = Workspace(folder)
        shutil.copytree(REPO.dbt_project, folder / "dbt", ignore=shutil.ignore_patterns("target", "logs"))
        shutil.copytree(REPO.terraform / "envs", folder / "terraform" / "envs")
        shutil.copy(REPO.root / "lakeloop.toml", folder)
        self.raw.mkdir(parents=True)

    @property
    def raw(self) -> Path:
        return self.home.raw

    def builds(self, *options: str) -> str:
        """`just dbt-local build OPTIONS`; what it printed."""
        return self.runs("dbt-local", "build", *options)

    def runs(self, *words: str) -> str:
        """`just WORDS`; what it printed."""
        done = lakeloop(self.home, *words)
        assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
        return done.stdout

    def rows(self, relation: str) -> list[tuple[Any, ...]]:
        """All rows of a table or view, in order."""
        with duckdb.connect(self.home.database, read_only=True) as connection:
            return connection.execute(f"select * from {relation} order by all").fetchall()

    def manifest(self, target: str) -> dict[str, Any]:
        """dbt's own, of the last command for *target* that wrote it."""
        manifest: dict[str, Any] = json.loads((self.home.target_of(target) / "manifest.json").read_text("utf-8"))
        return manifest
