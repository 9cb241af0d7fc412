"""Columns and types of files, where the project declares none."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import duckdb
from lakeloop_project.errors import UserError
from lakeloop_project.sources import BadType, Column, Type, parse_type

_READERS = {
    # CSV is text, on Athena too: nothing is guessed.
    "csv": "read_csv($files, header = true, all_varchar = true, delim = ',', quote = '\"', escape = '\"', union_by_name = true)",
    "json": "read_json($files, format = 'newline_delimited', union_by_name = true, map_inference_threshold = -1)",
    "parquet": "read_parquet($files, union_by_name = true)",
}
# DuckDB's own types, as the nearest that Athena has without losing a value.
_ALSO = {
    "hugeint": Type("decimal", (38, 0)),
    "ubigint": Type("decimal", (20, 0)),
    "uinteger": Type("bigint"),
    "usmallint": Type("integer"),
    "utinyint": Type("smallint"),
    "timestamp_ns": Type("timestamp"),
    "timestamp_ms": Type("timestamp"),
    "timestamp_s": Type("timestamp"),
    "json": Type("varchar"),
}
_TEXTS_OF_JSON = ("date", "time", "timestamp", "timestamp with time zone", "uuid")


def infer_columns(files: Sequence[Path], form: str) -> tuple[Column, ...]:
    """The columns of *files*, all of one format (``parquet``, ``csv`` or ``json``), as DuckDB reads them.

    Raises:
        UserError: a file that cannot be read, or a type without a counterpart on Athena.
    """
    reader = _READERS[form]
    with duckdb.connect() as connection:
        try:
            # The folders' own columns are not the files'.
            query = f"describe select * from {reader[:-1]}, hive_partitioning = false)"
            rows = connection.execute(query, {"files": [str(file) for file in files]}).fetchall()
        except duckdb.Error as error:
            reason = str(error).strip().splitlines()[0]
            raise UserError(f"{_shown(files)} cannot be read as {form}: {reason[:200]}") from error
    return tuple(Column(name, _type(name, text, form, files)) for name, text, *_ in rows)


def infer_partition(name: str, values: Sequence[str]) -> Column:
    """The partition column *name* whose folders are named by *values*: dates if all of them are, else text."""
    dates = bool(values) and all(re.fullmatch(r"\d{4}-\d\d-\d\d", value) for value in values)
    return Column(name, Type("date" if dates else "varchar"), partition=True)


def _type(name: str, text: str, form: str, files: Sequence[Path]) -> Type:
    try:
        found = _on_athena(parse_type(text.replace('"NULL"', "VARCHAR"), _ALSO), form)
    except BadType:
        found = None
    if found is None or not found.in_glue:
        raise UserError(
            f"{_shown(files)}: column {name} is {text}, which Athena does not have. Write it as another type."
        )
    return found


def _on_athena(kind: Type, form: str) -> Type:
    """JSON has no dates: its texts stay texts, on both engines. Parquet's moments with a zone are read as those of UTC."""
    if kind.nested:
        return replace(kind, of=tuple(_on_athena(inner, form) for inner in kind.of))
    if form == "json" and kind.name in _TEXTS_OF_JSON:
        return Type("varchar")
    return Type("timestamp") if kind.name == "timestamp with time zone" else kind


def _shown(files: Sequence[Path]) -> str:
    return f"{files[0]}{f' and {len(files) - 1} more' if len(files) > 1 else ''}"
