"""The exports that the project declares, as they were written into the function's zip: ``manifest/<target>.exports.json``.

As that of the raw tables (``raw.description``), the file is made with the manifest and holds places for names of resources.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dbt_runner.start import manifest as made


@dataclass(frozen=True)
class Table:
    """A table or view to export: its node's ``unique_id``, and Glue's names of it."""

    unique_id: str
    schema: str
    table: str


@dataclass(frozen=True)
class Export:
    """An exposure's export (``lakeloop_project.exports``). ``format`` is csv or parquet; ``name`` is a folder."""

    unique_id: str
    name: str
    format: str
    when: str
    notify: bool
    tables: tuple[Table, ...]


def file_of(project: Path, target: str) -> Path:
    """The file that describes the exports of *project* for *target*."""
    return project.parent / made.FOLDER / f"{target}.exports.json"


def read(file: Path, variables: Mapping[str, str]) -> list[Export]:
    """The exports in *file*, with the names that are in *variables*; none if there is no such file, as in an older zip."""
    text = file.read_text("utf-8") if file.is_file() else "[]"
    for name in made.NAMES:
        text = text.replace(f"${{{name}}}", variables.get(name, ""))
    return [Export(**{**one, "tables": tuple(Table(**table) for table in one["tables"])}) for one in json.loads(text)]
