"""Settings of the checkout and an environment for Dagster's processes (``lakeloop_dagster.given``), as one JSON file."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from lakeloop_project.sources import CHANGES_SCHEMA, OFFLINE_RAW_SCHEMA, SourceTable, raw_of, source_tables

from lakeloop import files
from lakeloop.aws.place import Place
from lakeloop.aws.runs import schedule
from lakeloop.aws.terraform.outputs import Outputs
from lakeloop.ingest import pipelines, settings_of
from lakeloop.workspace import Workspace


@dataclass(frozen=True)
class There:
    """An environment that runs go to."""

    place: Place
    lake: Outputs
    on: str


@dataclass(frozen=True)
class _Given:
    root: str
    manifest: str
    raw: str
    folders: dict[str, str]
    first_day: str
    changelogs: list[str]
    pipelines: dict[str, dict[str, str]]
    environment: str = ""
    on: str = ""
    artifacts_bucket: str = ""
    schedule_group: str = ""
    schedules: list[dict[str, Any]] = field(default_factory=list)
    rules: dict[str, str] = field(default_factory=dict)


def write(workspace: Workspace, manifest: Path, there: There | None, names: Mapping[str, str]) -> Path:
    """Write the file; its path.

    Args:
        manifest: dbt's, of the target that runs go to.
        there: the environment; None where they go to DuckDB.
        names: the variables that the project was parsed with.

    Raises:
        UserError: a source is declared badly.
    """
    content = json.loads(manifest.read_text("utf-8"))
    tables = source_tables(content, names.get("DBT_RAW_SCHEMA", OFFLINE_RAW_SCHEMA))
    raw = raw_of(tables)
    common: dict[str, Any] = {
        "root": str(workspace.root),
        "manifest": str(manifest),
        "folders": {table.full_name: table.folder for table in raw},
        "changelogs": [table.full_name for table in tables if table.schema == names.get(CHANGES_SCHEMA, "changes")],
        "pipelines": {name: _folders(workspace, name) for name in pipelines(workspace)},
    }
    if there is None:
        given = _Given(**common, raw=str(workspace.raw), first_day=_first(_on_disk(workspace.raw, raw)))
    else:
        prefix = f"{workspace.settings.name}-{there.place.environment}-dbt"
        given = _Given(
            **common,
            raw=there.lake.raw_bucket,
            first_day=_first(_in_bucket(there.place.client("s3"), there.lake.raw_bucket, raw)),
            environment=there.place.environment,
            on=there.on,
            artifacts_bucket=there.lake.artifacts_bucket,
            schedule_group=there.lake.schedule_group,
            schedules=_schedules(there),
            # As terraform/modules/arrivals and alerts name them.
            rules={"arrivals": f"{prefix}-arrived", "alerts": f"{prefix}-alerts"},
        )
    file = manifest.parent.parent / "given.json"
    files.write(file, json.dumps(asdict(given), indent=1))
    return file


def _folders(workspace: Workspace, name: str) -> dict[str, str]:
    """By table of a pipeline: the folder of the raw zone that it fills; none if its file is no good, which `just ingest` tells."""
    try:
        tables = tomllib.loads(settings_of(workspace, name).read_text("utf-8")).get("tables", {})
        return {table: str(settings.get("folder", table)) for table, settings in tables.items()}
    except (OSError, ValueError, AttributeError):
        return {}


def _schedules(there: There) -> list[dict[str, Any]]:
    if not there.lake.schedule_group:
        return []
    return [
        {
            "name": one["Name"],
            "expression": one["ScheduleExpression"],
            "timezone": one["ScheduleExpressionTimezone"],
            "input": json.loads(one["Target"].get("Input") or "{}"),
        }
        for one in schedule.listed(there.place.client("scheduler"), there.lake.schedule_group)
    ]


def _on_disk(raw: Path, tables: list[SourceTable]) -> list[str]:
    folders = [raw / table.folder for table in tables if table.partition_keys]
    return [one.name for folder in folders if folder.is_dir() for one in folder.iterdir()]


def _in_bucket(s3: Any, bucket: str, tables: list[SourceTable]) -> list[str]:
    found = []
    for table in tables:
        pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=f"{table.folder}/", Delimiter="/")
        found += [one["Prefix"].split("/")[-2] for page in pages for one in page.get("CommonPrefixes", ())]
    return found


def _first(folders: list[str]) -> str:
    """The earliest day that a folder is of (``dt=2026-01-31``); empty if none is of a day."""
    days = []
    for folder in folders:
        try:
            days.append(date.fromisoformat(folder.partition("=")[2]))
        except ValueError:
            continue
    return min(days).isoformat() if days else ""
