"""Parquet files are checked by their footers alone: a truncated file has none."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from lakeloop.contract import RawTable
from lakeloop.raw.layout import Problem

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
    return [problem for file in files for problem in _check(table, file)]


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
        elif not _fits(column.holds, stored[column.name]):
            what = f"is {stored[column.name]}, declared as {column.holds}"
            problems.append(Problem(table.name, file, what, "Write the file with the declared type", column.name))
    return problems


def _fits(declared: str, stored: pa.DataType) -> bool:
    if pa.types.is_null(stored) or (pa.types.is_string(stored) and declared.endswith("with time zone")):
        return True
    return _STORED_AS[declared.split("(")[0].split(" ")[0]](stored)
