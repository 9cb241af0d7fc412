"""Rows of a table by the page, in the order in which they changed."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import psycopg
from psycopg import sql
from psycopg.rows import dict_row

from retail_db.database import connect, said
from retail_db.settings import Away, Place, SourceError
from retail_db.tables import KEYS, Table

_MOST_KEY = 2**63 - 1


@dataclass(frozen=True)
class Page:
    """Rows as JSON has them, and the mark after which the next page begins; None at the end."""

    rows: list[dict[str, Any]]
    next: str | None


@dataclass(frozen=True)
class Mark:
    """A place in a table's order: just after the row of this change and key."""

    changed: datetime
    key: int

    def __str__(self) -> str:
        return urlsafe_b64encode(f"{self.changed.isoformat()} {self.key}".encode()).decode()


def mark(text: str) -> Mark:
    """The mark that *text* spells. Raises ``SourceError`` if it spells none."""
    try:
        changed, _, key = urlsafe_b64decode(text.encode("ascii")).decode("ascii").partition(" ")
        found = Mark(datetime.fromisoformat(changed), int(key))
    except ValueError:
        found = None
    # Another spelling of a mark is none that was given out.
    if found is None or str(found) != text or found.changed.tzinfo is None or not -1 <= found.key <= _MOST_KEY:
        raise SourceError("after= is nothing that a page ended with: it is `next` of the page before, as it is.")
    return found


def page(place: Place, table: Table, since: datetime | None, after: Mark | None, limit: int) -> Page:
    """Up to *limit* rows of *table* that changed at *since* (aware) or later, those after the mark *after*.

    A row that changes while pages are read comes again at their end. Raises ``Away`` if the database goes away.
    """
    key = sql.Identifier(KEYS[table])
    where: list[sql.Composable] = [sql.SQL("true")]
    if since is not None:
        where.append(sql.SQL("updated_at >= {}").format(sql.Literal(since)))
    if after is not None:
        where.append(
            sql.SQL("(updated_at, {}) > ({}, {})").format(key, sql.Literal(after.changed), sql.Literal(after.key))
        )
    query = sql.SQL("SELECT * FROM {} WHERE {} ORDER BY updated_at, {} LIMIT {}").format(
        sql.Identifier("sales", table), sql.SQL(" AND ").join(where), key, sql.Literal(limit + 1)
    )
    with connect(place) as connection, connection.cursor(row_factory=dict_row) as cursor:
        try:
            found = cursor.execute(query).fetchall()
        except psycopg.OperationalError as error:
            raise Away(f"The {table} cannot be read: {said(error)}") from error
    rows = found[:limit]
    more = str(Mark(rows[-1]["updated_at"], rows[-1][KEYS[table]])) if len(found) > limit else None
    return Page([{name: _json(value) for name, value in row.items()} for row in rows], more)


def _json(value: Any) -> Any:
    """A value of a column. Money is text, exact; moments are all of one length, in UTC, so that they sort as text."""
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}Z"
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
