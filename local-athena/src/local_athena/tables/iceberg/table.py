"""One Iceberg table as a statement sees it: a snapshot to read, and the writes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import duckdb
from pyiceberg.table import Table
from sqlglot import exp

from local_athena.dialect.values.types import to_duckdb
from local_athena.model import Column, QueryContext
from local_athena.tables.iceberg import commit, maintenance, metadata_tables, rows
from local_athena.tables.iceberg.alter import Alteration
from local_athena.tables.iceberg.catalog import commit_error
from local_athena.tables.iceberg.loaded import AsOf, LoadedTable
from local_athena.tables.iceberg.planning import plan
from local_athena.tables.iceberg.predicates import might_match
from local_athena.tables.iceberg.scan import MODIFIED, PATH, Reader, Scanned, make_view
from local_athena.tables.iceberg.types import quoted
from local_athena.tables.iceberg.writer import Target, coerced, write


@dataclass(frozen=True)
class Written:
    """Summary of a write: rows inserted, changed and deleted, the URIs of new data files, and bytes read."""

    rows: int
    files: list[str]
    scanned_bytes: int = 0


class IcebergTable(LoadedTable):
    """A table at one snapshot with all that a statement can do to it."""

    def data_files(self) -> list[str]:
        """URIs of the data files of the snapshot, from the manifests alone."""
        every = plan(self.manifests, self.table.metadata, self.schema, self.snapshot, might_match(None, self.schema))
        return [file.file_path for file in every.files]

    def at(self, as_of: AsOf) -> IcebergTable:
        """This table as it was.

        :raises AthenaError: ``INVALID_ARGUMENTS`` when there is no such snapshot.
        """
        return IcebergTable(self.name, self.table, self.pointer, self.manifests, as_of)

    def scan(
        self,
        connection: duckdb.DuckDBPyConnection,
        relation: str,
        columns: Collection[str] | None = None,
        predicate: exp.Expression | None = None,
        as_of: AsOf | None = None,
    ) -> Scanned:
        """Make the temporary view *relation* of *columns* (None: all), which may name ``$path`` and
        ``$file_modified_time`` too. It leaves out files in which no row can fulfil *predicate* (over plain column names).

        :raises AthenaError: ``ICEBERG_CANNOT_OPEN_SPLIT`` when a data file is gone, ``ICEBERG_BAD_DATA`` when one is none.
        """
        if as_of:
            return self.at(as_of).scan(connection, relation, columns, predicate)
        names = [field.name.lower() for field in self.schema.fields]
        wanted = names if columns is None else [name for name in names if name in columns]
        hidden = [name for name in (PATH, MODIFIED) if columns and name in columns]
        planned = plan(
            self.manifests, self.table.metadata, self.schema, self.snapshot, might_match(predicate, self.schema)
        )
        reader = Reader(self.manifests.files.storage, self.table.metadata, self.schema)
        make_view(connection, relation, reader.relation(planned, wanted, hidden))
        return Scanned(reader.bytes(planned, wanted), [file.file_path for file in planned.files])

    def insert(self, connection: duckdb.DuckDBPyConnection, duckdb_sql: str, context: QueryContext) -> Written:
        """Append the rows of *duckdb_sql*, whose columns are in the table's order.

        :raises AthenaError: ``ICEBERG_TOO_MANY_OPEN_PARTITIONS``; ``IcebergCommitError``. Nothing is left behind then.
        """
        target = Target.of(self.table)
        files = write(connection, coerced(self.schema, duckdb_sql), target, self.manifests.files, context)
        uris = [file.file_path for file in files]
        try:
            with self.pointer.exclusive(self.name, context):
                context.check()
                if files:
                    fresh = self.pointer.current(self.name)
                    self._check_unchanged_layout(fresh)
                    commit.append(fresh, files)
        except BaseException:
            self.manifests.files.discard(uris)
            raise
        self.manifests.files.settled(uris)
        return Written(sum(file.record_count for file in files), uris)

    def change(
        self,
        connection: duckdb.DuckDBPyConnection,
        tree: exp.Expression,
        relations: Mapping[str, Sequence[Column]],
        context: QueryContext,
    ) -> Written:
        """MERGE, UPDATE or DELETE: *tree* is sqlglot's, with every table but the target itself replaced by one of
        *relations*. To be called, with the loading of this table, inside ``IcebergTables.writing``.

        :raises AthenaError: ``MERGE_TARGET_ROW_MULTIPLE_MATCHES``, ``TYPE_MISMATCH``, ``COLUMN_NOT_FOUND``,
            ``ICEBERG_TOO_MANY_OPEN_PARTITIONS``; ``IcebergCommitError`` when another writer came first.
        """
        done = rows.change(self, tree, relations, connection, context)
        return Written(done.rows, [file.file_path for file in done.files], done.scanned_bytes)

    @property
    def alter(self) -> Alteration:
        """ALTER TABLE: each method commits by itself, on the newest state of the table."""
        return Alteration(self.name, self.pointer)

    def optimize(
        self, connection: duckdb.DuckDBPyConnection, where: exp.Expression | None, context: QueryContext
    ) -> Written:
        """OPTIMIZE ... REWRITE DATA USING BIN_PACK [WHERE ...]."""
        files, scanned = maintenance.optimize(self.name, self.pointer, self.manifests, connection, where, context)
        return Written(sum(file.record_count for file in files), [file.file_path for file in files], scanned)

    def vacuum(self, context: QueryContext) -> None:
        """VACUUM: expires snapshots and deletes orphan files."""
        maintenance.vacuum(self.name, self.pointer, self.manifests, context)

    def metadata_table(self, connection: duckdb.DuckDBPyConnection, relation: str, kind: str) -> tuple[Column, ...]:
        """Make *relation* the table ``"t$kind"`` (snapshots, history, files, manifests, partitions, refs, properties).

        :raises NotSupported: for other kinds.
        """
        columns, rows = metadata_tables.build(self, kind)
        source = f"{relation}_rows"
        connection.register(source, rows)
        casts = (f"CAST({quoted(c.name)} AS {to_duckdb(c.type)}) AS {quoted(c.name)}" for c in columns)
        make_view(connection, relation, f"SELECT {', '.join(casts)} FROM {quoted(source)}")
        return columns

    def _check_unchanged_layout(self, fresh: Table) -> None:
        """Files written for one partition spec cannot be added under another."""
        if fresh.metadata.table_uuid != self.table.metadata.table_uuid or fresh.spec() != self.table.spec():
            raise commit_error(self.name, Exception("the table was replaced meanwhile"))
