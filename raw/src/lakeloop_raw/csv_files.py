"""CSV: header, shape, values."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from lakeloop_project.sources import Column, SourceTable

from lakeloop_raw.layout import Problem
from lakeloop_raw.scan import open_text, scan
from lakeloop_raw.sql import identifier, mapping
from lakeloop_raw.values import Rule, rules_of, value_problems

# Types that OpenCSVSerDe reads besides text; dates are days since 1970 there.
# https://docs.aws.amazon.com/athena/latest/ug/csv-serde.html
_TYPES = ("boolean", "integer", "bigint", "double")
_OTHER_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "vertical bars"}


def check_csv(table: SourceTable, files: Sequence[Path]) -> list[Problem]:
    """Problems of a table's CSV *files*: what Athena reads otherwise, another header, ragged lines, values that do not parse."""
    problems: list[Problem] = []
    sound = []
    for file in files:
        found = scan(table.name, file, csv=True) or _header_problems(table, file)
        problems.extend(found)
        if not found:
            sound.append(file)
    rules = [rule for column in table.data_columns for rule in _rules(table, column)]
    return problems + value_problems(table, sound, _reader(table), rules)


def declared_types(table: SourceTable) -> list[Problem]:
    """Types of a table of CSV files that Athena's CSV reader does not read as they are written."""
    return [
        Problem(
            table.name,
            Path(table.file),
            f"is {column.type}, which Athena's CSV reader does not read as it is written",
            f"Declare `data_type: varchar` with `config: {{meta: {{holds: {column.type}}}}}`, and cast it in a model",
            column.name,
        )
        for column in table.data_columns
        if column.type is not None and not column.type.is_text and column.type.name not in _TYPES
    ]


def header_of(table: str, file: Path) -> tuple[list[str], list[Problem]]:
    """The names in the first line of *file*, as they stand there, and what keeps them from being columns."""
    with open_text(file) as stream:
        line = stream.readline().decode(errors="replace")
    header = [name.strip() for name in next(csv.reader([line]), [])]
    if len(header) == 1:
        for separator, name in _OTHER_SEPARATORS.items():
            if separator in header[0]:
                what = f"its fields are separated by {name}, and the table that Athena reads it with by commas"
                return header, [Problem(table, file, what, "Deliver it with commas, or as JSON lines or Parquet")]
    twice = [name for name, times in Counter(name.lower() for name in header).items() if times > 1]
    if twice:
        what = "the column is there twice (upper case counts as lower case)"
        return header, [Problem(table, file, what, "Rename one in the header", twice[0])]
    if "" in header and len(header) > 1:
        what = f"column {header.index('') + 1} has no name"
        return header, [Problem(table, file, what, "Name each column in the header")]
    return header, []


def _header_problems(table: SourceTable, file: Path) -> list[Problem]:
    # The order counts: Athena's CSV reader goes by position.
    names, problems = header_of(table.name, file)
    if problems:
        return problems
    header = [name.lower() for name in names]
    declared = [column.name.lower() for column in table.data_columns]
    wanted = f"The header must be: {','.join(declared)}"
    if header == declared:
        return []
    if not any(header):
        return [Problem(table.name, file, "is empty", f"Its first line must be: {','.join(declared)}")]
    missing = [
        Problem(table.name, file, "the column is missing", wanted, name) for name in declared if name not in header
    ]
    todo = "Take it out, or declare it in the sources"
    extra = [
        Problem(table.name, file, "the column is not declared", todo, name) for name in header if name not in declared
    ]
    order = Problem(table.name, file, "the columns stand in another order", wanted)
    return [*missing, *extra] or [order]


def _rules(table: SourceTable, column: Column) -> list[Rule]:
    found = rules_of(column)
    if table.format == "csv" and column.type is not None and not column.type.is_text and not column.required:
        text = f"nullif(trim({identifier(column.name)}), '')"
        what = f"values are empty, and Athena's CSV reader has no empty {column.type}"
        todo = f"Declare `data_type: varchar` with `config: {{meta: {{holds: {column.type}}}}}`, and cast it in a model"
        found.append(Rule(column.name, f"{text} is null", text, what, todo))
    return found


def _reader(table: SourceTable) -> str:
    columns = mapping((column.name, "varchar") for column in table.data_columns)
    return (
        "read_csv($files, auto_detect = false, header = true, delim = ',', quote = '\"', escape = '\"', "
        f"null_padding = false, filename = true, columns = {columns})"
    )
