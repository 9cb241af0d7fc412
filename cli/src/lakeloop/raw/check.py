"""All of the raw zone against the declared tables, in one go."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lakeloop.errors import UserError
from lakeloop.plain import printable
from lakeloop.raw.completion import complete, said
from lakeloop.raw.csv_files import check_csv, declared_types
from lakeloop.raw.json_files import check_json
from lakeloop.raw.layout import Found, Problem, files_of
from lakeloop.raw.parquet import check_parquet
from lakeloop.sources import SourceTable

_CHECKS = {"parquet": check_parquet, "csv": check_csv, "json": check_json}
_SHOWN = 20


@dataclass(frozen=True)
class RawTable:
    """A raw table whose files are in order: ``table`` is complete, ``declared`` is the table as the project has it."""

    table: SourceTable
    declared: SourceTable
    found: Found


def check_raw(raw: Path, tables: Sequence[SourceTable], *, athena: bool = False) -> list[RawTable]:
    """The raw *tables* with their files under *raw*, complete with what had to be inferred, which is said on stderr.

    Args:
        athena: files of another format than the declared one are refused: DuckDB reads them, Athena's table does not.

    Raises:
        UserError: one line for each problem, with the file, the table, the column and what to do.
    """
    if not tables:
        return []
    if not raw.is_dir():
        raise UserError(
            f"No raw data: {raw} does not exist. `raw=PATH` takes a folder of yours, lakeloop.toml names the usual one; with the "
            "sample, `just data` makes some."
        )
    checked = [_check(raw, table, athena) for table in tables]
    problems = [problem for _, found in checked for problem in found]
    if problems:
        more = f"\n... and {len(problems) - _SHOWN} more" if len(problems) > _SHOWN else ""
        lines = "\n".join(str(problem) for problem in problems[:_SHOWN])
        raise UserError(f"The raw data cannot be built; nothing was changed.\n{lines}{more}")
    for one, _ in checked:
        if one.table is not one.declared:
            print(printable(said(one.declared, one.table)), file=sys.stderr)
    return [one for one, _ in checked]


def _check(raw: Path, declared: SourceTable, athena: bool) -> tuple[RawTable, list[Problem]]:
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
