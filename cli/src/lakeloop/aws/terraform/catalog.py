"""Glue databases beside the two that every environment has, as dbt's project names them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from lakeloop_project.sources import CHANGES_SCHEMA, RAW_SCHEMA, Kind

from lakeloop.errors import UserError
from lakeloop.parsed import Parsed, parse
from lakeloop.workspace import Workspace

_CATALOG = "awsdatacatalog"
_BUILT = ("model", "seed", "snapshot")


def databases(workspace: Workspace, environment: str) -> tuple[list[str], list[str]]:
    """Names of the further databases that dbt builds in there, and of those of others that it reads sources from.

    The former begin with ``DATABASE_``, or stand in ``databases`` of ``[dbt]``: a name that two environments of an account would
    share is none that a macro chooses unnoticed.

    Raises:
        UserError: the project does not parse, or would build in a database of another name.
    """
    settings = workspace.settings
    database = _database(workspace, environment)
    raw_database = _raw(database)
    parsed = parsed_for(workspace, environment)
    built = dict(_built(parsed))
    own = sorted(built.keys() - {database, raw_database})
    strangers = [name for name in foreign(own, database) if name not in settings.dbt.databases]
    if strangers:
        raise UserError(
            f"{built[strangers[0]]} would be built in the database {strangers[0]}, and all that {environment} writes is "
            f"in databases that begin with {database}_. dbt's own generate_schema_name names them so; a macro of the project's "
            f"of that name does not. If that is meant, lakeloop.toml says so: [dbt] databases = {json.dumps(strangers)}."
        )
    return own, sorted(_read(parsed) - {database, raw_database, *own})


def parsed_for(workspace: Workspace, environment: str) -> Parsed:
    """The project as *environment* has it, before anything of it is there. Raises ``UserError`` if it does not parse."""
    database = _database(workspace, environment)
    names = {
        "GLUE_DATABASE_NAME": database,
        CHANGES_SCHEMA: f"{database}_changes",
        RAW_SCHEMA: _raw(database),
        # Whatever they are called, no database is.
        **{f"{what}_NAME": "unset" for what in ("PROCESSED_BUCKET", "RAW_BUCKET")},
    }
    return parse(workspace, workspace.settings.dbt.target(environment), names)


def _database(workspace: Workspace, environment: str) -> str:
    return f"{workspace.settings.database_prefix}_{environment}"


def _raw(database: str) -> str:
    return f"{database}_raw"


def foreign(names: Iterable[str], database: str) -> list[str]:
    """Those of *names* that do not begin as all that the environment of *database* has."""
    return [name for name in names if not f"{name}_".startswith(f"{database}_")]


def _built(parsed: Parsed) -> Iterator[tuple[str, str]]:
    """Each database that something is made in, in lower case as Glue has it, with the name of what is made there."""
    for node in parsed.manifest["nodes"].values():
        kept = node["resource_type"] in _BUILT and node["config"]["materialized"] != "ephemeral"
        stored = node["resource_type"] == "test" and node["config"]["store_failures"]
        if (kept or stored) and (node["database"] or _CATALOG).lower() == _CATALOG:
            yield node["schema"].lower(), f"{node['resource_type']} {node['name']}"
    for table in parsed.raw_tables:
        yield table.schema.lower(), f"the raw table {table.full_name}"


def _read(parsed: Parsed) -> set[str]:
    """The databases of Glue that models read sources from."""
    used = {parent for node in parsed.manifest["nodes"].values() for parent in node["depends_on"]}
    return {
        table.schema.lower()
        for table in parsed.sources
        if table.kind is Kind.GLUE and table.unique_id in used and (table.database or _CATALOG).lower() == _CATALOG
    }
