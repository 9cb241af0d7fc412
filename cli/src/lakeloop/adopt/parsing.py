"""The project that is laid out aside, parsed for every environment."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from lakeloop_project import environments
from lakeloop_project.settings import FILE as SETTINGS

from lakeloop.adopt import child, names
from lakeloop.errors import UserError
from lakeloop.plural import counted
from lakeloop.workspace import Workspace


@dataclass
class Parsed:
    """The manifest of the first environment, the number of deprecations, and databases of all that are not named after them."""

    manifest: dict[str, Any] = field(default_factory=dict)
    deprecations: int = 0
    databases: list[str] = field(default_factory=list)

    def notes(self) -> list[str]:
        """Lines for a person."""
        told = []
        if self.databases:
            told.append(
                f"Databases without the environment's name: {', '.join(self.databases)}. Terraform makes them ([dbt] databases in "
                f"{SETTINGS}); two environments of one account would share them."
            )
        if self.deprecations:
            told.append(
                f"dbt tells {counted(self.deprecations, 'deprecation')}; nothing changes yet (`just dbt parse` lists them)."
            )
        nodes = self.manifest.get("nodes", {}).values()
        if python := sorted(str(node["name"]) for node in nodes if node.get("language") == "python"):
            told.append(f"Python models need Athena's Spark, which is on AWS alone: {', '.join(python)}.")
        return told


def parse(aside: Workspace) -> Parsed:
    """The project as all environments have it.

    Raises:
        UserError: it does not parse for one; dbt's own message.
    """
    parsed = Parsed()
    foreign: set[str] = set()
    for environment in environments(aside.root):
        found = names.of_environment(aside, environment)
        words = ["parse", "--no-partial-parse", "--show-all-deprecations", "--target", found["DBT_TARGET"]]
        done = child.run(aside, f"parse-{environment}", words, found)
        if done.code:
            raise UserError(f"The project does not parse for {environment}; nothing was changed.\n{done.said}")
        manifest = done.manifest
        foreign |= names.foreign(manifest, found["GLUE_DATABASE_NAME"])
        if not parsed.manifest:
            parsed.manifest, parsed.deprecations = manifest, done.deprecations
    parsed.databases = sorted(foreign)
    return parsed
