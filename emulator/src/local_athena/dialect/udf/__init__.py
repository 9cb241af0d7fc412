"""Scalar functions that only Python can compute; DuckDB calls them by the name of the function."""
from __future__ import annotations

import duckdb


def register(connection: duckdb.DuckDBPyConnection) -> None:
    pass
