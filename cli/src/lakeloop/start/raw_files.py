"""``just new raw=PATH``: raw files looked at, their sources and a staging model each written into the dbt project."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from lakeloop_raw.formats import data_format
from lakeloop_raw.layout import visible

from lakeloop.errors import UserError
from lakeloop.plural import counted
from lakeloop.raw import RawTable, check_raw
from lakeloop.sources import Kind, SourceTable, declaration
from lakeloop.start import staging_models
from lakeloop.start.texts import held_types

RAW_SCHEMA = "raw"
_USUAL = Path("data") / "raw"


@dataclass(frozen=True)
class Delivery:
    """Raw files of a source: its tables as the files say, and where the files lie."""

    source: str
    folder: Path
    tables: tuple[RawTable, ...]


def look(folder: Path, source: str) -> Delivery:
    """The tables in *folder*: a folder each, or a file each where no folders are.

    Raises:
        UserError: there are none, or files that Athena could not read, as the raw check says it.
    """
    if not folder.is_dir():
        raise UserError(
            f"raw={folder} is no folder. It holds a folder for each table, with Parquet, CSV or JSON lines in it."
        )
    names = [entry.name for entry in visible(folder) if entry.is_dir()]
    strays = [entry.name for entry in visible(folder) if entry.is_file() and data_format(entry)]
    if strays:
        raise UserError(
            f"{folder} has data files beside the tables' folders: {', '.join(strays[:5])}. Each table needs a folder of its own: "
            f"{strays[0].partition('.')[0]}/{strays[0]}."
        )
    if not names:
        raise UserError(f"{folder} is empty: no table. A table is a folder in it, with Parquet, CSV or JSON lines.")
    if bad := [name for name in names if not name.replace("_", "").replace("-", "").isalnum() or not name.isascii()]:
        raise UserError(
            f"{folder / bad[0]}: a table's folder is named by letters, digits, underscores and hyphens. Rename it."
        )
    found = check_raw(folder, [_undeclared(source, name) for name in names], athena=True)
    complete = [_with_held_types(one) for one in found]
    # Declared now: what the texts hold is checked as it will be from now on.
    check_raw(folder, [one.table for one in complete], athena=True)
    return Delivery(source, folder, tuple(complete))


def write(delivery: Delivery, project: Path) -> list[Path]:
    """Write the sources' file, a staging model for each table, and the macros that they call; the files written."""
    folder = project / "models" / "staging" / delivery.source
    tables = [one.table for one in delivery.tables]
    texts = {folder / f"_{delivery.source}__sources.yml": declaration(delivery.source, tables)}
    for table in tables:
        texts[folder / f"{staging_models.name_of(table)}.sql"] = staging_models.model(table)
    used = "\n".join(texts.values())
    for name, text in staging_models.MACROS.items():
        if f"{name}(" in used:
            texts[project / "macros" / f"{name}.sql"] = text
    for file, text in texts.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    return sorted(texts)


def place_of(root: Path, folder: Path) -> Path:
    """The place of *folder*'s raw files from now on, below the checkout at *root*: inside it they stay."""
    return folder.relative_to(root) if folder.is_relative_to(root) else _USUAL


def require_room(root: Path, folder: Path) -> None:
    """Raises ``UserError`` if files that *folder*'s would be copied to are somebody's; a generator's go with the sample."""
    goal = root / place_of(root, folder)
    if goal != folder and goal.is_dir() and any(goal.iterdir()) and not any(goal.glob(".*.json")):
        raise UserError(
            f"{_USUAL}/ holds other files already, and those of {folder} would be copied there. Move them away."
        )


def bring(root: Path, folder: Path) -> str:
    """Copy the raw files into the checkout at *root*, which may be moved, unless they are in it; a line that says so."""
    place = place_of(root, folder)
    if root / place == folder:
        return f"Raw files stay in {place.as_posix()}/."
    shutil.copytree(folder, root / place, dirs_exist_ok=True)
    files = [file for file in (root / place).rglob("*") if file.is_file()]
    size = sum(file.stat().st_size for file in files) / 1e6
    copied = counted(len(files), "raw file was", "raw files were")
    return f"{copied} copied ({size:.1f} MB) to {place.as_posix()}/, which git ignores."


def _undeclared(source: str, folder: str) -> SourceTable:
    name = folder.lower().replace("-", "_")
    return SourceTable(
        unique_id=f"source.{source}.{name}",
        source=source,
        name=folder,
        identifier=name,
        database=None,
        schema=RAW_SCHEMA,
        kind=Kind.RAW,
        format=None,
        columns=(),
        folder=folder,
        file=f"models/staging/{source}/_{source}__sources.yml",
    )


def _with_held_types(one: RawTable) -> RawTable:
    """A table of texts (CSV) with the types that all values of a column parse as."""
    if one.table.format != "csv":
        return one
    files: Sequence[Path] = one.found.files["csv"]
    held = held_types(files, [column.name for column in one.table.data_columns])
    columns = [replace(column, holds=held.get(column.name)) for column in one.table.columns]
    return replace(one, table=replace(one.table, columns=tuple(columns)))
