"""Scalar functions that only Python can compute; DuckDB calls them as ``trino_<name>``.

Each module has a table ``FUNCTIONS``: name, function, DuckDB types of its parameters, type of its result. A NULL
argument gives NULL.
A function fails by raising ``Failure``, whose text starts with Trino's error code.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import duckdb

from local_athena.dialect.udf import (
    addresses,
    binary,
    checksums,
    dates,
    formats,
    jsons,
    mysql_dates,
    numbers,
    regexps,
    spooky,
    statistics,
    stems,
    texts,
    urls,
    vectors,
)
from local_athena.dialect.udf.failures import Failure

_MODULES = (
    addresses,
    binary,
    checksums,
    dates,
    formats,
    jsons,
    mysql_dates,
    numbers,
    regexps,
    spooky,
    statistics,
    stems,
    texts,
    urls,
    vectors,
)


def register(connection: duckdb.DuckDBPyConnection) -> None:
    """Make every function known to *connection*'s instance."""
    for module in _MODULES:
        for name, function, parameters, result in module.FUNCTIONS:
            connection.create_function(  # type: ignore[call-overload]
                f"trino_{name}",
                _null_for_null(_of_calendar(function) if parameters.startswith("TIMESTAMP") else function),
                parameters.split(" "),
                result,
                null_handling="special",
            )


def _null_for_null(function: Callable[..., Any]) -> Callable[..., Any]:
    """DuckDB's own rule of NULL for NULL forbids a function to give NULL for anything else, as url_extract_host does."""

    @wraps(function)
    def checked(*arguments: Any) -> Any:
        return None if None in arguments else function(*arguments)

    return checked


def _of_calendar(function: Callable[..., Any]) -> Callable[..., Any]:
    """For a function of a timestamp: DuckDB hands over the text of one that Python's ``datetime`` cannot hold."""

    @wraps(function)
    def checked(moment: Any, *arguments: Any) -> Any:
        if isinstance(moment, str):
            raise Failure(f"NOT_SUPPORTED: A year outside 1 to 9999 ({moment}) is not supported by local Athena here")
        return function(moment, *arguments)

    return checked
