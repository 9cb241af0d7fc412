"""All of the raw zone against the declared tables, in one go."""

from __future__ import annotations

from pathlib import Path

from lakeloop.contract import RawTable
from lakeloop.errors import UserError
from lakeloop.raw.layout import Problem, files_of
from lakeloop.raw.parquet import check_parquet
from lakeloop.raw.text import check_csv, check_json

_CHECKS = {"parquet": check_parquet, "csv": check_csv, "json": check_json}
_SHOWN = 20


def check_raw(raw: Path, tables: list[RawTable]) -> None:
    """Pass if dbt can read every file under *raw*.

    Raises:
        UserError: one line for each problem, with the file, the table, the column and what to do.
    """
    if not raw.is_dir():
        raise UserError(
            f"No raw data: {raw} does not exist. `just data` makes some; `raw=PATH` takes a folder of yours."
        )
    problems = [problem for table in tables for problem in _problems(raw, table)]
    if problems:
        more = f"\n... and {len(problems) - _SHOWN} more" if len(problems) > _SHOWN else ""
        lines = "\n".join(str(problem) for problem in problems[:_SHOWN])
        raise UserError(f"The raw data cannot be built; nothing was changed.\n{lines}{more}")


def _problems(raw: Path, table: RawTable) -> list[Problem]:
    files, problems = files_of(table.name, raw / table.name)
    for kind, paths in files.items():
        problems.extend(_CHECKS[kind](table, paths))
    return problems
