"""Scalar functions that only Python can compute; DuckDB calls them as ``trino_<name>``.

Each module has a table ``FUNCTIONS``: name, function, DuckDB types of its parameters, type of its result. A NULL
argument gives NULL. DuckDB hands over whole batches (``batches``).
A function fails by raising ``Failure``, whose text starts with Trino's error code.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

import duckdb
import pyarrow as pa
from duckdb.sqltypes import DuckDBPyType

from local_athena.dialect.udf import (
    addresses,
    batches,
    binary,
    checksums,
    clocks,
    colors,
    columns,
    dates,
    dense,
    formats,
    geometry,
    histograms,
    hyperloglogs,
    json_lines,
    json_queries,
    json_shapes,
    jsons,
    lenient,
    murmur,
    mysql_dates,
    numbers,
    regexps,
    set_digests,
    spooky,
    statistics,
    stems,
    texts,
    urls,
    vectors,
)
from local_athena.dialect.udf.batches import Batch

_MODULES = (
    addresses,
    binary,
    checksums,
    clocks,
    colors,
    dates,
    formats,
    geometry,
    histograms,
    hyperloglogs,
    json_lines,
    json_queries,
    json_shapes,
    jsons,
    lenient,
    mysql_dates,
    numbers,
    regexps,
    set_digests,
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
    for name, function, parameters, result in _functions():
        connection.create_function(
            _own(name, result), function, parameters, result, type="arrow", null_handling="special"
        )  # type: ignore[call-overload]


def _own(name: str, result: DuckDBPyType) -> str:
    return f"{name}_of_python" if str(result) in _COPIED else name


def copies() -> list[str]:
    """Macros by the names of the functions that give texts, which have DuckDB copy what they give."""
    return [
        f"CREATE MACRO {name}({given}) AS {_own(name, result)}({given}) || {_COPIED[str(result)]}"
        for name, _, parameters, result in _functions()
        if str(result) in _COPIED
        for given in [", ".join(f"a{i}" for i in range(len(parameters)))]
    ]


_COPIED = {"VARCHAR": "''", "BLOB": "''::BLOB"}
"""Nothing, added to a function's texts so that DuckDB copies them: its COALESCE keeps the address of a text that lies in Arrow's
memory, which is freed before it is read."""


@cache
def _functions() -> list[tuple[str, Callable[..., Batch | pa.Table], list[DuckDBPyType], DuckDBPyType]]:
    """Name, function, types of parameters and of the result of each function, as DuckDB takes them.

    Kept for as long as the process lives. DuckDB calls a function by its address, and it is the connection which
    registered it that holds the reference: another cursor of the same instance calls freed memory when that
    connection is closed first (a segmentation fault).
    """
    made = []
    for name, function, parameters, result in (f for module in _MODULES for f in module.FUNCTIONS):
        types = parameters.split(" ")
        made.append((named(name, False), batches.of(function, types, result), types, result))
        made.append((named(name, True), batches.of(batches.or_null(function), types, result), types, result))
    for name, whole, parameters, result in (
        *checksums.COLUMNS,
        *columns.FUNCTIONS,
        *dense.FUNCTIONS,
        *murmur.FUNCTIONS,
    ):
        made.append((named(name, False), whole, parameters.split(" "), result))
    parsed = cache(duckdb.sqltype)
    return [(name, function, [parsed(t) for t in types], parsed(result)) for name, function, types, result in made]
