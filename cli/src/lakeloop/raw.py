"""The check of the raw zone before dbt reads it: bad files are named in words, not in a stack trace from inside a build."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from lakeloop_project.sources import SourceTable
from lakeloop_raw import RawTable, check_table
from lakeloop_raw.completion import said

from lakeloop.errors import UserError
from lakeloop.plain import printable

__all__ = ["RawTable", "check_raw"]
_SHOWN = 20


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
    checked = [check_table(raw, table, athena=athena) for table in tables]
    problems = [problem for _, found in checked for problem in found]
    if problems:
        more = f"\n... and {len(problems) - _SHOWN} more" if len(problems) > _SHOWN else ""
        lines = "\n".join(str(problem) for problem in problems[:_SHOWN])
        raise UserError(f"The raw data cannot be built; nothing was changed.\n{lines}{more}")
    for one, _ in checked:
        if one.table is not one.declared:
            print(printable(said(one.declared, one.table)), file=sys.stderr)
    return [one for one, _ in checked]
