"""Parquet files are checked by their footers (a truncated file has none), and text in them by its values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from lakeloop.raw.layout import Problem
from lakeloop.raw.values import rules_of, value_problems
from lakeloop.sources import SourceTable, Type

_Test = Callable[[pa.DataType], bool]
_NUMBER: _Test = lambda kind: (  # noqa: E731
    pa.types.is_integer(kind) or pa.types.is_decimal(kind) or pa.types.is_floating(kind)
)
_BYTES: _Test = lambda kind: pa.types.is_binary(kind) or pa.types.is_large_binary(kind)  # noqa: E731
_TEXT: _Test = lambda kind: (  # noqa: E731
    pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_dictionary(kind) or _BYTES(kind)
)
# What a declared type may be stored as. Wider and narrower integers, and any precision of a timestamp, convert without loss
# or fail loudly; text in the place of a number does not pass, because Athena would refuse the file.
_STORED_AS: dict[str, _Test] = {
    **dict.fromkeys(("tinyint", "smallint", "integer", "bigint"), pa.types.is_integer),
    **dict.fromkeys(("decimal", "real", "double"), _NUMBER),
    **dict.fromkeys(("varchar", "char"), _TEXT),
    "varbinary": _BYTES,
    "boolean": pa.types.is_boolean,
    "date": pa.types.is_date,
    "timestamp": pa.types.is_timestamp,
    "row": pa.types.is_struct,
    "array": lambda kind: pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind),
    "map": pa.types.is_map,
}


def check_parquet(table: SourceTable, files: Sequence[Path]) -> list[Problem]:
    """Problems of a table's Parquet *files*: not whole, a column missing, a column of another type."""
    problems = [problem for file in files for problem in _check(table, file)]
    damaged = {problem.where for problem in problems}
    sound = [file for file in files if file not in damaged]
    # Whatever else is stored is of its type; text is, if it holds nothing else.
    rules = [rule for column in table.data_columns if column.type and column.type.is_text for rule in rules_of(column)]
    reader = "read_parquet($files, filename = true, union_by_name = true, hive_partitioning = false)"
    return problems + value_problems(table, sound, reader, rules)


def _check(table: SourceTable, file: Path) -> list[Problem]:
    try:
        schema = pq.read_schema(file)
    except (pa.ArrowException, OSError) as error:
        what = f"is not a whole Parquet file ({str(error).splitlines()[0][:120]})"
        return [Problem(table.name, file, what, "Deliver the file again")]
    stored = {field.name.lower(): field.type for field in schema}
    problems = []
    for column in table.data_columns:
        assert column.type is not None
        name = column.name.lower()
        if name not in stored:
            todo = (
                f"The file has: {', '.join(schema.names)}. Add the column, or take it out of the sources' declaration"
            )
            problems.append(Problem(table.name, file, "the column is missing", todo, column.name))
        elif not _fits(column.type, stored[name], on_athena=table.format == "parquet"):
            what = f"is {stored[name]}, declared as {column.type}"
            problems.append(Problem(table.name, file, what, "Write the file with the declared type", column.name))
    return problems


def _fits(declared: Type, stored: pa.DataType, *, on_athena: bool) -> bool:
    """DuckDB makes text of anything; Athena, which reads a table's files of its declared format only, does not."""
    if pa.types.is_null(stored) or (declared.is_text and not on_athena):
        return True
    if not _STORED_AS[declared.name](stored):
        return False
    if declared.name == "row":
        fields = {field.name.lower(): field.type for field in stored}
        pairs = zip(declared.names, declared.of, strict=True)
        return all(
            name.lower() not in fields or _fits(kind, fields[name.lower()], on_athena=on_athena) for name, kind in pairs
        )
    if declared.name == "array":
        return _fits(declared.of[0], stored.value_type, on_athena=on_athena)
    if declared.name == "map":
        return all(
            _fits(kind, inner, on_athena=on_athena)
            for kind, inner in zip(declared.of, (stored.key_type, stored.item_type), strict=True)
        )
    return True
