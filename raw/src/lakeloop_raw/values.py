"""The values of a table's files against rules, all of them in one scan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
from lakeloop_project.sources import Column, SourceTable

from lakeloop_raw.layout import Problem
from lakeloop_raw.sql import identifier

_MEND = "Mend them at the source and deliver the file again"


@dataclass(frozen=True)
class Rule:
    """A condition (SQL, ``bad``) that no row may meet; ``example`` is SQL too, and ``{example}`` its place in ``what``."""

    column: str | None
    bad: str
    example: str
    what: str
    todo: str = _MEND


def value_problems(table: SourceTable, files: Sequence[Path], reader: str, rules: Sequence[Rule]) -> list[Problem]:
    """Rows that break one of *rules*, over all *files* in one scan.

    Args:
        reader: a DuckDB table function over ``$files`` that gives what the rules name, and ``filename``.
    """
    if not files or not rules:
        return []
    counts = ", ".join(f"count_if({rule.bad}), min({rule.example}) filter ({rule.bad})" for rule in rules)
    query = f"select filename, {counts} from {reader} group by filename order by filename"
    try:
        with duckdb.connect() as connection:
            rows = connection.execute(query, {"files": [str(file) for file in files]}).fetchall()
    except duckdb.Error as error:
        return _unreadable(table, files, reader, rules, error)
    return [
        Problem(table.name, Path(filename), f"{bad} {rule.what.format(example=repr(example))}", rule.todo, rule.column)
        for filename, *found in rows
        for rule, bad, example in zip(rules, found[::2], found[1::2], strict=True)
        if bad
    ]


def rules_of(column: Column, value: str | None = None) -> list[Rule]:
    """Rules that a column's declaration sets for its values, in files of any format.

    Args:
        value: SQL that gives the column's text; the column itself unless given.
    """
    text = f"nullif(trim(cast({value or identifier(column.name)} as varchar)), '')"
    holds = column.holds or column.type
    found = []
    if holds is not None and not holds.is_text and not holds.nested:
        bad = f"({text} is not null and try_cast({text} as {holds.duckdb}) is null)"
        found.append(Rule(column.name, bad, text, f"values are no {holds}, such as {{example}}"))
    if column.required:
        found.append(Rule(column.name, f"{text} is null", text, "values are missing"))
    return found


def _unreadable(
    table: SourceTable, files: Sequence[Path], reader: str, rules: Sequence[Rule], error: duckdb.Error
) -> list[Problem]:
    """Find the files that the scan of all of them stumbled over."""
    if len(files) == 1:
        lines = str(error).splitlines()
        reason = next((line.strip() for line in lines if "Error" in line), lines[0])
        todo = "Mend the line and deliver the file again"
        return [Problem(table.name, files[0], f"cannot be read ({reason[:160]})", todo)]
    return [problem for file in files for problem in value_problems(table, [file], reader, rules)]
