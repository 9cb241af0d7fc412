"""A project on changelogs in both of its places: on DuckDB over local files, and in the function on local Athena."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import boto3
import duckdb
import pyarrow as pa
from lakeloop.workspace import Workspace

from tests.changelog.shop import Row
from tests.offline_home import REPO, lakeloop
from tests.rounds.conftest import BUCKETS, Function

_PYTHON = REPO.root / "emulator" / ".venv" / "bin" / "python"
_PROFILE = Path(__file__).with_name("profiles.yml")
_WRITER = Path(__file__).with_name("write_iceberg.py")


def with_package(project: Path) -> Path:
    """*project*, with the package installed as `just deps` does; *project*."""
    shutil.copytree(REPO.root / "changelog", project / "dbt_packages" / "changelog")
    return project


class Offline:
    """A checkout that has *project* and Parquet files of the changelogs."""

    def __init__(self, home: Workspace) -> None:
        self.home = home
        self._files = 0

    def append(self, source: str, table: str, columns: dict[str, str], records: list[Row]) -> None:
        """A file more of a changelog."""
        folder = self.home.local_sources / source / table
        folder.mkdir(parents=True, exist_ok=True)
        self._files += 1
        with duckdb.connect() as connection:
            connection.register("rows", pa.table({name: [record[name] for record in records] for name in columns}))
            cast = ", ".join(f'cast("{name}" as {kind}) as "{name}"' for name, kind in columns.items())
            connection.execute(
                f"copy (select {cast} from rows) to '{folder}/part-{self._files:03}.parquet' (format parquet)"
            )

    def build(self, *words: str) -> str:
        """`just dbt-local build WORDS`; all that it printed."""
        done = lakeloop(self.home, "dbt-local", "build", *words)
        assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-4000:]
        return done.stdout

    def rows(self, sql: str) -> list[tuple[str | None, ...]]:
        """Rows as texts, as Athena gives them."""
        with duckdb.connect(str(self.home.database), read_only=True) as connection:
            found = connection.execute(f"select columns(*)::varchar from ({sql})").fetchall()
        return [tuple(row) for row in found]


class OnAthena:
    """The function of an environment, and Iceberg tables of the changelogs beside it."""

    def __init__(self, environment: str, task_root: Path, profile: str) -> None:
        text = _PROFILE.read_text("utf-8")
        (task_root / "dbt" / "profiles.yml").write_text(text.replace("items:", f"{profile}:", 1), "utf-8")
        self.function = Function(environment, task_root)
        self.changes = f"{self.function.database}_changes"
        self.function.variables["DBT_CHANGES_SCHEMA"] = self.changes
        glue = boto3.client("glue")
        for name in (self.function.database, self.changes):
            glue.create_database(DatabaseInput={"Name": name})

    def append(self, table: str, columns: dict[str, str], records: list[Row]) -> None:
        """A commit more of a changelog."""
        location = f"s3://{BUCKETS['RAW_BUCKET_NAME']}/changes/{self.function.environment}/{table}"
        subprocess.run(
            [str(_PYTHON), str(_WRITER), self.changes, table, location],
            input=json.dumps({"columns": columns, "records": records}, default=str),
            env={**os.environ, "AWS_DEFAULT_REGION": os.environ["AWS_REGION"]},
            text=True,
            check=True,
        )

    def build(self, *words: str, **event: Any) -> None:
        """`dbt build WORDS` in the function, once more or in a run of the name ``run_id``."""
        answer = self.function.invoke(command=["build", *words], **event)
        assert answer["status"] == "success", answer
