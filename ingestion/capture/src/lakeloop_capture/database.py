"""The database as the capture sees it before it starts and while it runs: tables, slot, its own account.

Schema ``capture`` holds ``heartbeat``, ``state`` (one row a slot: the snapshot's id, where the slot begins, which tables, into
which stream) and ``debezium_offsets``, Debezium's own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.errors import InsufficientPrivilege, ObjectInUse, UndefinedColumn, UndefinedTable

from lakeloop_capture.columns import Field
from lakeloop_capture.errors import CaptureFailed, CaptureRefused
from lakeloop_capture.settings import Settings

HEARTBEAT = "capture.heartbeat"
BEAT = "INSERT INTO capture.heartbeat VALUES (1, now()) ON CONFLICT (id) DO UPDATE SET beat_at = excluded.beat_at"
_CONNECT_SECONDS = 10
# Of two captures of one database, each would undo the other's offsets. The number is any that others do not use.
_LOCK = 0x6C6B_6361_7074
_TABLES = """
SELECT format('%%s.%%s', n.nspname, c.relname), c.relreplident = 'f', has_table_privilege(c.oid, 'SELECT'),
    EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary),
    ARRAY(
        SELECT a.attname::text FROM pg_attribute a
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
            AND (a.attndims > 1 OR a.atttypid IN ('varbit'::regtype, 'varbit[]'::regtype))
    )
FROM pg_publication_tables p
JOIN pg_namespace n ON n.nspname = p.schemaname
JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = p.tablename
WHERE p.pubname = %s ORDER BY 1
"""
_COLUMNS = """
SELECT a.attname::text, upper(t.typname::text), upper(coalesce(b.typname, t.typname)::text), a.atttypmod, NOT a.attnotnull
FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_type b ON b.oid = nullif(t.typbasetype, 0)
WHERE a.attrelid = to_regclass(format('%%I.%%I', %s::text, %s::text)) AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attnum
"""
_SLOT = """
SELECT active, wal_status, pg_wal_lsn_diff(confirmed_flush_lsn, '0/0')::bigint,
    pg_wal_lsn_diff(pg_current_wal_lsn(), confirmed_flush_lsn)::bigint
