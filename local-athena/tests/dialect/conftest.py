"""One prepared connection for all of the dialect's tests."""

from __future__ import annotations

import datetime
import decimal
import uuid
from collections.abc import Callable
from typing import Any

import duckdb
import pytest
from tests.truth.local import fetched

from local_athena import dialect
from local_athena.dialect.values import types


@pytest.fixture(scope="session")
def connection() -> duckdb.DuckDBPyConnection:
    return dialect.connect()


def shown(value: Any, t: types.Type) -> Any:
    """A fetched value in the form that the case tables are written in."""
    if isinstance(value, decimal.Decimal):
        return str(value) if t.name == "decimal" else int(value)
    if isinstance(value, datetime.datetime):
        text = f"{value:%Y-%m-%d %H:%M:%S.%f}"
        return text[: 20 + t.precision] if t.precision else text[:19]
    if isinstance(value, datetime.time):
        text = f"{value:%H:%M:%S.%f}"
        return text[: 9 + t.precision] if t.precision else text[:8]
    if isinstance(value, datetime.date | uuid.UUID):
        return str(value)
    if isinstance(value, list):
        return [shown(v, t.args[0] if t.args else t) for v in value]
    if isinstance(value, dict) and t.name == "map":
        return {shown(k, t.args[0]): shown(v, t.args[1]) for k, v in value.items()}
    if isinstance(value, dict) and t.name == "row":
        return tuple(shown(v, a) for v, a in zip(value.values(), t.args, strict=True))
    return value


type Rows = list[tuple[Any, ...]]
type Run = Callable[[str], tuple[Rows, list[tuple[str, str]]]]


@pytest.fixture(scope="session")
def run(connection: duckdb.DuckDBPyConnection) -> Run:
    """Run a Trino query; its rows, and the names and types of its columns."""

    def execute(sql: str) -> tuple[Rows, list[tuple[str, str]]]:
        made, rows = fetched(connection, sql, duckdb.DuckDBPyConnection.fetchall)
        kinds = [types.from_datatype(c.type) for c in made.columns]
        return [tuple(shown(v, t) for v, t in zip(r, kinds, strict=True)) for r in rows], [
            (c.name, str(t)) for c, t in zip(made.columns, kinds, strict=True)
        ]

    return execute
