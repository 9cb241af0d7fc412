"""The project's name and region, where nobody says them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from lakeloop_project import DbtProject, UserError
from lakeloop_project.settings import require_name
from lakeloop_project.sources import CHANGES_SCHEMA, RAW_SCHEMA

from lakeloop.adopt.theirs import Theirs
from lakeloop.aws.terraform import catalog
from lakeloop.workspace import Workspace

# As cloned.
_OURS = "lakeloop"


def choose(workspace: Workspace, project: DbtProject, theirs: Theirs, given: Mapping[str, str]) -> tuple[str, str]:
    """The name and the region: those that are *given*, else those of a checkout that has its own, else the project's.

    Raises:
        UserError: the dbt project's name is none for AWS, and no other is given.
    """
    settings = workspace.settings
    name = given.get("name", settings.name)
    if "name" not in given and name == _OURS:
        name = re.sub(r"[^a-z0-9]+", "-", project.name.lower()).strip("-")[:20].strip("-")
        try:
            require_name(name, "name")
        except UserError as error:
            raise UserError(f"{error} Say name=...") from None
    region = given.get("region") or (theirs.region if settings.name == _OURS else "") or settings.region
    return name, region


def of_environment(workspace: Workspace, environment: str) -> dict[str, str]:
    """The variables that decide what dbt calls its databases in an environment, before anything of it is there."""
    settings = workspace.settings
    database = f"{settings.database_prefix}_{environment}"
    return {
        "DBT_TARGET": settings.dbt.target(environment),
        "ENVIRONMENT": environment,
        "GLUE_DATABASE_NAME": database,
        CHANGES_SCHEMA: f"{database}_changes",
        RAW_SCHEMA: f"{database}_raw",
    }


def foreign(manifest: Mapping[str, Any], database: str) -> set[str]:
    """Databases that *manifest* builds in and that are not called after the environment, whose own is *database*."""
    built = {
        str(node["schema"]).lower()
        for node in manifest.get("nodes", {}).values()
        if node.get("resource_type") in ("model", "seed", "snapshot")
        and node.get("config", {}).get("materialized") != "ephemeral"
        and str(node.get("database") or "awsdatacatalog").lower() == "awsdatacatalog"
    }
    return set(catalog.foreign(built, database))
