"""The DuckDB that translated queries run on: one instance per process, prepared once, a cursor for each query."""

from __future__ import annotations

import sys
import threading
from functools import cache
from pathlib import Path

import duckdb

from local_athena import memory
from local_athena.dialect import macros, spatial, udf
from local_athena.dialect.binding import bound
from local_athena.dialect.sqltext import text

_MAKING = threading.Lock()
_SETTINGS = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "enable_external_access": "true",
}


def connect(temp_directory: Path | None = None) -> duckdb.DuckDBPyConnection:
    """A connection of its own (temporary views, transactions, ``interrupt()``) to the process's prepared in-memory instance.

    Takes some tens of microseconds after the first call, which registers functions and macros for all. Catalog objects that
    are not ``TEMP`` are shared with every other connection: register relations as temporary views, and keep the default
    catalog (the macros live there). *temp_directory* is where DuckDB spills from now on, whichever connection it spills for;
    once it has spilled, it stays where it did.
    """
    # The cache does not wait for an instance that is being made: of two threads, each would make one.
    with _MAKING:
        instance = _instance()
        if temp_directory is not None:
            _spill(instance, temp_directory)
        return instance.cursor()


def _spill(instance: duckdb.DuckDBPyConnection, wanted: Path) -> None:
    if _spills[0] == wanted:
        return
    try:
        instance.execute(f"SET GLOBAL temp_directory = {text(str(wanted))}")
    except duckdb.NotImplementedException:  # It has spilled. Whoever owns the directory may have deleted it since.
        _spills[0].mkdir(parents=True, exist_ok=True)
    else:
        _spills[0] = wanted


_spills = [Path(".tmp")]
"""The directory in force; DuckDB's default at first."""


@cache
def _instance() -> duckdb.DuckDBPyConnection:
    sys.set_int_max_str_digits(0)  # a number of five thousand digits is one that no type holds, and no defect
    settings: dict[str, str | bool | int | float | list[str]] = {
        **_SETTINGS,
        "memory_limit": f"{memory.allowed()}B",
    }
    connection = duckdb.connect(":memory:", config=settings)
    connection.execute("SET GLOBAL TimeZone = 'UTC'")
    connection.begin()
    udf.register(connection)
    connection.execute(";".join((*udf.copies(), *map(bound, macros.STATEMENTS))))
    connection.commit()
    spatial.joined(connection)
    return connection
