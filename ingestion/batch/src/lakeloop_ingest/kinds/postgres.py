"""PostgreSQL: reference tables, read by a server-side cursor in a transaction that can only read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import psycopg
from lakeloop_project.sources.types import Type
from psycopg import sql
from psycopg.rows import dict_row

from lakeloop_ingest.cursor import Row
from lakeloop_ingest.errors import IngestError, in_a_line
from lakeloop_ingest.settings import Table

_PAGE = 10_000
_CONNECT_SECONDS = 10
_TYPES = {
    "bool": Type("boolean"),
    **dict.fromkeys(("int2", "int4", "int8"), Type("bigint")),
    **dict.fromkeys(("float4", "float8"), Type("double")),
    **dict.fromkeys(("text", "varchar", "bpchar", "uuid", "json", "jsonb"), Type("varchar")),
    "date": Type("date"),
    **dict.fromkeys(("timestamp", "timestamptz"), Type("timestamp")),
    "bytea": Type("varbinary"),
}
_TEXTS = ("text", "varchar", "bpchar")
# https://www.postgresql.org/docs/current/catalog-pg-attribute.html: a numeric's precision and scale are in its modifier.
_COLUMNS = """
select attname, typname, case when typname = 'numeric' and atttypmod > 0
    then array[((atttypmod - 4) >> 16) & 65535, (atttypmod - 4) & 2047] end
from pg_attribute join pg_type on pg_type.oid = atttypid
where attrelid = %s::regclass and attnum > 0 and not attisdropped order by attnum
"""


class Postgres:
    """A database; ``connection`` is libpq's: https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING"""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self._connection = settings["connection"]

    def types(self, table: Table) -> Mapping[str, Type]:
        """The types of the table's columns as the database tells them."""
        with self._connected(table) as connection:
            return {name: _type(kind, scale) for name, kind, scale in self._columns(connection, table)}

    def pages(self, table: Table, start: Any) -> Iterator[list[Row]]:
        with self._connected(table) as connection:
            columns = self._columns(connection, table)
            if table.cursor is not None and table.cursor not in [name for name, *_ in columns]:
                known = ", ".join(name for name, *_ in columns)
                raise IngestError(f"{table.name}: {_from(table)} has no column {table.cursor}. It has {known}.")
            shown = [_shown(*column) for column in columns]
            query = sql.SQL("select {} from {}").format(sql.SQL(", ").join(shown), _identifier(table))
            if start is not None:
                cursor = sql.Identifier(table.cursor or "")
                # Rows without a cursor come too, to be refused and not missed.
                query += sql.SQL(" where {0} >= {1} or {0} is null").format(cursor, sql.Literal(start))
            with connection.cursor("lakeloop_ingest", row_factory=dict_row) as rows:
                rows.execute(query)
                while page := rows.fetchmany(_PAGE):
                    yield page

    def _connected(self, table: Table) -> psycopg.Connection[Any]:
        try:
            connection = psycopg.connect(
                self._connection, connect_timeout=_CONNECT_SECONDS, application_name="lakeloop-ingest"
            )
            connection.read_only = True
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            connection.execute("set timezone to 'UTC'")
        except psycopg.Error as error:
            raise IngestError(f"{table.name}: the database cannot be reached: {in_a_line(error)}") from error
        return connection

    def _columns(
        self, connection: psycopg.Connection[Any], table: Table
    ) -> list[tuple[str, str, tuple[int, int] | None]]:
        """Name, type and, of a decimal, precision and scale of the table's columns. Raises ``IngestError`` if there is none."""
        try:
            found = connection.execute(
                _COLUMNS,
                (_identifier(table).as_string(connection),),
            ).fetchall()
        except psycopg.Error as error:
            raise IngestError(f"{table.name}: {_from(table)} cannot be read: {in_a_line(error)}") from error
        return [(name, kind, tuple(numbers) if numbers else None) for name, kind, numbers in found]


def _type(kind: str, numbers: tuple[int, int] | None) -> Type:
    if kind == "numeric":
        # Without a precision, any: nothing that Parquet has holds all of them.
        fits = numbers is not None and numbers[0] <= 38 and numbers[1] <= numbers[0]
        return Type("decimal", numbers) if fits and numbers else Type("varchar")
    return _TYPES.get(kind, Type("varchar"))


def _shown(name: str, kind: str, numbers: tuple[int, int] | None) -> sql.Composed:
    """A column as it is selected: what becomes text here (arrays, ranges, intervals) is written by PostgreSQL."""
    plain = kind in _TEXTS or not _type(kind, numbers).is_text
    return sql.SQL("{}" if plain else "{0}::text as {0}").format(sql.Identifier(name))


def _from(table: Table) -> str:
    said: str = table.more.get("from", table.name)
    return said


def _identifier(table: Table) -> sql.Identifier:
    return sql.Identifier(*_from(table).split("."))
