"""Definitions that Dagster loads; the place comes from the variables that `just dagster` sets, here and nowhere else."""

from __future__ import annotations

import json
import os
from pathlib import Path

import dagster as dg

from lakeloop_dagster.assets import definitions
from lakeloop_dagster.manifest import Project
from lakeloop_dagster.places import Environment, Local, Place

ROOT = "LAKELOOP_ROOT"
MANIFEST = "LAKELOOP_MANIFEST"
ENVIRONMENT = "LAKELOOP_ENVIRONMENT"
ARTIFACTS_BUCKET = "LAKELOOP_ARTIFACTS_BUCKET"
ON = "LAKELOOP_ON"


def _place(root: Path) -> Place:
    name = os.environ.get(ENVIRONMENT, "")
    return Environment(root, name, os.environ[ARTIFACTS_BUCKET], os.environ.get(ON, "")) if name else Local(root)


@dg.definitions
def defs() -> dg.Definitions:
    """Made when Dagster asks for them, so that an import alone wants no variable."""
    manifest = json.loads(Path(os.environ[MANIFEST]).read_text("utf-8"))
    return definitions(Project(manifest), _place(Path(os.environ[ROOT])))
