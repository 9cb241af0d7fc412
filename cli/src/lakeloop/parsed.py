"""The project as dbt parses it for a target, remembered for as long as nothing that the parse read has changed."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from functools import cached_property
from importlib.metadata import version
from typing import Any

from lakeloop_project import DbtProject
from lakeloop_project.sources import OFFLINE_RAW_SCHEMA, RAW_SCHEMA, SourceTable, raw_of, source_tables

from lakeloop import files
from lakeloop.dbt_command import variables as dbt_variables
from lakeloop.errors import UserError
from lakeloop.warm import programs
from lakeloop.workspace import Workspace

_MEMBERS = 2
"""Counts on whenever more of a node is kept (``lakeloop.child.parsing``), so that excerpts without it are made anew."""


class Parsed:
    """A project's manifest, as far as it is read here, for one target.

    ``manifest`` has ``sources`` as in ``manifest.json``, and ``nodes`` with what ``lakeloop.child.parsing`` keeps of them.
    """

    def __init__(self, manifest: dict[str, Any], raw_schema: str) -> None:
        self.manifest = manifest
        self._raw_schema = raw_schema

    @cached_property
    def sources(self) -> list[SourceTable]:
        """All source tables. Raises ``UserError`` for a bad declaration."""
        return source_tables(self.manifest, self._raw_schema)

    @property
    def raw_tables(self) -> list[SourceTable]:
        """The source tables whose files are in the raw zone. Raises ``UserError`` for a bad declaration."""
        return raw_of(self.sources)


def parse(workspace: Workspace, target: str, variables: Mapping[str, str]) -> Parsed:
    """The project for *target*, with the names of an environment's resources in *variables*.

    Raises:
        UserError: dbt cannot parse it; the message with the reason is on stderr by then.
    """
    environment = {**dbt_variables(workspace), **variables, "DBT_TARGET": target}
    folder = workspace.parsed / target
    environment["DBT_TARGET_PATH"] = str(folder / "target")
    raw_schema = environment.get(RAW_SCHEMA, OFFLINE_RAW_SCHEMA)
    digest = _digest(workspace)
    remembered = folder / "manifest.json"
    try:
        known = json.loads(remembered.read_text("utf-8"))
        if known["digest"] == digest and all(environment.get(name) == v for name, v in known["variables"].items()):
            return Parsed(known["manifest"], raw_schema)
    except (FileNotFoundError, ValueError, KeyError):
        pass
    files.require_room(folder)
    fresh = folder / f"{os.getpid()}.json"
    try:
        if programs.run("lakeloop.child.manifest", [str(fresh)], environment):
            raise UserError(f"Nothing was done: the project has to be parsed for {target} first.")
        content = {"digest": digest, **json.loads(fresh.read_text("utf-8"))}
        fresh.write_text(json.dumps(content), "utf-8")
        fresh.replace(remembered)
    finally:
        fresh.unlink(missing_ok=True)
    return Parsed(content["manifest"], raw_schema)


def _digest(workspace: Workspace) -> str:
    """A hash of all files that dbt reads, and of what reads them."""
    found = hashlib.sha256(f"{version('dbt-core')} {version('lakeloop-cli')} {_MEMBERS}".encode())
    profile = workspace.profiles / "profiles.yml"
    for file in [*DbtProject.read(workspace.dbt_project).files(), profile]:
        content = file.read_bytes()
        found.update(f"{file.relative_to(workspace.root)}\0{len(content)}\0".encode())
        found.update(content)
    return found.hexdigest()
