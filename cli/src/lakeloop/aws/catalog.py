"""Glue databases beside the two that every environment has."""

from __future__ import annotations

from lakeloop.workspace import Workspace


def databases(workspace: Workspace, environment: str) -> tuple[list[str], list[str]]:
    """Names of the further databases that dbt builds in there, and of those of others that it reads sources from.

    The former begin with ``DATABASE_``, as Terraform demands of everything that an environment writes.
    """
    return [], []
