"""The check of the raw zone before dbt reads it: bad files are named in words, not in a stack trace from inside a build."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from lakeloop_project.sources import SourceTable
from lakeloop_raw import RawTable
from lakeloop_raw.completion import said

from lakeloop import raw_memory
from lakeloop.errors import UserError
from lakeloop.plain import printable

__all__ = ["RawTable", "check_raw"]
_SHOWN = 20


def check_raw(
    raw: Path, tables: Sequence[SourceTable], *, athena: bool = False, remembered: Path | None = None
) -> list[RawTable]:
    """The raw *tables* with their files under *raw*, complete with what had to be inferred, which is said on stderr.

    Args:
        athena: files of another format than the declared one are refused: DuckDB reads them, Athena's table does not.
        remembered: a file for the outcome, so that files which have not changed since are not read again.

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
    known = raw_memory.read(remembered)
    checked = [raw_memory.check(known, raw, table, athena=athena) for table in tables]
    if remembered:
        raw_memory.write(remembered, known)
    problems = [problem for _, found in checked for problem in found]
    if problems:
        more = f"\n... and {len(problems) - _SHOWN} more" if len(problems) > _SHOWN else ""
        lines = "\n".join(str(problem) for problem in problems[:_SHOWN])
        raise UserError(f"The raw data cannot be built; nothing was changed.\n{lines}{more}")
    for one, _ in checked:
        if one.table is not one.declared:
            print(printable(said(one.declared, one.table)), file=sys.stderr)
    return [one for one, _ in checked]
