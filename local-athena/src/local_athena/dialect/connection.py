"""The DuckDB that translated queries run on: one instance per process, prepared once, a cursor for each query."""

from __future__ import annotations

import threading
from functools import lru_cache
from pathlib import Path

import duckdb

from local_athena import memory
from local_athena.dialect import macros, spatial, udf
from local_athena.dialect.binding import bound

_MAKING = threading.Lock()
_SETTINGS = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "enable_external_access": "true",
}


def connect(temp_directory: Path | None = None) -> duckdb.DuckDBPyConnection:
    """A connection of its own (temporary views, transactions, ``interrupt()``) to the prepared in-memory instance.

    Takes some tens of microseconds after the first call. Catalog objects that are not ``TEMP`` are shared with every other
    connection: register relations as temporary views, and keep the default catalog (the macros live there).
    *temp_directory* is where DuckDB spills.
    """
    # The cache does not wait for an instance that is being made: of two threads, each would make one.
    with _MAKING:
        return _instance(temp_directory).cursor()


@lru_cache(maxsize=8)
def _instance(temp_directory: Path | None) -> duckdb.DuckDBPyConnection:
    settings: dict[str, str | bool | int | float | list[str]] = {
        **_SETTINGS,
        "memory_limit": f"{memory.allowed()}B",
        **({"temp_directory": str(temp_directory)} if temp_directory else {}),
    }
    connection = duckdb.connect(":memory:", config=settings)
    connection.execute("SET GLOBAL TimeZone = 'UTC'")
    connection.begin()
    udf.register(connection)
    connection.execute(";".join((*udf.copies(), *map(bound, macros.STATEMENTS))))
    connection.commit()
    spatial.joined(connection)
    return connection
