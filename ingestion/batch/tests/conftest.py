"""Pipelines of the tests' own: files in a folder, rows from a list, the raw zone in a folder or in moto's S3."""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import duckdb
import pytest
from lakeloop_ingest import loading, settings
from lakeloop_ingest import run as running
from lakeloop_ingest.store import Folder
from moto import mock_aws

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
# No test reaches AWS, whatever the shell holds.
for name in [name for name in os.environ if name.startswith("AWS_")]:
    del os.environ[name]


@pytest.fixture(scope="session", autouse=True)
def quiet(tmp_path_factory: pytest.TempPathFactory) -> None:
    loading.set_up(tmp_path_factory.mktemp("dlt"))


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """DynamoDB, S3 and SSM of this process."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    with mock_aws():
        boto3.client("s3").create_bucket(Bucket="raw", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
        yield


@pytest.fixture
def pipeline(tmp_path: Path) -> Callable[..., settings.Pipeline]:
    """A pipeline of the text of its file."""

    def read(text: str, name: str = "shop") -> settings.Pipeline:
        (tmp_path / "ingest").mkdir(exist_ok=True)
        (tmp_path / "ingest" / f"{name}.toml").write_text(text)
        return settings.read(tmp_path, name)

    return read


class Listed:
    """A source whose rows are in lists, by table, in pages of two."""

    def __init__(self, rows: Mapping[str, list[dict[str, Any]]]) -> None:
        self.rows = rows
        self.asked: list[Any] = []

    def types(self, table: settings.Table) -> dict[str, Any]:
        return {}

    def pages(self, table: settings.Table, start: Any) -> Iterator[list[dict[str, Any]]]:
        self.asked.append(start)
        rows = self.rows[table.name]
        for at in range(0, len(rows), 2):
            yield [dict(row) for row in rows[at : at + 2]]


@pytest.fixture
def source(monkeypatch: pytest.MonkeyPatch) -> Listed:
    listed = Listed({})
    monkeypatch.setattr(running, "source_of", lambda pipeline, settings: listed)
    return listed


@pytest.fixture
def raw(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "raw")


def rows_of(raw: Path, table: str) -> list[dict[str, Any]]:
    """The rows that a raw table of Athena or DuckDB would have."""
    if not list((raw / table).rglob("*.parquet")):
        return []
    with duckdb.connect() as connection:
        query = f"select * from read_parquet('{raw}/{table}/dt=*/[!._]*.parquet', union_by_name = true)"
        found = connection.execute(query)
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def state(raw: Path, name: str = "shop") -> dict[str, Any]:
    """The last commit."""
    return json.loads(sorted((raw / "_ingest" / name / "commits").iterdir())[-1].read_text())
