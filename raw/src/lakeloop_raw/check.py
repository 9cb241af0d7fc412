"""A raw table's files against its declaration."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from lakeloop_project.sources import SourceTable

from lakeloop_raw.completion import complete
from lakeloop_raw.csv_files import check_csv, declared_types
from lakeloop_raw.json_files import check_json
from lakeloop_raw.layout import Found, Problem, files_of
from lakeloop_raw.parquet import check_parquet

_CHECKS = {"parquet": check_parquet, "csv": check_csv, "json": check_json}


@dataclass(frozen=True)
class RawTable:
    """A raw table whose files are in order: ``table`` is complete, ``declared`` is the table as the project has it."""

    table: SourceTable
    declared: SourceTable
    found: Found


def check_table(raw: Path, declared: SourceTable, *, athena: bool) -> tuple[RawTable, list[Problem]]:
    """The table *declared* with its files under *raw*, and all that is wrong with them.

    Args:
        athena: files of another format than the declared one are refused: DuckDB reads them, Athena's table does not.
    """
    found = files_of(declared, raw)
    table, problems = declared, list(found.problems)
    if not declared.complete:
        if problems:
            return RawTable(table, declared, found), problems
        table, problems = complete(declared, found)
        if problems:
            return RawTable(table, declared, found), problems
    if table.format == "csv":
        problems.extend(declared_types(table))
    for form, files in found.files.items():
        if athena and form != table.format:
            problems.extend(_of_other_format(table, file, form) for file in files)
        else:
            problems.extend(_CHECKS[form](table, files))
    return RawTable(table, declared, found), problems


def _of_other_format(table: SourceTable, file: Path, form: str) -> Problem:
    what = f"is {form}, and the table that Athena reads it with is of {table.format}"
    return Problem(table.name, file, what, f"Deliver {table.format}, or declare `meta: {{format: {form}}}`")
