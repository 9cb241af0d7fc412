"""Declared tables as plain JSON, for a program that has no dbt: the gate's zip holds them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lakeloop_project.sources.table import Column, Kind, SourceTable
from lakeloop_project.sources.types import Type, parse_type


def to_plain(table: SourceTable) -> dict[str, Any]:
    """The raw *table*, without its names in Glue, which are an environment's."""
    return {
        "source": table.source,
        "name": table.name,
        "format": table.format,
        "folder": table.folder,
        "file": table.file,
        "columns": [
            {
                "name": column.name,
                "type": _text(column.type),
                "holds": _text(column.holds),
                "required": column.required,
                "partition": column.partition,
            }
            for column in table.columns
        ],
    }


def from_plain(described: Mapping[str, Any]) -> SourceTable:
    """The table that ``to_plain`` described; it has no names in Glue."""
    return SourceTable(
        unique_id=f"{described['source']}.{described['name']}",
        source=described["source"],
        name=described["name"],
        identifier=described["name"],
        database=None,
        schema="",
        kind=Kind.RAW,
        format=described["format"],
        columns=tuple(
            Column(
                name=column["name"],
                type=_type(column["type"]),
                holds=_type(column["holds"]),
                required=column["required"],
                partition=column["partition"],
            )
            for column in described["columns"]
        ),
        folder=described["folder"],
        file=described["file"],
    )


def _text(kind: Type | None) -> str | None:
    return None if kind is None else str(kind)


def _type(text: str | None) -> Type | None:
    return None if text is None else parse_type(text)