FROM pg_replication_slots WHERE slot_name = %s
"""


@dataclass(frozen=True, slots=True)
class Slot:
    """A replication slot. ``confirmed`` is the place up to which the capture has said to be done, ``lag`` the bytes behind it."""

    active: bool
    status: str | None
    confirmed: int
    lag: int


@dataclass(frozen=True, slots=True)
class State:
    """The capture's own account: the snapshot's id, where the slot begins (None while no row has come), its tables,
    and the identity of the stream that all of it went to."""

    attempt: str
    begin: int | None
    completed: bool
    tables: tuple[str, ...]
    stream: str


class Database:
    """A connection to the database of *settings*; other errors of it are ``CaptureFailed``."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._connection: psycopg.Connection[Any] | None = None

    def open(self) -> None:
        """Connect, and be the only capture of this database.

        Raises:
            CaptureFailed: it does not answer, or another capture is connected.
            CaptureRefused: it refuses the user or the password.
        """
        wish = self._settings
        try:
            self._connection = psycopg.connect(
                host=wish.host,
                port=wish.port,
                dbname=wish.database,
                user=wish.user,
                password=wish.password,
                sslmode=wish.sslmode,
                connect_timeout=_CONNECT_SECONDS,
                autocommit=True,
                application_name="lakeloop capture",
            )
        except psycopg.OperationalError as error:
            said = " ".join(str(error).split())
            kind = CaptureRefused if "authentication failed" in said else CaptureFailed
            raise kind(f"The database does not answer: {said[:400]}") from error
        if self.one("SELECT pg_try_advisory_lock(%s)", _LOCK) != (True,):
            raise CaptureFailed(
                "Another capture of this database runs: it holds the lock that a second one would need."
            )

    def close(self) -> None:
        """Let go of the connection."""
        if self._connection is not None:
            self._connection.close()

    def beat(self) -> None:
        """Write the heartbeat, so that the table has a row for the snapshot."""
        self._run(BEAT)

    def tables(self) -> tuple[str, ...]:
        """The published tables, as ``schema.table``.

        Raises:
            CaptureRefused: there is no publication, or tables in it cannot be captured; the message names all and says why.
        """
        name = self._settings.publication
        if self.one("SHOW wal_level") != ("logical",):
            raise CaptureRefused(
                "The database writes no log to capture from: wal_level has to be `logical`, then a restart."
            )
        published = self.one(
            "SELECT pubinsert AND pubupdate AND pubdelete AND pubtruncate FROM pg_publication WHERE pubname = %s", name
        )
        if published is None:
            raise CaptureRefused(
                f"There is no publication {name}: sources/retail_db/ddl.sql shows how an owner makes one."
            )
        found = list(self._run(_TABLES, name))
        wrong = [f"{table} {why}" for table, *facts in found if (why := _why_not(table, *facts))]
        if published != (True,):
            wrong.append(f"publication {name} leaves out inserts, updates, deletes or truncates")
        if HEARTBEAT not in (table for table, *_ in found):
            wrong.append(f"{HEARTBEAT} is not in publication {name}")
        if wrong:
            raise CaptureRefused(f"Not everything can be captured: {'; '.join(wrong)}.")
        return tuple(table for table, *_ in found)

    def columns(self, schema: str, table: str) -> list[Field]:
        """The columns of *table* from the catalog, as far as the wire format tells types apart."""
        return [
            Field(name, *_KINDS.get(base, ("STRING", None)), optional, source, *_modifiers(source, modifier))
            for name, source, base, modifier, optional in self._run(_COLUMNS, schema, table)
        ]

    def slot(self) -> Slot | None:
        """The slot, None if there is none."""
        row = self.one(_SLOT, self._settings.slot)
        return None if row is None else Slot(row[0], row[1], row[2] or 0, row[3] or 0)

    def drop_slot(self) -> None:
        """Drop the slot if it is there. Raises ``CaptureFailed`` while somebody reads it."""
        try:
            self._run(
                "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = %s",
                self._settings.slot,
            )
        except CaptureFailed as error:
            if isinstance(error.__cause__, ObjectInUse):
                raise CaptureFailed(f"Slot {self._settings.slot} is being read by another process.") from error
            raise

    def state(self) -> State | None:
        """The capture's own account, None before the first snapshot."""
        row = self.one(
            "SELECT attempt, begins_at, completed, tables, stream FROM capture.state WHERE slot = %s",
            self._settings.slot,
        )
        return None if row is None else State(row[0], row[1], row[2], tuple(row[3]), row[4])

    def keep(self, state: State) -> None:
        """Write *state*."""
        self._run(
            "INSERT INTO capture.state (slot, attempt, begins_at, completed, tables, stream) VALUES (%s, %s, %s, %s, %s, %s)"
            " ON CONFLICT (slot) DO UPDATE SET attempt = excluded.attempt, begins_at = excluded.begins_at,"
            " completed = excluded.completed, tables = excluded.tables, stream = excluded.stream",
            *(self._settings.slot, state.attempt, state.begin, state.completed, list(state.tables), state.stream),
        )

    def offset(self) -> str | None:
        """Debezium's own account of how far it is: JSON, None if there is none."""
        row = self.one("SELECT offset_val FROM capture.debezium_offsets ORDER BY record_insert_ts DESC LIMIT 1")
        return None if row is None else row[0]

    def forget_offset(self) -> None:
        """Let Debezium begin anew."""
        self._run("DELETE FROM capture.debezium_offsets")

    def one(self, statement: str, *values: Any) -> tuple[Any, ...] | None:
        """The first row of a query, None if it has none."""
        rows = self._run(statement, *values)
        return rows[0] if rows else None

    def _run(self, statement: str, *values: Any) -> Sequence[tuple[Any, ...]]:
        assert self._connection is not None
        with _explained():
            cursor = self._connection.execute(statement, values)
            return cursor.fetchall() if cursor.description else []


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except (UndefinedColumn, UndefinedTable, InsufficientPrivilege) as error:
        raise CaptureRefused(
            f"The database has not what the capture needs in schema `capture`: {error.diag.message_primary}. "
            "sources/retail_db/ddl.sql makes it. The shop's own database is older than that: `just sources-down`, "
            "`just sources-forget`, `just sources-up`."
        ) from error
    except psycopg.Error as error:
        raise CaptureFailed(f"The database: {' '.join(str(error).split())[:400]}") from error


def _why_not(table: str, both_images: bool, readable: bool, key: bool, lost: Sequence[str]) -> str:
    """The reason for which a table cannot be captured, empty if there is none."""
    reasons = []
    if not key:
        reasons.append("has no primary key (ALTER TABLE ... ADD PRIMARY KEY)")
    if not both_images:
        reasons.append(f"gives no row as it was before a change (ALTER TABLE {table} REPLICA IDENTITY FULL)")
    if not readable:
        reasons.append(f"may not be read (GRANT SELECT ON {table})")
    if lost:
        reasons.append(
            f"has columns that Debezium does not read whole, bit varying or arrays of arrays: {', '.join(lost)}"
        )
    return " and ".join(reasons) + (", or leave it out of the publication" if not key or lost else "")


def _modifiers(source: str, modifier: int) -> tuple[int, int]:
    """Precision and scale of a numeric: https://github.com/postgres/postgres, src/backend/utils/adt/numeric.c."""
    if source != "NUMERIC" or modifier < 4:
        return 0, 0
    return (modifier - 4) >> 16 & 0xFFFF, (modifier - 4) & 0x7FF


_KINDS: dict[str, tuple[str, str | None]] = {
    "BOOL": ("BOOLEAN", None),
    "BYTEA": ("BYTES", None),
    "DATE": ("INT32", "io.debezium.time.Date"),
    "FLOAT4": ("FLOAT32", None),
    "FLOAT8": ("FLOAT64", None),
    "INT2": ("INT16", None),
    "INT4": ("INT32", None),
    "INT8": ("INT64", None),
    "OID": ("INT64", None),
    "TIMESTAMP": ("INT64", "io.debezium.time.MicroTimestamp"),
    "TIMESTAMPTZ": ("STRING", "io.debezium.time.ZonedTimestamp"),
}
