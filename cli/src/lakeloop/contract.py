"""The raw tables as the dbt project declares them: the one place that says which columns a feed has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from lakeloop.errors import UserError
from lakeloop.workspace import Workspace


@dataclass(frozen=True)
class RawColumn:
    """A declared column: its raw SQL ``type``, and the type that its values must parse as (``holds``)."""

    name: str
    type: str
    holds: str
    required: bool


@dataclass(frozen=True)
class RawTable:
    """A declared table; its files lie under ``<raw>/<name>/dt=YYYY-MM-DD/``."""

    name: str
    columns: tuple[RawColumn, ...]


def raw_tables(workspace: Workspace) -> list[RawTable]:
    """Every source table that declares ``meta.format``, from all ``_*__sources.yml`` of the project.

    Raises:
        UserError: a file that is no YAML, or a project without sources.
    """
    files = sorted((workspace.dbt_project / "models").rglob("_*__sources.yml"))
    tables = [table for file in files for table in _tables_of(file)]
    if not tables:
        raise UserError(
            f"No raw tables: looked for _*__sources.yml with meta.format in {workspace.dbt_project / 'models'}."
        )
    return tables


def _tables_of(file: Path) -> Iterator[RawTable]:
    try:
        document = yaml.safe_load(file.read_text("utf-8"))
    except yaml.YAMLError as error:
        raise UserError(f"{file} is not YAML: {error}") from error
    for source in document.get("sources", []):
        for table in source["tables"]:
            if "format" in _meta(table):
                columns = (_column(column) for column in table["columns"] if not _meta(column).get("partition"))
                yield RawTable(table["name"], tuple(columns))


def _column(column: dict[str, Any]) -> RawColumn:
    meta = _meta(column)
    declared = column["data_type"]
    return RawColumn(column["name"], declared, meta.get("holds", declared), meta.get("required", False))


def _meta(node: dict[str, Any]) -> dict[str, Any]:
    meta: dict[str, Any] = node.get("config", {}).get("meta", {})
    return meta
