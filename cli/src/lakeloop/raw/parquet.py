"""Parquet files are checked by their footers (a truncated file has none), and text in them by its values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from lakeloop.contract import RawTable
from lakeloop.raw.layout import Problem
from lakeloop.raw.values import value_problems

_NUMBER: Callable[[pa.DataType], bool] = lambda kind: (  # noqa: E731
    pa.types.is_integer(kind) or pa.types.is_decimal(kind) or pa.types.is_floating(kind)
)
# What a declared type may be stored as. Wider and narrower integers, and any precision of a timestamp, convert without loss
# or fail loudly; text in the place of a number does not pass, because Athena would refuse the file.
_STORED_AS: dict[str, Callable[[pa.DataType], bool]] = {
    "bigint": pa.types.is_integer,
    "integer": pa.types.is_integer,
    "decimal": _NUMBER,
    "double": _NUMBER,
    "varchar": lambda kind: True,
    "boolean": pa.types.is_boolean,
    "date": pa.types.is_date,
    "timestamp": pa.types.is_timestamp,
}


def check_parquet(table: RawTable, files: list[Path]) -> list[Problem]:
    """Problems of a table's Parquet *files*: not whole, a column missing, a column of another type."""
    problems = [problem for file in files for problem in _check(table, file)]
    text = tuple(column for column in table.columns if column.type == "varchar")
    damaged = {problem.where for problem in problems}
    sound = [file for file in files if file not in damaged]
    reader = "read_parquet($files, filename = true, union_by_name = true)"
    return problems + value_problems(replace(table, columns=text), sound, reader)


def _check(table: RawTable, file: Path) -> list[Problem]:
    try:
        schema = pq.read_schema(file)
    except (pa.ArrowException, OSError) as error:
        what = f"is not a whole Parquet file ({str(error).splitlines()[0][:120]})"
        return [Problem(table.name, file, what, "Deliver the file again")]
    stored = {field.name.lower(): field.type for field in schema}
    problems = []
    for column in table.columns:
        if column.name not in stored:
            todo = (
                f"The file has: {', '.join(schema.names)}. Add the column, or take it out of the sources' declaration"
            )
            problems.append(Problem(table.name, file, "the column is missing", todo, column.name))
        elif not _fits(column.type, stored[column.name]):
            what = f"is {stored[column.name]}, declared as {column.type}"
            problems.append(Problem(table.name, file, what, "Write the file with the declared type", column.name))
    return problems


def _fits(declared: str, stored: pa.DataType) -> bool:
    return bool(pa.types.is_null(stored) or _STORED_AS[declared.split("(")[0]](stored))
