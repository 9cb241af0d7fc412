"""Scalar functions that only Python can compute; DuckDB calls them as ``trino_<name>``.

Each module has a table ``FUNCTIONS``: name, function, DuckDB types of its parameters, type of its result. A NULL argument gives NULL.
A function fails by raising ``Failure``, whose text starts with Trino's error code.
"""

from __future__ import annotations

import duckdb

from local_athena.dialect.udf import binary, dates, jsons, numbers, regexps, texts, urls


def register(connection: duckdb.DuckDBPyConnection) -> None:
    """Make every function known to *connection*'s instance."""
    for module in (binary, dates, jsons, numbers, regexps, texts, urls):
        for name, function, parameters, result in module.FUNCTIONS:
            connection.create_function(f"trino_{name}", function, parameters.split(" "), result)  # type: ignore[arg-type]
