"""Keys in ``incoming/`` for files on this machine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from lakeloop_project.sources import SourceTable
from lakeloop_raw.arrivals import INCOMING
from lakeloop_raw.formats import is_hidden

from lakeloop.errors import UserError

_SHOWN = 5


def keys_of(path: Path, tables: Sequence[SourceTable], table: str | None) -> dict[str, Path]:
    """The files at *path*, by the keys that they are sent under; of a folder those that Athena would not pass over.

    Args:
        table: ``source.table`` of all of them; without it, their folders say it: ``source/table/...`` or the table's own in the
            raw zone (``orders/dt=2026-01-31/...``), below *path* or above.

    Raises:
        UserError: nothing is there, or the folders do not say whose a file is.
    """
    if not path.exists():
        raise UserError(f"{path} does not exist. Usage: just send PATH [table=SOURCE.TABLE] [env=dev]")
    files = [path] if path.is_file() else _files(path)
    if not files:
        raise UserError(f"{path} holds no files.")
    if table is not None:
        source, dot, name = table.partition(".")
        if not (source and dot and name):
            raise UserError(f"table={table} is no SOURCE.TABLE. Known: {_known(tables)}.")
        folder = path.parent if path.is_file() else path
        return {f"{INCOMING}{source}/{name}/{file.relative_to(folder).as_posix()}": file for file in files}
    folders = _folders(tables)
    found = {file: _key(file, folders) for file in files}
    if lost := [str(file) for file, key in found.items() if key is None]:
        more = f" and {len(lost) - _SHOWN} more" if len(lost) > _SHOWN else ""
        raise UserError(
            f"No folder says of which table these are: {', '.join(lost[:_SHOWN])}{more}. Say table=SOURCE.TABLE. Known: "
            f"{_known(tables)}. Nothing was sent."
        )
    return {key: file for file, key in found.items() if key is not None}


def _files(folder: Path) -> list[Path]:
    inside = (file for file in sorted(folder.rglob("*")) if file.is_file())
    return [file for file in inside if not any(map(is_hidden, file.relative_to(folder).parts))]


def _folders(tables: Sequence[SourceTable]) -> dict[tuple[str, ...], SourceTable]:
    """Tables by the folders that name them."""
    own = {tuple(table.folder.split("/")): table for table in tables}
    return {**own, **{(table.source, table.name): table for table in tables}}


def _key(file: Path, folders: Mapping[tuple[str, ...], SourceTable]) -> str | None:
    """The key of *file* by the deepest of its folders that names a table."""
    parts = file.resolve().parts
    for end in range(len(parts) - 1, 0, -1):
        for length in (2, 1):
            table = folders.get(parts[max(end - length, 0) : end])
            if table is not None:
                return "/".join([f"{INCOMING}{table.source}/{table.name}", *parts[end:]])
    return None


def _known(tables: Sequence[SourceTable]) -> str:
    return ", ".join(table.full_name for table in tables) or "none, for the project declares no raw tables"
