"""Local files that stand in for tables in Glue: ``data/sources/<source>/<table>/``, and what cannot be built without them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

from lakeloop_project.sources import SourceTable
from lakeloop_raw.formats import data_format, is_hidden

from lakeloop.errors import UserError

# `2+orders`, `@orders`, `orders+1`: https://docs.getdbt.com/reference/node-selection/graph-operators
_SHOWN = 5
_OPERATORS = re.compile(r"^(@|\d*\+)?(.*?)(\+\d*)?$")


def files_under(folder: Path) -> dict[str, list[Path]]:
    """The data files in *folder* and below by format, sorted; names that begin with ``.`` or ``_`` are passed over."""
    found: dict[str, list[Path]] = defaultdict(list)
    for file in sorted(folder.rglob("*")):
        form = data_format(file)
        if form and file.is_file() and not any(map(is_hidden, file.relative_to(folder).parts)):
            found[form].append(file)
    return dict(found)


def folder_of(sources: Path, table: SourceTable) -> Path:
    """Folder of the files of a *table* in Glue on this machine."""
    return sources / table.source / table.name


def descendants(ids: Iterable[str], children: Mapping[str, Collection[str]]) -> set[str]:
    """All that depends on one of *ids*, directly or not."""
    found: set[str] = set()
    left = [child for parent in ids for child in children.get(parent, ())]
    while left:
        node = left.pop()
        if node not in found:
            found.add(node)
            left.extend(children.get(node, ()))
    return found


def empty_lines(tables: Iterable[SourceTable], sources: Path) -> list[str]:
    """A line for the tables that have columns and no files here."""
    names = [table.full_name for table in tables]
    shown = ", ".join(names[:_SHOWN]) + (f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else "")
    return (
        [f"No local files of {shown}: empty here. {sources}/<source>/<table>/ takes Parquet, CSV or JSON."]
        if names
        else []
    )


def lines_of(missing: Sequence[SourceTable], sources: Path, skipped: int) -> list[str]:
    """A line for each source with tables that have no files here."""
    by_source: dict[str, list[SourceTable]] = defaultdict(list)
    for table in missing:
        by_source[table.source].append(table)
    lines = []
    for source, tables in sorted(by_source.items()):
        names = ", ".join(table.name for table in tables)
        folder = folder_of(sources, tables[0]) if len(tables) == 1 else sources / source / "<table>"
        lines.append(
            f"No local files of {source} ({names}), which is in Glue: fill {folder}/ with Parquet, CSV or JSON."
        )
    return [*lines, f"Skipped without them: {skipped} models, tests and other nodes that read them."] if lines else []


def refuse_if_asked_for(selected: Iterable[str], skipped: Mapping[str, str], missing: Sequence[SourceTable]) -> None:
    """Nodes that were selected by name are not skipped in silence.

    Args:
        selected: the words of ``--select``.
        skipped: names of nodes that cannot be built, by their id.

    Raises:
        UserError: one of *selected* is one of *skipped*.
    """
    parts = (part for word in selected for part in word.replace(",", " ").split())
    words = {match[2] for part in parts if (match := _OPERATORS.match(part))}
    named = sorted(name for node, name in skipped.items() if name in words or node in words)
    if named:
        tables = ", ".join(table.full_name for table in missing)
        raise UserError(f"{', '.join(named)} cannot be built here: there are no local files of {tables} (see above).")
