"""Raw tables as the function makes them: plain JSON, written into its zip when it is built, for it knows no YAML."""

from __future__ import annotations

from typing import Any

from lakeloop_project.sources.table import Column, SourceTable


def describe(table: SourceTable) -> dict[str, Any]:
    """Description of a raw table for the function; types are Glue's.

    ``format`` is None, and ``columns`` and ``partitions`` are empty, where files have to be looked at first: the loader does
    and sends them (``shape``).
    """
    known = shape(table) if table.complete else {"format": None, "columns": [], "partitions": []}
    return {
        "source": table.full_name,
        "database": table.schema.lower(),
        "table": table.identifier.lower(),
        "folder": table.folder,
        **known,
    }


def shape(table: SourceTable) -> dict[str, Any]:
    """The format, the columns and the partition keys of a complete table."""
    return {
        "format": table.format,
        "columns": [_column(column) for column in table.data_columns],
        "partitions": [_column(column) for column in table.partition_keys],
    }


def _column(column: Column) -> list[str]:
    assert column.type is not None
    return [column.name.lower(), column.type.hive]
