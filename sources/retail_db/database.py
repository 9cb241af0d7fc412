"""Connections to the database, and its schema put into it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from retail_db import passwords
from retail_db.settings import DATABASE, HOST, Away, Place

HERE = Path(__file__).parent
_CONNECT_SECONDS = 5


def connect(place: Place, role: str = "shop_app", database: str = DATABASE, **more: Any) -> psycopg.Connection[Any]:
    """A connection as *role*, with the password that `just sources-up` made. Raises ``Away`` if there is none to be had.

    What the shell says to clients of PostgreSQL (``PGOPTIONS``, ``PGSSLMODE``) is not asked.
    """
    password = passwords.read(place.passwords)[role]
    settings: dict[str, Any] = {
        "host": HOST,
        "hostaddr": HOST,
        "port": place.port,
        "user": role,
        "password": password,
        "dbname": database,
        "connect_timeout": _CONNECT_SECONDS,
        "sslmode": "disable",
        "options": "-c timezone=UTC",
    }
    try:
        return psycopg.connect(**settings, **more)
    except psycopg.OperationalError as error:
        raise Away(
            f"The shop's database does not answer on {HOST}:{place.port} as {role}: {said(error)} `just sources-up` starts it."
        ) from error


def prepare(place: Place) -> bool:
    """Make the database and its schema unless they are there; answers whether they were made. Raises ``Away``."""
    known = passwords.read(place.passwords)
    with connect(place, "postgres", "postgres", autocommit=True) as server:
        if not server.execute("SELECT FROM pg_database WHERE datname = %s", (DATABASE,)).fetchall():
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
    # In one transaction: there is all of it or nothing.
    with connect(place, "postgres") as database:
        if database.execute("SELECT to_regnamespace('sales')").fetchall() != [(None,)]:
            return False
        database.execute((HERE / "ddl.sql").read_bytes())
        for role in passwords.ROLES[1:]:
            change = sql.SQL("ALTER ROLE {} PASSWORD {}")
            database.execute(change.format(sql.Identifier(role), sql.Literal(known[role])))
    return True


def said(error: psycopg.Error) -> str:
    """PostgreSQL's own words, in one line that ends like a sentence."""
    text = error.diag.message_primary or str(error)
    return f"{' '.join(text.split()).rstrip('.')}."
