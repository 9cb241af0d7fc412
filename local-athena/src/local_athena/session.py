"""The session of one statement: the engine's services, its own DuckDB connection and its own directory."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from local_athena import dialect
from local_athena.catalog.glue import Glue, is_managed, schema_missing
from local_athena.errors import AthenaError, InternalError, QueryCancelled, Untranslated
from local_athena.model import DEFAULT_DATABASE, QueryContext, TableName
from local_athena.storage import Storage
from local_athena.tables.hive.columnar.footers import damage
from local_athena.tables.iceberg import IcebergTables

_BATCH_ROWS = 10_000


@dataclass(frozen=True)
class Services:
    """Services that live as long as the engine."""

    glue: Glue
    storage: Storage
    iceberg: IcebergTables
    directory: Path


@dataclass
class Session:
    """One statement's run. ``close`` gives back the connection and deletes the directory."""

    services: Services
    context: QueryContext
    connection: duckdb.DuckDBPyConnection
    scanned_bytes: int = 0
    sources: dict[str, str] = field(default_factory=dict)
    """The URIs of Parquet files that are read, with the error code for one that is damaged."""
    _workspace: Path | None = None
    _cleanup: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)

    @classmethod
    def open(cls, services: Services, context: QueryContext) -> Session:
        stack = contextlib.ExitStack()
        connection = stack.enter_context(contextlib.closing(dialect.connect(services.directory / "spill")))
        session = cls(services, context, connection, _cleanup=stack)
        try:
            context.on_cancel(session.interrupt)
        except BaseException:
            session.close()
            raise
        return session

    @property
    def workspace(self) -> Path:
        """A directory of the statement's own, made when it is first asked for."""
        if self._workspace is None:
            parent = self.services.directory / "queries"
            parent.mkdir(parents=True, exist_ok=True)
            directory = tempfile.TemporaryDirectory(dir=parent, ignore_cleanup_errors=True)
            self._workspace = Path(self._cleanup.enter_context(directory))
        return self._workspace

    def close(self) -> None:
        self._cleanup.close()

    def interrupt(self) -> None:
        """Stop what DuckDB does for the session, from another thread; nothing, if the session was closed meanwhile."""
        with contextlib.suppress(duckdb.ConnectionException):
            self.connection.interrupt()

    @property
    def glue(self) -> Glue:
        return self.services.glue

    @property
    def storage(self) -> Storage:
        return self.services.storage

    def name(self, parts: tuple[str, ...]) -> TableName:
        """A name of one to three parts as a place, in the query's own catalog and database where they are left out."""
        return resolve_name(parts, self.context.catalog, self.context.database)

    def require_catalog(self, name: TableName, position: str = "line 1:1") -> None:
        """Refuse a name in a catalog that is not registered. DESCRIBE, SHOW and DDL do not ask: Athena looks in its own then.

        :raises AthenaError: ``CATALOG_NOT_FOUND``.
        """
        known = self.context.catalogs
        if known is not None and name.catalog not in known and not is_managed(name.catalog):
            raise AthenaError("CATALOG_NOT_FOUND", f"{position}: Catalog '{name.catalog}' does not exist")

    def require_session_catalog(self, name: TableName) -> None:
        """``require_catalog``, in the words that Athena has for CREATE TABLE AS and INSERT (#214, #217):
        https://github.com/aoyagikouhei/athena-local/blob/main/docs/dev/measurements/statements.md

        :raises AthenaError: ``NOT_FOUND``.
        """
        known = self.context.catalogs
        if known is not None and name.catalog not in known and not is_managed(name.catalog):
            raise AthenaError("NOT_FOUND", f"Session property catalog does not exist: {name.catalog}")

    def require_schema(self, name: TableName) -> dict[str, Any]:
        """The database of *name* in Glue.

        :raises AthenaError: ``SCHEMA_NOT_FOUND``.
        """
        found = self.glue.database(name.database, name.catalog)
        if found is None:
            raise schema_missing(name)
        return found

    def schema_to_fill(self, name: TableName) -> dict[str, Any]:
        """``require_schema``, for a statement that puts something there: Athena makes ``default`` where Glue lacks it."""
        found = self.require_schema(name)
        if "CatalogId" not in found and "CreateTime" not in found and name.database == DEFAULT_DATABASE:
            self.glue.create_database(name.database, {}, None, None, name.catalog)
        return found

    def add_scanned(self, scanned: int) -> None:
        """Count bytes, and stop before they are read when the workgroup allows no more."""
        self.scanned_bytes += scanned
        self.context.charge(self.scanned_bytes)

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        """DuckDB's errors inside as Athena's; an interrupt as a cancelled query."""
        try:
            self.context.check()
            yield
        except duckdb.InterruptException as error:
            if self.context.cancelled.is_set():
                raise QueryCancelled from error
            raise InternalError(f"the query was interrupted: {error}") from error
        except (duckdb.Error, pa.ArrowException, MemoryError) as error:
            if self.context.cancelled.is_set():
                raise QueryCancelled from error
            raise self._explained(dialect.errors.from_duckdb(error), str(error)) from error

    def _explained(self, error: AthenaError, said: str) -> AthenaError:
        """An error that DuckDB's text does not explain may be a damaged file, which DuckDB names
        by its local copy or not at all: look for it."""
        if isinstance(error, InternalError | Untranslated) or str(self.services.directory) in said:
            for uri, code in self.sources.items():
                item = self.storage.head(uri)
                found = damage(self.storage.fetch([item])[0]) if item else None
                if found:
                    return AthenaError(code, f"Failed to read Parquet file: {uri} ({found})")
        return error

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """The result of a small DuckDB query."""
        with self.running():
            return self.connection.execute(sql).fetchall()

    def batches(self, sql: str) -> Iterator[pa.RecordBatch]:
        """The result of a DuckDB query, streamed. The first batch is computed before this returns."""
        with self.running():
            reader = self.connection.execute(sql).to_arrow_reader(_BATCH_ROWS)
            first = next(reader, None)

        def stream() -> Iterator[pa.RecordBatch]:
            try:
                batch = first
                while batch is not None:
                    yield batch
                    with self.running():
                        batch = next(reader, None)
            finally:
                self.close()

        return stream()


def resolve_name(parts: tuple[str, ...], catalog: str, database: str) -> TableName:
    """*parts* with *catalog* and *database* for those left out; all lower case."""
    lowered = [part.lower() for part in parts]
    missing = [catalog.lower(), database.lower()][: 3 - len(lowered)]
    found_catalog, found_database, table = [*missing, *lowered]
    return TableName(found_database, table, found_catalog)
