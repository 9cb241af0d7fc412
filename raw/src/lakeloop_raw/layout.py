"""The raw zone's layout: ``<raw>/<table>/<key>=<value>/.../<file>``, or ``<raw>/<table>/<file>`` without partitions."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from lakeloop_project.sources import Column, SourceTable

from lakeloop_raw.formats import ENDINGS, data_format, is_hidden


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with the input, and what to do about it."""

    table: str
    where: Path
    what: str
    todo: str
    column: str | None = None

    def __str__(self) -> str:
        column = f", column {self.column}" if self.column else ""
        return f"{self.table}{column}: {self.where}: {self.what}. {self.todo}"


@dataclass
class Found:
    """A table's files by format, the values of its partition keys by name (outermost first), and what is wrong."""

    files: dict[str, list[Path]] = field(default_factory=lambda: defaultdict(list))
    values: dict[str, list[str]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def visible(folder: Path) -> list[Path]:
    """Entries of *folder*, sorted, without names that begin with ``.`` or ``_``, which Athena passes over."""
    return sorted(entry for entry in folder.iterdir() if not is_hidden(entry.name))


def files_of(table: SourceTable, raw: Path) -> Found:
    """The files of *table* under *raw*, with all that is wrong with their places."""
    folder = raw / table.folder
    keys = table.partition_keys
    if not keys and not table.complete:
        keys = tuple(Column(name, partition=True) for name in _keys_on_disk(folder))
    found = Found(values={key.name: [] for key in keys})
    if not folder.is_dir() or not visible(folder):
        what = "is empty" if folder.is_dir() else "does not exist"
        place = "/".join(_wanted(key) for key in keys)
        todo = f"Deliver {table.name} as {place}{'/' if place else ''}*.parquet, .csv or .jsonl"
        found.problems.append(Problem(table.name, folder, what, todo))
        return found
    _walk(table.name, folder, keys, found)
    for key, values in found.values.items():
        found.values[key] = sorted(set(values))
    return found


def _keys_on_disk(folder: Path) -> list[str]:
    """The names of the partition keys that the first folders have; none for files that lie right under the table's."""
    keys: list[str] = []
    while folder.is_dir():
        inner = next((entry for entry in visible(folder) if entry.is_dir() and "=" in entry.name), None)
        if inner is None:
            break
        keys.append(inner.name.partition("=")[0])
        folder = inner
    return keys


def _walk(table: str, folder: Path, keys: Sequence[Column], found: Found) -> None:
    if not keys:
        _leaf(table, folder, found)
        return
    key, *inner = keys
    for entry in visible(folder):
        if not entry.is_dir():
            todo = f"Move it into its {_wanted(key)} folder"
            found.problems.append(Problem(table, entry, "lies beside the partition folders", todo))
            continue
        name, equals, value = entry.name.partition("=")
        if not equals or name.lower() != key.name.lower():
            todo = f"Name it {_wanted(key)}, after the partition column {key.name}"
            found.problems.append(Problem(table, entry, f"the folder's name is not one of {key.name}", todo))
        elif not _holds(key, value):
            kind = key.type.name if key.type else "value"
            todo = f"Name it {_wanted(key)}{', after its day' if kind == 'date' else ''}"
            found.problems.append(Problem(table, entry, f"the folder's name is no {kind}", todo))
        else:
            found.values[key.name].append(value)
            if inner and not visible(entry):
                found.problems.append(_empty(table, entry))
            _walk(table, entry, inner, found)


def _leaf(table: str, folder: Path, found: Found) -> None:
    entries = visible(folder)
    if not entries:
        found.problems.append(_empty(table, folder))
    for entry in entries:
        kind = data_format(entry) if entry.is_file() else None
        if kind:
            found.files[kind].append(entry)
        elif entry.is_dir() and "=" in entry.name:
            key = entry.name.partition("=")[0]
            todo = f"Declare it: {{name: {key}, data_type: ..., config: {{meta: {{partition: true}}}}}}"
            what = f"the folder's name is a partition's, and the sources declare no partition column {key} here"
            found.problems.append(Problem(table, entry, what, todo))
        elif entry.is_dir():
            todo = "Athena reads what lies in it as part of this folder: move its files up, or name it key=value"
            found.problems.append(Problem(table, entry, "is a folder among the data files", todo))
        else:
            found.problems.append(Problem(table, entry, "is not a data file", f"Known endings: {', '.join(ENDINGS)}"))


def _empty(table: str, folder: Path) -> Problem:
    return Problem(table, folder, "the folder is empty", "Deliver its file or remove the folder")


def _wanted(key: Column) -> str:
    values = {"date": "YYYY-MM-DD"} if key.type else {}
    value = values.get(key.type.name, "NUMBER" if key.type.is_integer else "VALUE") if key.type else "VALUE"
    return f"{key.name}={value}"


def _holds(key: Column, value: str) -> bool:
    """Whether a partition can be called *value*: an enumeration of a projection is separated by commas."""
    if key.type is None or key.type.is_text:
        return bool(value) and not set(value) & set(",%")
    if key.type.is_integer:
        return re.fullmatch(r"-?\d{1,18}", value) is not None
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False
