"""How a Python function fails inside DuckDB."""

from __future__ import annotations

TRIED = frozenset(
    ("DIVISION_BY_ZERO", "INVALID_CAST_ARGUMENT", "INVALID_FUNCTION_ARGUMENT", "NUMERIC_VALUE_OUT_OF_RANGE")
)
"""Codes of the errors that TRY gives NULL for; it lets all others pass.

https://github.com/trinodb/trino/blob/master/core/trino-main/src/main/java/io/trino/operator/scalar/TryFunction.java
"""


class Failure(Exception):
    """Text of the form ``CODE: message``, which ``errors.from_duckdb`` reads back."""


def is_tried(error: Exception) -> bool:
    """Whether TRY gives NULL for *error*, whose text begins with its code."""
    return str(error).partition(":")[0] in TRIED


def invalid(message: str) -> Failure:
    return Failure(f"INVALID_FUNCTION_ARGUMENT: {message}")
