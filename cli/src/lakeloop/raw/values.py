"""The values of a table's files against what the sources declare them to hold."""

from __future__ import annotations

from pathlib import Path

import duckdb

from lakeloop.contract import RawColumn, RawTable
from lakeloop.raw.layout import Problem


def value_problems(table: RawTable, files: list[Path], reader: str) -> list[Problem]:
    """Values that do not parse as declared, over all *files* in one scan.

    Args:
        reader: a DuckDB table function over ``$files`` that gives the table's columns and ``filename``.
    """
    checks = [(column, rule) for column in table.columns if (rule := _bad_value(column))]
    if not files or not checks:
        return []
    counts = ", ".join(f"count_if({rule}), min({_quoted(column)}) filter ({rule})" for column, rule in checks)
    query = f"select filename, {counts} from {reader} group by filename order by filename"
    try:
        rows = duckdb.execute(query, {"files": [str(file) for file in files]}).fetchall()
    except duckdb.Error as error:
        return _unreadable(table, files, reader, error)
    return [
        _bad_values(table, Path(filename), column, bad, example)
        for filename, *found in rows
        for (column, _), bad, example in zip(checks, found[::2], found[1::2], strict=True)
        if bad
    ]


def _unreadable(table: RawTable, files: list[Path], reader: str, error: duckdb.Error) -> list[Problem]:
    """Find the files that the scan of all of them stumbled over."""
    if len(files) == 1:
        reason = next((line.strip() for line in str(error).splitlines() if "Error" in line), str(error).splitlines()[0])
        return [
            Problem(
                table.name, files[0], f"cannot be read ({reason[:160]})", "Mend the line and deliver the file again"
            )
        ]
    return [problem for file in files for problem in value_problems(table, [file], reader)]


def _bad_values(table: RawTable, file: Path, column: RawColumn, bad: int, example: str | None) -> Problem:
    what = (
        f"{bad} values are missing" if example is None else f"{bad} values are no {column.holds}, such as {example!r}"
    )
    return Problem(table.name, file, what, "Mend them at the source and deliver the file again", column.name)


def _quoted(column: RawColumn) -> str:
    return f'"{column.name}"'


def _bad_value(column: RawColumn) -> str | None:
    """SQL that is true for a value which dbt's staging could not use; None where everything is usable."""
    value = f"nullif(trim(cast({_quoted(column)} as varchar)), '')"
    rules: list[str] = []
    if column.holds != "varchar":
        rules.append(f"({value} is not null and try_cast({value} as {column.holds}) is null)")
    if column.required:
        rules.append(f"{value} is null")
    return " or ".join(rules) or None
