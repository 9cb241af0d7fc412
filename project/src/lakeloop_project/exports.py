"""Exports of a dbt project: exposures with ``meta.export``, whose tables Athena writes as files after a run.

```yaml
exposures:
  - name: weekly_orders
    depends_on: [ref('fct_orders')]
    meta: {export: {format: csv, name: weekly-orders, when: each_run, notify: true}}
```
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from lakeloop_project.errors import UserError

FORMATS = ("csv", "parquet")
WHEN = ("each_run", "whole_build")
"""``each_run``: after each run that succeeds and has built something of it; ``whole_build``: after builds of everything alone."""
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
_KNOWN = ("format", "name", "when", "notify")
_TABLES = ("model", "seed", "snapshot")


def exports(manifest: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The exports of a parsed project, as the runner reads them, by name.

    Args:
        manifest: ``exposures`` and ``nodes`` of dbt's manifest, as plain data.

    Returns:
        for each: ``unique_id``, ``name``, ``format``, ``when``, ``notify``, and ``tables`` that it depends on, each with
        ``unique_id``, ``schema`` and ``table``.

    Raises:
        UserError: an export that could not be written, by name, with what is expected.
    """
    found = [
        _export(exposure, asked, manifest["nodes"])
        for exposure in manifest["exposures"].values()
        if (asked := _asked(exposure)) is not None
    ]
    names: dict[str, str] = {}
    for one in found:
        if one["name"] in names:
            raise UserError(
                f"The exposures {names[one['name']]} and {one['unique_id']} would be exported under one name, {one['name']!r}. "
                "Give one of them another: meta.export.name."
            )
        names[one["name"]] = one["unique_id"]
    return sorted(found, key=lambda one: str(one["name"]))


def _asked(exposure: Mapping[str, Any]) -> Any:
    """``meta.export``, which may stand under ``config``; None if there is none."""
    for meta in (exposure.get("meta"), (exposure.get("config") or {}).get("meta")):
        if meta and "export" in meta:
            return meta["export"] if meta["export"] is not None else {}
    return None


def _export(exposure: Mapping[str, Any], asked: Any, nodes: Mapping[str, Any]) -> dict[str, Any]:
    where = f"meta.export of the exposure {exposure['name']}"
    if not isinstance(asked, Mapping):
        raise UserError(f"{where} is {asked!r}, and must be like {{format: csv}}; it has {', '.join(_KNOWN)}.")
    if unknown := [str(name) for name in asked if name not in _KNOWN]:
        raise UserError(f"{where} has {', '.join(unknown)}, which means nothing here. Known: {', '.join(_KNOWN)}.")
    made = {
        "format": asked.get("format"),
        "name": asked.get("name", exposure["name"]),
        "when": asked.get("when", WHEN[0]),
        "notify": asked.get("notify", False),
    }
    if made["format"] not in FORMATS:
        raise UserError(f"{where}: format is {made['format']!r}. Known: {', '.join(FORMATS)}.")
    if made["when"] not in WHEN:
        raise UserError(f"{where}: when is {made['when']!r}. Known: {', '.join(WHEN)}.")
    if not isinstance(made["notify"], bool):
        raise UserError(f"{where}: notify is {made['notify']!r}, and must be true or false.")
    if not (isinstance(made["name"], str) and _NAME.fullmatch(made["name"])):
        raise UserError(
            f"{where}: name is {made['name']!r}, and must be 1 to 63 lower-case letters, digits, underscores and hyphens: "
            "it is a folder."
        )
    return {"unique_id": exposure["unique_id"], **made, "tables": list(_tables(exposure, where, nodes))}


def _tables(exposure: Mapping[str, Any], where: str, nodes: Mapping[str, Any]) -> Iterable[dict[str, str]]:
    ids = exposure["depends_on"]["nodes"]
    if not ids:
        raise UserError(f"{where}: the exposure depends on nothing. Say what to export: depends_on: [ref('a_model')].")
    for unique_id in ids:
        node = nodes.get(unique_id)
        if node is None or node["resource_type"] not in _TABLES or node["config"]["materialized"] == "ephemeral":
            raise UserError(
                f"{where}: {unique_id} is no table or view that a run builds. Exported are models (none that is ephemeral), seeds "
                "and snapshots."
            )
        yield {"unique_id": unique_id, "schema": node["schema"], "table": node["alias"]}
