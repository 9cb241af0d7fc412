"""Scalar functions that only Python can compute; DuckDB calls them as ``trino_<name>``.

Each module has a table ``FUNCTIONS``: name, function, DuckDB types of its parameters, type of its result. A NULL
argument gives NULL. DuckDB hands over whole batches (``batches``).
A function fails by raising ``Failure``, whose text starts with Trino's error code.
"""

from __future__ import annotations

import duckdb

from local_athena.dialect.udf import (
    addresses,
    batches,
    binary,
    checksums,
    columns,
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
    for module in (*_MODULES, columns):
        for name, function, parameters, result in module.FUNCTIONS:
            whole = function if module is columns else batches.of(function, parameters.split(" "), result)
            connection.create_function(  # type: ignore[call-overload]
                f"trino_{name}",
                whole,
                parameters.split(" "),
                result,
                type="arrow",
                null_handling="special",
            )
