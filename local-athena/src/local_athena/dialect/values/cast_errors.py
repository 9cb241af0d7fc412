"""Failed casts between numbers: DuckDB's text in Trino's words (its ``DoubleOperators``, ``DecimalCasts`` and the like)."""

from __future__ import annotations

import re

from local_athena.dialect.udf.numbers import java_double, java_text
from local_athena.errors import AthenaError

_INTEGERS = {"INT8": "tinyint", "INT16": "smallint", "INT32": "integer", "INT64": "bigint"}
_FLOATS = {"DOUBLE": "double", "FLOAT": "real"}
_OUT_OF_RANGE = re.compile(
    r"Type (DOUBLE|FLOAT|INT8|INT16|INT32|INT64) with value (\S+) can't be cast .* destination type (INT8|INT16|INT32|INT64)\b"
)
_DECIMAL_TO_INTEGER = re.compile(r"Failed to cast decimal value (-?\d+) to type (INT8|INT16|INT32|INT64)\b")
_DOUBLE_TO_DECIMAL = re.compile(r'Could not convert string "(\S+)" to DECIMAL\((\d+),(\d+)\)')
_FLOAT_TEXT = re.compile(r"Value (-?[0-9](?:\.[0-9]+)?E-?[0-9]+|NaN|-?Infinity) cannot(?= be represented as varchar)")
_FROM_REAL = re.compile(r"(Cannot cast REAL ')(\S+)(' to DECIMAL)")


def explained(text: str) -> AthenaError | None:
    """The error of a cast that *text* of DuckDB's tells of, if it does."""
    if found := _OUT_OF_RANGE.search(text):
        return _out_of_range(found[1], found[2], _INTEGERS[found[3]])
    if found := _DECIMAL_TO_INTEGER.search(text):
        return AthenaError("INVALID_CAST_ARGUMENT", f"Cannot cast '{found[1]}' to {_INTEGERS[found[2]].upper()}")
    if found := _DOUBLE_TO_DECIMAL.search(text):
        shown = f"Cannot cast DOUBLE '{java_text(found[1])}' to DECIMAL({found[2]}, {found[3]})"
        return AthenaError("INVALID_CAST_ARGUMENT", shown)
    return None


def _out_of_range(source: str, value: str, target: str) -> AthenaError:
    if source in _INTEGERS:
        return AthenaError("NUMERIC_VALUE_OUT_OF_RANGE", f"Out of range for {target}: {value}")
    shown = java_text(value)
    if source == "DOUBLE" and target == "bigint":
        return AthenaError("INVALID_CAST_ARGUMENT", f"Unable to cast {shown} to bigint")
    if shown == "NaN":
        return AthenaError("INVALID_CAST_ARGUMENT", f"Cannot cast {_FLOATS[source]} NaN to {target}")
    return AthenaError("NUMERIC_VALUE_OUT_OF_RANGE", f"Out of range for {target}: {shown}")


def worded(message: str) -> str:
    """*message* of a cast of ours, with a float as Java shows it."""
    if found := _FLOAT_TEXT.match(message):
        return f"Value {java_double(float(found[1]))} ({found[1]}) cannot{message[found.end() :]}"
    return _FROM_REAL.sub(lambda found: found[1] + java_text(found[2]) + found[3], message)
