"""How a Python function fails inside DuckDB."""

from __future__ import annotations


class Failure(Exception):
    """Text of the form ``CODE: message``, which ``errors.from_duckdb`` reads back."""


def invalid(message: str) -> Failure:
    return Failure(f"INVALID_FUNCTION_ARGUMENT: {message}")
