"""Columns of the tables that a project reads and that are in Glue: Glue's, declared ones, or those that its SQL names.

A type that nobody says is text, and marked as a guess: types that were tried out from error messages broke more than they
mended.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from lakeloop_project.sources import BadType, Column, Kind, SourceTable, parse_type

from lakeloop.errors import UserError

_TEXT = "varchar"
_GLUES_OWN = ("", "awsdatacatalog")


@dataclass
class Known:
    """Types by column for each ``source.table``, which of them are guesses, and where Glue says that the files lie."""

    columns: dict[str, dict[str, str]] = field(default_factory=dict)
    guessed: dict[str, set[str]] = field(default_factory=dict)
    locations: set[str] = field(default_factory=set)
    absent: list[str] = field(default_factory=list)


def federated(tables: Sequence[SourceTable]) -> list[SourceTable]:
    """Tables of catalogs that are not Glue's, which Athena reaches by a connector."""
    return [table for table in tables if (table.database or "").lower() not in _GLUES_OWN]


def gather(
    tables: Sequence[SourceTable],
    read: Mapping[str, Collection[str]],
    glue: Any = None,
    before: Mapping[str, Sequence[Column]] = MappingProxyType({}),
) -> Known:
    """The columns of those *tables* that are in Glue.

    Args:
        read: columns that the project's SQL names, by ``schema.table``.
        before: what the project's file says already, by ``source.table``; a person may have mended a type there.
        glue: a client of the Glue that has the tables; None if it is not to be asked.

    Raises:
        UserError: Glue cannot be asked.
    """
    known = Known()
    for table in tables:
        if table.kind is not Kind.GLUE or (table.database or "").lower() not in _GLUES_OWN:
            continue
        columns = _of_glue(glue, table, known) if glue is not None else {}
        if not columns:
            names = [*(column.name.lower() for column in table.columns)]
            names += sorted(set(read.get(f"{table.schema}.{table.identifier}".lower(), ())) - set(names))
            declared = {
                column.name.lower(): str(column.type)
                for column in (*before.get(table.full_name, ()), *table.columns)
                if column.type is not None and (column in table.columns or str(column.type) != _TEXT)
            }
            names += [name for name in declared if name not in names]
            columns = {name: declared.get(name, _TEXT) for name in names}
            known.guessed[table.full_name] = {name for name in names if name not in declared}
        known.columns[table.full_name] = columns
    return known


def _of_glue(glue: Any, table: SourceTable, known: Known) -> dict[str, str]:
    try:
        found = glue.get_table(DatabaseName=table.schema.lower(), Name=table.identifier.lower())["Table"]
    except ClientError as error:
        code = error.response["Error"].get("Code")
        if code == "EntityNotFoundException":
            known.absent.append(table.full_name)
            return {}
        raise UserError(f"Glue does not tell of {table.schema}.{table.identifier}: {code}: {error}") from error
    except BotoCoreError as error:
        raise UserError(f"Glue cannot be asked for {table.schema}.{table.identifier}: {error}") from error
    storage = found.get("StorageDescriptor", {})
    if storage.get("Location"):
        known.locations.add(storage["Location"].rstrip("/") + "/")
    columns = {}
    for column in [*storage.get("Columns", []), *found.get("PartitionKeys", [])]:
        try:
            columns[column["Name"].lower()] = str(parse_type(column["Type"]))
        except BadType:
            columns[column["Name"].lower()] = _TEXT
            known.guessed.setdefault(table.full_name, set()).add(column["Name"].lower())
    return columns
