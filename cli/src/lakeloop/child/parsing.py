"""A parse of the dbt project, by dbt, with its warnings on the terminal and its errors as one message."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dbt.cli.exceptions import ExceptionExit
from dbt.cli.main import cli
from dbt.constants import DEFAULT_ENV_PLACEHOLDER
from dbt.contracts.graph.manifest import Manifest

from lakeloop.errors import UserError
from lakeloop.plain import printable

_CHARACTERS = 4_000
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_CALL = re.compile(r"(?:ref|source)\(([^)]*)\)")
_WORD = re.compile(r"['\"]([^'\"]+)['\"]")
_OF_PROFILE = ("GLUE_DATABASE_NAME", "LAKELOOP_DATABASE")


@dataclass(frozen=True)
class Parsed:
    """A manifest, the environment variables that parsing read (None for those that were not set), and its warnings."""

    manifest: Manifest
    variables: dict[str, str | None]
    warnings: list[str]


def parse(options: Sequence[str], *, quiet: bool = False) -> Parsed:
    """Parse the project, target and folders that dbt's environment variables name.

    Args:
        options: of ``dbt parse``.

    Raises:
        UserError: dbt cannot parse the project.
    """

    warnings: list[str] = []

    def listen(event: Any) -> None:
        if event.info.level == "warn":
            warnings.append(_COLOUR.sub("", event.info.msg).strip())
            if not quiet:
                print(printable(warnings[-1]), file=sys.stderr)

    # dbt's own words on the terminal would end with a stack trace for what is not one of its own errors. Its run writes
    # the manifest's JSON at its end.
    context: Any = cli.make_context("dbt", ["parse", *options, "--log-level", "none", "--no-write-json"])
    context.obj = {"callbacks": [listen]}
    try:
        cli.invoke(context)  # as dbtRunner does, which keeps the configuration to itself
    except ExceptionExit as error:
        if isinstance(error.exception, KeyboardInterrupt):
            raise error.exception from None
        reason = str(error.exception).strip() or type(error.exception).__name__
        raise UserError(f"dbt cannot parse the project.\n{reason[:_CHARACTERS]}") from None
    config, manifest = context.obj["runtime_config"], context.obj["manifest"]
    # Of the profile, only the names of databases get into the manifest.
    profile = {name: value for name, value in config.profile_env_vars.items() if name in _OF_PROFILE}
    read = {**profile, **config.project_env_vars, **manifest.env_vars}
    values = {name: None if value == DEFAULT_ENV_PLACEHOLDER else str(value) for name, value in read.items()}
    return Parsed(manifest, values, warnings)


def reduced(manifest: Manifest) -> dict[str, Any]:
    """As much of ``manifest.json`` as ``source_tables`` reads."""
    sources = {unique_id: node.to_dict(omit_none=False) for unique_id, node in manifest.sources.items()}
    return {"sources": sources, "nodes": {unique_id: node_of(node) for unique_id, node in manifest.nodes.items()}}


def node_of(node: Any) -> dict[str, Any]:
    """The members of a model, seed, snapshot or test that are kept."""
    config = node.config
    return {
        "unique_id": node.unique_id,
        "resource_type": str(node.resource_type),
        "name": node.name,
        "alias": getattr(node, "alias", node.name),
        "database": node.database,
        "schema": node.schema,
        "depends_on": list(getattr(node.depends_on, "nodes", ())),
        "columns": _masked(node),
        "relationship": _relationship(node),
        "config": {
            "materialized": getattr(config, "materialized", None),
            "meta": {"parity": _parity(config)},
            "store_failures": bool(getattr(config, "store_failures", None)),
        },
    }


def _masked(node: Any) -> dict[str, Any]:
    """Columns with a mask, which `just replay` asks of what a model reads."""
    described = {name: column.to_dict() for name, column in (getattr(node, "columns", None) or {}).items()}
    return {
        name: {"meta": column.get("meta"), "config": {"meta": (column.get("config") or {}).get("meta")}}
        for name, column in described.items()
        if "mask" in (column.get("meta") or {}) or "mask" in ((column.get("config") or {}).get("meta") or {})
    }


def _relationship(node: Any) -> dict[str, str] | None:
    """Both ends of a ``relationships`` test, by the ids of their nodes; None for any other node.

    https://docs.getdbt.com/reference/resource-properties/data-tests#relationships
    """
    metadata = getattr(node, "test_metadata", None)
    if metadata is None or metadata.name != "relationships":
        return None
    asked = metadata.kwargs
    ends = {name: _end(node, str(asked.get(name, ""))) for name in ("model", "to")}
    if not all(ends.values()) or not asked.get("column_name") or not asked.get("field"):
        return None
    return {"of": ends["model"], "column": asked["column_name"], "to": ends["to"], "field": asked["field"]}


def _end(node: Any, text: str) -> str:
    """The id of the node that ``ref`` or ``source`` names in *text*, among those that the test depends on; empty if none."""
    found = _CALL.search(text)
    words = _WORD.findall(found[1]) if found else []
    fitting = [one for one in node.depends_on.nodes if words and one.split(".")[2:][: len(words)] == words]
    fitting = fitting or [one for one in node.depends_on.nodes if words and one.split(".")[2] == words[-1]]
    return str(fitting[0]) if len(fitting) == 1 else ""


def _parity(config: Any) -> bool:
    meta = getattr(config, "meta", None)
    return not (isinstance(meta, dict) and meta.get("parity") is False)
