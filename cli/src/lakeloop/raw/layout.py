"""The raw zone's layout: ``<raw>/<table>/dt=YYYY-MM-DD/<file>``."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from pathlib import Path

FORMATS = {
    ".parquet": "parquet",
    ".csv": "csv",
    ".csv.gz": "csv",
    ".json": "json",
    ".jsonl": "json",
    ".ndjson": "json",
    ".json.gz": "json",
    ".jsonl.gz": "json",
    ".ndjson.gz": "json",
}


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


def data_format(file: Path) -> str | None:
    """``parquet``, ``csv`` or ``json`` by the file's ending; None for anything else."""
    name = file.name.lower()
    return next((kind for ending, kind in FORMATS.items() if name.endswith(ending)), None)


def files_of(table: str, folder: Path) -> tuple[dict[str, list[Path]], list[Problem]]:
    """The data files in a table's *folder* by format, and what is wrong with the layout.

    Names that begin with ``.`` or ``_`` are passed over, as Athena does.
    """
    files: dict[str, list[Path]] = defaultdict(list)
    problems: list[Problem] = []
    days = _visible(folder) if folder.is_dir() else []
    if not days:
        what = "is empty" if folder.is_dir() else "does not exist"
        problems.append(Problem(table, folder, what, f"Deliver {table} as dt=YYYY-MM-DD/*.parquet, .csv or .jsonl"))
    for day in days:
        if not day.is_dir():
            problems.append(Problem(table, day, "lies beside the day folders", "Move it into its dt=YYYY-MM-DD folder"))
        elif not _is_day(day.name):
            problems.append(
                Problem(table, day, "the folder's name is no date", "Name it dt=YYYY-MM-DD after its day of arrival")
            )
        else:
            problems.extend(_files_of_day(table, day, files))
    return dict(files), problems


def _files_of_day(table: str, day: Path, files: dict[str, list[Path]]) -> list[Problem]:
    entries = _visible(day)
    if not entries:
        return [Problem(table, day, "the folder is empty", "Deliver the day's file or remove the folder")]
    problems = []
    for file in entries:
        kind = data_format(file) if file.is_file() else None
        if kind:
            files[kind].append(file)
        else:
            todo = f"Known endings: {', '.join(FORMATS)}"
            problems.append(Problem(table, file, "is not a data file", todo))
    return problems


def _visible(folder: Path) -> list[Path]:
    return sorted(entry for entry in folder.iterdir() if not entry.name.startswith((".", "_")))


def _is_day(name: str) -> bool:
    key, _, value = name.partition("=")
    try:
        return key == "dt" and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False
