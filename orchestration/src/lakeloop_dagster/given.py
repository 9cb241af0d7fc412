"""Settings that ``just dagster`` writes for Dagster's processes: the checkout, the environment, and names of its resources."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

VARIABLE = "LAKELOOP_DAGSTER"
"""The environment variable with the path of the file."""


@dataclass(frozen=True)
class Given:
    """``.lakeloop/dagster/given.json``, written by ``lakeloop.dagster_given``.

    ``environment`` is empty where runs go to DuckDB. ``raw`` is the raw bucket, or the folder of raw files. ``folders`` are the
    raw tables' by source (``shop.orders``), ``first_day`` the earliest that one of them is of (ISO 8601; empty: none is by day);
    ``pipelines`` the folders that each pipeline of ingestion fills, by table. ``schedules`` are EventBridge Scheduler's, each with
    ``name``, ``expression``, ``timezone`` and ``input``; ``rules`` names EventBridge's rules of the environment by purpose
    (``arrivals``, ``alerts``).
    """

    root: str
    manifest: str
    raw: str
    folders: Mapping[str, str] = field(default_factory=dict)
    first_day: str = ""
    changelogs: tuple[str, ...] = ()
    pipelines: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    environment: str = ""
    on: str = ""
    artifacts_bucket: str = ""
    schedule_group: str = ""
    schedules: tuple[Mapping[str, Any], ...] = ()
    rules: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, file: Path) -> Given:
        """The settings in *file*."""
        content = json.loads(file.read_text("utf-8"))
        lists = {name: tuple(content[name]) for name in ("changelogs", "schedules") if name in content}
        return cls(**{**content, **lists})
