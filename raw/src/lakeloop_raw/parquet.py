"""Parquet files are checked by their footers (a truncated file has none), and text in them by its values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
from lakeloop_project.sources import SourceTable, Type

from lakeloop_raw.layout import Problem
from lakeloop_raw.values import rules_of, value_problems

_INTEGER = {name for size in ("tinyint", "smallint", "integer", "bigint") for name in (size, f"u{size}")}
_NUMBER = {*_INTEGER, "decimal", "float", "double"}
_TEXT = {"varchar", "blob"}
# DuckDB's names of the types that a declared type may be stored as. Wider and narrower integers, and any precision of a
# timestamp, convert without loss or fail loudly; text in the place of a number does not pass, because Athena would refuse the
# file.
_STORED_AS: dict[str, set[str]] = {
    **dict.fromkeys(("tinyint", "smallint", "integer", "bigint"), _INTEGER),
    **dict.fromkeys(("decimal", "real", "double"), _NUMBER),
    **dict.fromkeys(("varchar", "char"), _TEXT),
    "varbinary": {"blob"},
    "boolean": {"boolean"},
    "date": {"date"},
    "timestamp": {"timestamp", "timestamp_s", "timestamp_ms", "timestamp_ns", "timestamp with time zone"},
    "row": {"struct"},
    "array": {"list"},
    "map": {"map"},
}
_NULL = "null"


@dataclass(frozen=True)
class _Stored:
    """A type in a file: DuckDB's name of its kind, its whole text, and the types in it, by name for a struct."""

    kind: str
    text: str
    inner: tuple[tuple[str, _Stored], ...] = ()


def check_parquet(table: SourceTable, files: Sequence[Path]) -> list[Problem]:
    """Problems of a table's Parquet *files*: not whole, a column missing, a column of another type."""
    with duckdb.connect() as connection:
        problems = [problem for file in files for problem in _check(connection, table, file)]
    damaged = {problem.where for problem in problems}
    sound = [file for file in files if file not in damaged]
    # Other columns hold values of their type by being stored so; text has to be looked at.
    rules = [rule for column in table.data_columns if column.type and column.type.is_text for rule in rules_of(column)]
    reader = "read_parquet($files, filename = true, union_by_name = true, hive_partitioning = false)"
    return problems + value_problems(table, sound, reader, rules)


def _check(connection: duckdb.DuckDBPyConnection, table: SourceTable, file: Path) -> list[Problem]:
    try:
        columns = _columns(connection, file)
    except duckdb.Error as error:
        what = f"is not a whole Parquet file ({str(error).splitlines()[0][:120]})"
        return [Problem(table.name, file, what, "Deliver the file again")]
    stored = {name.lower(): kind for name, kind in columns}
    problems = []
    for column in table.data_columns:
        assert column.type is not None
        name = column.name.lower()
        if name not in stored:
            names = ", ".join(name for name, _ in columns)
            todo = f"The file has: {names}. Add the column, or take it out of the sources' declaration"
            problems.append(Problem(table.name, file, "the column is missing", todo, column.name))
        elif not _fits(column.type, stored[name], on_athena=table.format == "parquet"):
            what = f"is {stored[name].text.lower()}, declared as {column.type}"
            problems.append(Problem(table.name, file, what, "Write the file with the declared type", column.name))
    return problems


def _columns(connection: duckdb.DuckDBPyConnection, file: Path) -> list[tuple[str, _Stored]]:
    """The file's columns, from its footer. Raises ``duckdb.Error`` if there is none."""
    relation = connection.from_parquet(str(file), hive_partitioning=False)
    # A column of nothing but NULLs, whose writer knew no type, is an integer to DuckDB.
    leaves = connection.execute(
        "select coalesce(logical_type, '') = 'NullType()' from parquet_schema($file) "
        "where coalesce(num_children, 0) = 0",
        {"file": str(file)},
    ).fetchall()
    nulls = iter([is_null for (is_null,) in leaves])
    return [(name, _stored(kind, nulls)) for name, kind in zip(relation.columns, relation.types, strict=True)]


def _stored(kind: Any, nulls: Iterator[bool]) -> _Stored:
    """*kind* (a ``DuckDBPyType``) and, of each leaf of the file in its order, whether it is of no type."""
    if kind.id in ("struct", "list", "map"):
        return _Stored(kind.id, str(kind), tuple((name, _stored(inner, nulls)) for name, inner in kind.children))
    return _Stored(_NULL if next(nulls) else kind.id, str(kind))


def _fits(declared: Type, stored: _Stored, *, on_athena: bool) -> bool:
    """DuckDB makes text of anything; Athena, which reads a table's files of its declared format only, does not."""
    if stored.kind == _NULL or (declared.is_text and not on_athena):
        return True
    if stored.kind not in _STORED_AS[declared.name]:
        return False
    if declared.name == "row":
        fields = {name.lower(): kind for name, kind in stored.inner}
        pairs = zip(declared.names, declared.of, strict=True)
        return all(
            name.lower() not in fields or _fits(kind, fields[name.lower()], on_athena=on_athena) for name, kind in pairs
        )
    if declared.name in ("array", "map"):
        pairs_of = zip(declared.of, stored.inner, strict=True)
        return all(_fits(kind, inner, on_athena=on_athena) for kind, (_, inner) in pairs_of)
    return True
