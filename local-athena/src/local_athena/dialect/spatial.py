"""DuckDB's spatial extension, loaded when a query first asks for it: that takes a second.

It is a package of its own on PyPI, for DuckDB downloads nothing here.
"""

from __future__ import annotations

import threading
from importlib.util import find_spec
from pathlib import Path

import duckdb

from local_athena.errors import NotSupported

_PACKAGE = "duckdb_extension_spatial"
_LOCK = threading.Lock()
_instances: list[duckdb.DuckDBPyConnection] = []
_loaded = False


def joined(instance: duckdb.DuckDBPyConnection) -> None:
    """Note an instance of DuckDB that queries run on."""
    with _LOCK:
        _instances.append(instance)
        if _loaded:
            _load(instance)


def load() -> None:
    """Have every instance know geometries.

    :raises NotSupported: the package is not installed.
    """
    global _loaded
    if _loaded:
        return
    with _LOCK:
        if not _loaded:
            for instance in _instances:
                _load(instance)
            _loaded = True


def _load(instance: duckdb.DuckDBPyConnection) -> None:
    found = find_spec(_PACKAGE)
    places = [Path(place) for place in (found.submodule_search_locations or ())] if found else []
    files = [file for place in places for file in place.rglob("spatial.duckdb_extension")]
    if not files:
        raise NotSupported(
            "A geospatial function without DuckDB's extension (`uv sync --project emulator --inexact --extra spatial` installs it)"
        )
    instance.cursor().execute(f"LOAD '{str(files[0]).replace(chr(39), chr(39) * 2)}'")
