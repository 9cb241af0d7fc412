"""Formats of data files, told by the endings of their names."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

ENDINGS = {
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


def data_format(file: Path) -> str | None:
    """``parquet``, ``csv`` or ``json`` by the file's ending; None for anything else."""
    ending = ending_of(file.name)
    return ENDINGS[ending.lower()] if ending else None


def endings_of(files: Iterable[Path]) -> set[str]:
    """The endings of data *files* as they are spelt, ``.csv.gz`` as one."""
    return {ending for file in files if (ending := ending_of(file.name))}


def is_hidden(name: str) -> bool:
    """Whether Athena passes over a file or folder of that name."""
    return name.startswith((".", "_"))


def ending_of(name: str) -> str | None:
    """The ending of a data file's *name* as it is spelt, ``.csv.gz`` as one; None for anything else."""
    lower = name.lower()
    known = next((ending for ending in ENDINGS if lower.endswith(ending)), None)
    return name[-len(known) :] if known else None
