"""Engines for Great Expectations: Athena by PyAthena's dialect, DuckDB by duckdb-engine's, each mended where they do not meet.

Checked against Great Expectations 1.24.1 and duckdb-engine 0.17.0; tests/test_run.py fails when an upgrade moves one of these.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import duckdb_engine
from sqlalchemy import event
from sqlalchemy.dialects import registry
from sqlalchemy.engine import Engine

# Great Expectations knows regular expressions of a list of dialects: those of Trino are Athena's, too. It asks the
# dialect's module what it has, and for these two it has none.
_LIKE_TRINO = SimpleNamespace(TrinoDialect=object)


class _Reading(duckdb_engine.Dialect):  # type: ignore[misc]
    """DuckDB without transactions: Great Expectations reads a result after it has given the connection back, which rolls back."""

    supports_statement_cache = False

    def do_begin(self, dbapi_connection: Any) -> None:
        pass

    def do_rollback(self, dbapi_connection: Any) -> None:
        pass

    def do_commit(self, dbapi_connection: Any) -> None:
        pass


registry.register("duckdb", __name__, "_Reading")


def _has_regexp_like(connection: Any, _: Any) -> None:
    if "duckdb" in type(connection).__module__:
        connection.execute("create or replace temp macro regexp_like(text, pattern) as regexp_matches(text, pattern)")


event.listen(Engine, "connect", _has_regexp_like)


def url(given: dict[str, Any]) -> str:
    """SQLAlchemy's address of the engine: ``duckdb`` is a file, ``athena`` has ``region``, ``workgroup`` and ``results``."""
    if file := given.get("duckdb"):
        return f"duckdb:///{file}"
    athena = given["athena"]
    return (
        f"awsathena+rest://@athena.{athena['region']}.amazonaws.com:443/{athena['schema']}"
        f"?work_group={quote(athena['workgroup'])}&s3_staging_dir={quote(athena['results'], safe='')}"
    )


def like_trino(engine: Any) -> None:
    """Have Great Expectations write regular expressions for *engine*, one of its own, as Trino has them."""
    engine.dialect_module = _LIKE_TRINO
