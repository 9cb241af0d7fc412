"""The sources in the offline database: checked, made as views, told when they are not there."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
from dbt.contracts.graph.manifest import Manifest
from lakeloop_project.sources import OFFLINE_RAW_SCHEMA, Kind, SourceTable, raw_of, source_tables
from lakeloop_raw.formats import endings_of

from lakeloop.child.parsing import reduced
from lakeloop.errors import UserError
from lakeloop.plain import printable
from lakeloop.raw import check_raw
from lakeloop.sources import known, local, views


@dataclass(frozen=True)
class Folders:
    """``raw`` holds the raw zone, ``sources`` what stands in for tables in Glue; ``database`` is the DuckDB file.

    ``project`` is dbt's, whose file may know the columns of tables that have no local files.
    """

    raw: Path
    sources: Path
    database: Path
    project: Path
    remembered: Path
    """A file for what the check of the raw files found."""


def prepare(manifest: Manifest, folders: Folders, selected: Sequence[str]) -> list[SourceTable]:
    """Make the views of all sources that *manifest* has, and point it at them.

    Args:
        selected: the words of ``--select``.

    Returns:
        the tables without local files, whose descendants cannot be built.

    Raises:
        UserError: a bad declaration, bad raw data, or *selected* names what cannot be built.
    """
    tables = source_tables(reduced(manifest), OFFLINE_RAW_SCHEMA)
    _point_here(manifest, tables, folders.database.stem)
    raw = check_raw(folders.raw, raw_of(tables), remembered=folders.remembered)
    manifest.build_parent_and_child_maps()
    children = manifest.child_map
    there: dict[SourceTable, dict[str, list[Path]]] = {}
    missing: list[SourceTable] = []
    empty: dict[SourceTable, str] = {}
    columns = known.read(folders.project)
    for table in tables:
        if table.kind is not Kind.GLUE:
            continue
        files = local.files_under(local.folder_of(folders.sources, table))
        if files:  # of a table that no model reads as well: its freshness may be asked for
            there[table] = files
        elif not children.get(table.unique_id):
            continue
        elif found := known.with_columns(table, columns):
            empty[table] = known.empty_query(found)
        else:
            missing.append(table)
    skipped = local.descendants((table.unique_id for table in missing), children)
    for line in [*local.empty_lines(empty, folders.sources), *local.lines_of(missing, folders.sources, len(skipped))]:
        print(printable(line), file=sys.stderr)
    names = {node: str(getattr(manifest.nodes.get(node), "name", node)) for node in skipped}
    local.refuse_if_asked_for(selected, names, missing)
    with duckdb.connect(str(folders.database)) as connection:
        for one in raw:
            endings = {form: endings_of(files) for form, files in one.found.files.items()}
            views.create(connection, one.table, views.raw_view(one.table, folders.raw, endings))
        for table, files in there.items():
            views.create(connection, table, views.glue_view(connection, table, files))
        for table, query in empty.items():
            views.create(connection, table, query)
        for table in missing:
            views.drop(connection, table)
    return missing


def _point_here(manifest: Manifest, tables: Sequence[SourceTable], database: str) -> None:
    """Sources of any catalog are in the one database that is here."""
    seen: dict[tuple[str, str], SourceTable] = {}
    for table in tables:
        if table.kind is Kind.BUILT:
            continue
        relation = (table.schema.lower(), table.identifier.lower())
        other = seen.setdefault(relation, table)
        if (other.database or "").lower() != (table.database or "").lower():
            raise UserError(
                f"{other.full_name} and {table.full_name} are {'.'.join(relation)} of two catalogs, and offline there is one. "
                "Give one of them a `schema` of its own offline: \"{{ 'other' if target.type == 'duckdb' else ... }}\"."
            )
        node = manifest.sources[table.unique_id]
        if node.database != database:
            node.database = database
            node.relation_name = ".".join(f'"{part}"' for part in (database, table.schema, table.identifier))
