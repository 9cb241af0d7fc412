"""Scalar functions that only Python can compute; DuckDB calls them as ``trino_<name>``.

Each module has a table ``FUNCTIONS``: name, function, DuckDB types of its parameters, type of its result. A NULL
argument gives NULL. DuckDB hands over whole batches (``batches``).
A function fails by raising ``Failure``, whose text starts with Trino's error code.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import duckdb

from local_athena.dialect.udf import (
    addresses,
    batches,
    binary,
    checksums,
    columns,
    dates,
    dense,
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


NAMES = frozenset(name for module in _MODULES for name, *_ in module.FUNCTIONS)
"""Functions of single values, each of which has a twin ``trino_<name>_or_null`` that gives NULL where it fails."""

_CALL = re.compile(r"\btrino_(\w+)\(")


def named(name: str, or_null: bool) -> str:
    """The name of a function in DuckDB."""
    return f"trino_{name}{'_or_null' if or_null else ''}"


def or_null(template: str) -> str:
    """A function's template with twins that give NULL in the place of functions that fail."""
    return _CALL.sub(lambda m: f"{named(m[1], m[1] in NAMES)}(", template)


def register(connection: duckdb.DuckDBPyConnection) -> None:
    """Make every function known to *connection*'s instance."""
    for module in _MODULES:
        for name, function, parameters, result in module.FUNCTIONS:
            types = parameters.split(" ")
            _create(connection, named(name, False), batches.of(function, types, result), types, result)
            _create(connection, named(name, True), batches.of(batches.or_null(function), types, result), types, result)
    for name, whole, parameters, result in (*columns.FUNCTIONS, *dense.FUNCTIONS):
        _create(connection, named(name, False), whole, parameters.split(" "), result)


def _create(
    connection: duckdb.DuckDBPyConnection, name: str, function: Callable[..., Any], types: list[str], result: str
) -> None:
    connection.create_function(name, function, types, result, type="arrow", null_handling="special")  # type: ignore[call-overload]
