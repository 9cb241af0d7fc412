"""The compiled SQL of a dbt project: https://docs.getdbt.com/reference/artifacts/manifest-json

Sources and seeds are made as empty tables of the types that the project declares or dbt's catalog knows, then each model after
those that it reads, so that the next ones are checked against the columns that it has.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

from local_athena.check.scratch import BUCKET, Refusal, Scratch, Undecided
from local_athena.errors import AthenaError

MANIFEST = "manifest.json"
_TABLES = ("source", "seed")
_CHECKED = ("model", "snapshot", "test", "analysis")


class NotCompiled(Exception):
    """A target folder without SQL for Athena in it, and what to do."""


@dataclass
class Project:
    """A target folder. ``path`` is where a node's SQL lies, as dbt wrote it."""

    folder: Path
    _nodes: dict[str, Any] = field(default_factory=dict)
    _catalog: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path) -> Project:
        """Raises ``NotCompiled``."""
        try:
            manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
            adapter = manifest["metadata"]["adapter_type"]
            nodes = {**manifest["nodes"], **manifest["sources"]}
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise NotCompiled(f"{folder / MANIFEST} cannot be read ({error}): `dbt compile` writes it") from None
        if adapter != "athena":
            raise NotCompiled(f"{folder} was compiled for {adapter}: run `dbt compile` with a target on Athena")
        try:
            found = json.loads((folder / "catalog.json").read_text("utf-8"))
            catalog = {**found["nodes"], **found["sources"]}
        except (OSError, ValueError, KeyError, TypeError):
            catalog = {}  # only `dbt docs generate` writes it
        return cls(folder, nodes, catalog)

    def check(self, scratch: Scratch) -> Iterator[tuple[Path, Refusal | Undecided | None]]:
        """Each statement's file, with what Athena would say against it or why that is not known."""
        graph = {key: set(_upstream(node)) & self._nodes.keys() for key, node in self._nodes.items()}
        for key in TopologicalSorter(graph).static_order():
            node = self._nodes[key]
            if node["resource_type"] in _TABLES:
                self._make(scratch, key, node)
            elif _is_statement(node):
                path = self.folder.parent / (node.get("compiled_path") or node["original_file_path"])
                yield path, self._verdict(scratch, node)

    def _make(self, scratch: Scratch, key: str, node: Mapping[str, Any]) -> None:
        known = self._catalog.get(key, {}).get("columns", {})
        columns = {name.lower(): column["type"] for name, column in known.items()} or {
            name.lower(): column["data_type"] for name, column in node["columns"].items() if column.get("data_type")
        }
        if columns:
            try:
                scratch.table(node["schema"].lower(), _name(node), columns)
            except AthenaError:
                """Of a type that is none, or in a shape that no column has: those that read it are undecided."""

    @staticmethod
    def _verdict(scratch: Scratch, node: Mapping[str, Any]) -> Refusal | Undecided | None:
        database, name = str(node["schema"]).lower(), _name(node)
        scratch.database(database)
        sql = str(node["compiled_code"]).rstrip().removesuffix(";")
        kind = node["config"].get("materialized")
        above = 1
        if node["resource_type"] not in ("model", "snapshot"):
            head, above = "", 0
        elif kind == "view":
            head = f'create or replace view "{database}"."{name}" as\n'
        else:
            place = f"location = 's3://{BUCKET}/{database}/{name}/'"
            iceberg = f"table_type = 'ICEBERG', is_external = false, {place}"
            hive = f"format = 'PARQUET', external_{place}"
            options = iceberg if node["config"].get("table_type") == "iceberg" else hive
            head = f'create table "{database}"."{name}" with ({options}) as\n'
        try:
            return scratch.refusal(head + sql, database, above=above)
        except Undecided as reason:
            return reason


def _is_statement(node: Mapping[str, Any]) -> bool:
    """Whether dbt sends it; what is ephemeral stands in those that read it."""
    sent = node["resource_type"] in _CHECKED and node["config"].get("materialized") != "ephemeral"
    return sent and bool(node.get("compiled_code"))


def _name(node: Mapping[str, Any]) -> str:
    return str(node.get("identifier") or node.get("alias") or node["name"]).lower()


def _upstream(node: Mapping[str, Any]) -> list[str]:
    return [key for key in node.get("depends_on", {}).get("nodes", []) if key != node["unique_id"]]
