"""Terraform's variables that commands say, beside the environment's ``.tfvars``."""

from __future__ import annotations

import json

from lakeloop_project.settings import FILE

from lakeloop.aws import tfvars
from lakeloop.aws.place import Place
from lakeloop.aws.terraform import catalog
from lakeloop.errors import UserError
from lakeloop.workspace import Workspace


def options(workspace: Workspace, place: Place, **more: str) -> list[str]:
    """Terraform's options: the environment's ``.tfvars``, and what the checkout, the place and *more* decide, which beats them.

    Raises:
        UserError: the file says something else of what is not its own to say.
    """
    env = place.environment
    own, sources = catalog.databases(workspace, env)
    given = {
        "project": workspace.settings.name,
        "environment": env,
        "region": place.region,
        "databases": json.dumps(own),
        "source_databases": json.dumps(sources),
        "dbt_environment": json.dumps(dict(workspace.settings.dbt.env)),
        "dbt_target": workspace.settings.dbt.target(env),
        **place.terraform,
        **more,
    }
    _require_unsaid(workspace, env)
    return [f"-var-file=envs/{env}.tfvars", *(f"-var={name}={value}" for name, value in given.items())]


def _require_unsaid(workspace: Workspace, environment: str) -> None:
    """Raises ``UserError`` for a setting of the file that would be ignored."""
    elsewhere = {
        "project": (workspace.settings.name, f"`name` of {FILE}"),
        "environment": (environment, "the file's name"),
    }
    for name, (value, where) in elsewhere.items():
        said = tfvars.text(workspace, environment, name)
        if said not in ("", value):
            raise UserError(
                f"{tfvars.file(environment)} says {name} = {said!r}, but {where} says {value!r}. Take the line out."
            )
    for name in ("databases", "source_databases"):
        if tfvars.texts(workspace, environment, name):
            raise UserError(f"{tfvars.file(environment)} says {name}, which dbt's project says. Take it out.")
    for name in ("dbt_environment", "dbt_target"):
        if tfvars.says(workspace, environment, name):
            raise UserError(f"{tfvars.file(environment)} says {name}, which [dbt] of {FILE} says. Take it out.")
