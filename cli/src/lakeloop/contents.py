"""Contents of a dbt project, as far as they decide what can be done with it: nothing is built of one that is empty."""

from __future__ import annotations

import json
from dataclasses import dataclass

from lakeloop_project.sources import OFFLINE_RAW_SCHEMA, Kind

from lakeloop.parsed import Parsed
from lakeloop.sources import known
from lakeloop.workspace import Workspace

_BUILT = ("model", "seed", "snapshot")
NOTHING_BUILT = "the project has no models, seeds or snapshots yet"


@dataclass(frozen=True)
class Contents:
    """Contents of a project: whether it builds anything, whether it loads anything, and what is lacking for either."""

    builds: bool
    loads: bool
    lacking: str

    @classmethod
    def of(cls, workspace: Workspace, environment: str) -> Contents:
        """Read the manifest that the last parse for *environment* has left, and look for raw files."""
        folder = workspace.target_of(workspace.settings.dbt.target(environment))
        manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
        return cls.parsed(workspace, Parsed(manifest, OFFLINE_RAW_SCHEMA))

    @classmethod
    def parsed(cls, workspace: Workspace, parsed: Parsed) -> Contents:
        """Look for the raw files of a project that has been parsed."""
        raw = parsed.raw_tables
        files = any(entry.is_file() for table in raw for entry in (workspace.raw / table.folder).rglob("[!._]*"))
        lacking = ""
        if raw and not files:
            lacking = f"there are no raw files in {workspace.raw}; a few small ones that git keeps will do"
        builds = any(node["resource_type"] in _BUILT for node in parsed.manifest["nodes"].values())
        stand_ins = (workspace.dbt_project / known.FILE).exists() or workspace.local_sources.is_dir()
        stand_ins = stand_ins or any(known.with_columns(one, {}) for one in parsed.sources if one.kind is Kind.GLUE)
        return cls(builds, bool(raw) or (stand_ins and bool(parsed.sources)), lacking)
