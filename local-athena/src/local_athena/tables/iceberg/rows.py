"""Row-level changes by copy-on-write: the files that hold a changed row are written anew, the others stay untouched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb
from pyiceberg.manifest import DataFile
from pyiceberg.table.snapshots import Operation
from sqlglot import exp

from local_athena import dialect
from local_athena.dialect.values.assignment import assignable
from local_athena.dialect.values.types import Type, from_datatype
from local_athena.errors import AthenaError
from local_athena.model import Column, QueryContext, trino_type
from local_athena.tables.iceberg import commit, partitioning
from local_athena.tables.iceberg.clauses import CLAUSE, TARGET, Change, Clause, query, read, target_predicate
from local_athena.tables.iceberg.hashing import register_functions
from local_athena.tables.iceberg.loaded import LoadedTable
from local_athena.tables.iceberg.planning import Plan, plan, wholly_matching
from local_athena.tables.iceberg.predicates import exact, might_match
from local_athena.tables.iceberg.scan import FILE_INDEX, MODIFIED, PATH, ROW_POSITION, Reader, make_view
from local_athena.tables.iceberg.types import quoted, to_duckdb
from local_athena.tables.iceberg.writer import Target, write

_CHANGES = "iceberg_changes"
_PLACE = [Column(FILE_INDEX, trino_type("bigint")), Column(ROW_POSITION, trino_type("bigint"))]
_HIDDEN = [Column(PATH, trino_type("varchar")), Column(MODIFIED, trino_type("timestamp(3) with time zone"))]


@dataclass(frozen=True)
class Changed:
    """Rows inserted, updated and deleted; the new files; bytes of the target read."""

    rows: int
    files: list[DataFile]
    scanned_bytes: int


def change(
    table: LoadedTable,
    tree: exp.Expression,
    relations: Mapping[str, Sequence[Column]],
    connection: duckdb.DuckDBPyConnection,
    context: QueryContext,
) -> Changed:
    """Run the MERGE, UPDATE or DELETE in *tree*, whose source tables are *relations* of *connection*; commit once.

    :raises AthenaError: ``MERGE_TARGET_ROW_MULTIPLE_MATCHES``, ``TYPE_MISMATCH``, ``COLUMN_NOT_FOUND``,
        ``ICEBERG_TOO_MANY_OPEN_PARTITIONS``; ``IcebergCommitError`` when another writer came first.
    """
    asked = {column.name.lower() for column in tree.find_all(exp.Column)}
    hidden = [column for column in _HIDDEN if column.name in asked]
    return _Rewrite(table, read(tree, table.columns), hidden, connection, context).run(relations)


class _Rewrite:
    def __init__(
        self,
        table: LoadedTable,
        change: Change,
        hidden: Sequence[Column],
        connection: duckdb.DuckDBPyConnection,
        context: QueryContext,
    ) -> None:
        self._table, self._change, self._connection, self._context = table, change, connection, context
        self._hidden = hidden
        self._names = [field.name for field in table.schema.fields]
        self._reader = Reader(table.manifests.files.storage, table.table.metadata, table.schema)
        self._scanned = 0

    def run(self, relations: Mapping[str, Sequence[Column]]) -> Changed:
        # First of all: a statement that Trino refuses is refused where no row can be meant, too.
        sql, used = self._translated({**relations, TARGET: [*self._table.columns, *_PLACE, *self._hidden]})
        predicate = target_predicate(self._change)
        planned = self._plan(predicate)
        whole, rows = self._whole_files(planned, predicate)
        rest = planned.of(file for file in planned.files if file.file_path not in whole)
        if rest.files or self._change.source is not None:
            rows += self._find(rest, sql, used)
            affected = self._affected(rest)
        else:
            affected = []
        try:
            files = self._write(rest, affected) if rest.files or self._change.source is not None else []
        finally:
            self._connection.execute(f"DROP TABLE IF EXISTS {_CHANGES}")
        removed = whole | {rest.files[index].file_path for index in affected}
        self._commit(removed, files)
        return Changed(rows, files, self._scanned)

    def _plan(self, predicate: exp.Expression | None) -> Plan:
        table = self._table
        return plan(
            table.manifests, table.table.metadata, table.schema, table.snapshot, might_match(predicate, table.schema)
        )

    def _whole_files(self, planned: Plan, predicate: exp.Expression | None) -> tuple[set[str], int]:
        """Files that a DELETE takes away without reading them, and their rows."""
        if (
            [clause.kind for clause in self._change.clauses] != ["delete"]
            or self._change.source is not None
            or planned.deletes
        ):
            return set(), 0
        expression = exact(predicate, self._table.schema)
        if expression is None:
            return set(), 0
        whole = wholly_matching(planned.files, self._table.schema, expression)
        return whole, sum(file.record_count for file in planned.files if file.file_path in whole)

    def _translated(self, known: Mapping[str, Sequence[Column]]) -> tuple[str, set[str]]:
        """DuckDB's text of the query that finds the changes, and the names of the columns that it reads."""
        tree = query(self._change)
        if self._change.on is not None and self._change.on.find(exp.Query):
            # Trino refuses subqueries of ON that look outside, as it does for outer joins.
            dialect.translate(query(self._change, outer=True), known, target="table")
        translation = dialect.translate(tree, known, target="table")
        if casts := self._casts(translation.columns[3:]):
            translation = dialect.translate(query(self._change, casts), known, target="table")
        return translation.sql, {column.name.lower() for column in tree.find_all(exp.Column)}

    def _find(self, planned: Plan, sql: str, used: set[str]) -> int:
        """Fill the table of changes: place of the row, clause, and the values that clauses assign. Returns its length."""
        hidden = (FILE_INDEX, ROW_POSITION, *(column.name for column in self._hidden))
        view = self._reader.relation(planned, self._names, hidden)
        make_view(self._connection, TARGET, view)
        self._scanned = self._reader.bytes(planned, used)
        places = f"{quoted(FILE_INDEX)}, {quoted(ROW_POSITION)}, {quoted(CLAUSE)}"
        values = "".join(f", {self._assigned(name)} AS {quoted(name)}" for name in self._assigned_names())
        self._connection.execute(
            f"CREATE OR REPLACE TEMP TABLE {_CHANGES} AS SELECT {places}{values} "
            f"FROM ({sql}) WHERE {quoted(CLAUSE)} > 0"
        )
        if self._change.source is not None:
            self._check_single_matches()
        self._context.check()
        return int(self._one(f"SELECT count(*) FROM {_CHANGES}"))

    def _assigned_names(self) -> list[str]:
        assigned = {column for _, column, _ in self._change.assignments}
        return [name for name in self._names if name.lower() in assigned]

    def _assigned(self, name: str) -> str:
        """The new value of a column, from that of the clauses' values which applies."""
        kind = to_duckdb(self._table.schema.find_field(name).field_type)
        cases = " ".join(
            f"WHEN {number} THEN CAST({quoted(alias)} AS {kind})"
            for number, column, alias in self._change.assignments
            if column == name.lower()
        )
        return f"CASE {quoted(CLAUSE)} {cases} END"

    def _casts(self, found: Sequence[Column]) -> dict[str, exp.DataType]:
        """The assigned values that need a coercion, and to what.

        :raises AthenaError: ``TYPE_MISMATCH`` when there is none.
        """
        self._check_types(found)
        wanted = {column.name: column.type for column in self._table.columns}
        pairs = zip(self._change.assignments, found, strict=True)
        return {name: wanted[column] for (_, column, name), value in pairs if value.type != wanted[column]}

    def _check_types(self, found: Sequence[Column]) -> None:
        wanted = {column.name: from_datatype(column.type) for column in self._table.columns}
        by_clause: dict[int, list[tuple[Type, Type]]] = {}
        for (number, column, _), value in zip(self._change.assignments, found, strict=True):
            by_clause.setdefault(number, []).append((wanted[column], from_datatype(value.type)))
        for number, pairs in by_clause.items():
            if all(assignable(value, to) for to, value in pairs):
                continue
            left, right = (", ".join(map(str, types)) for types in zip(*pairs, strict=True))
            what = (
                f"MERGE table column types don't match for MERGE case {number - 1}, SET expressions"
                if self._change.source is not None
                else "UPDATE table column types don't match SET expressions"
            )
            raise AthenaError("TYPE_MISMATCH", f"{what}: Table: [{left}], Expressions: [{right}]")

    def _check_single_matches(self) -> None:
        twice = (
            f"SELECT 1 FROM {_CHANGES} WHERE {quoted(FILE_INDEX)} IS NOT NULL "
            f"GROUP BY {quoted(FILE_INDEX)}, {quoted(ROW_POSITION)} HAVING count(*) > 1 LIMIT 1"
        )
        if self._connection.execute(twice).fetchone():
            raise AthenaError(
                "MERGE_TARGET_ROW_MULTIPLE_MATCHES", "One MERGE target table row matched more than one source row"
            )

    def _affected(self, planned: Plan) -> list[int]:
        found = self._connection.execute(
            f"SELECT DISTINCT {quoted(FILE_INDEX)} FROM {_CHANGES} WHERE {quoted(FILE_INDEX)} IS NOT NULL ORDER BY 1"
        ).fetchall()
        return [index for (index,) in found]

    def _write(self, planned: Plan, affected: list[int]) -> list[DataFile]:
        """The affected files with their rows changed, and the rows to insert."""
        target = Target.of(self._table.table)
        inserted = self._inserted()
        parts, changed = list(inserted), list(inserted)
        if affected:
            view = self._reader.relation(planned, self._names, (FILE_INDEX, ROW_POSITION), only=set(affected))
            parts.append(self._rewritten(view, kept=True))
            changed.append(self._rewritten(view, kept=False))
        if not parts:
            return []
        self._check_partitions(target, changed)
        sql = " UNION ALL ".join(parts)
        return write(self._connection, sql, target, self._table.manifests.files, self._context, limited=False)

    def _inserted(self) -> list[str]:
        numbers = self._numbers("insert")
        if not numbers:
            return []
        assigned = self._assigned_names()
        values = ", ".join(
            quoted(name) if name in assigned else f"CAST(NULL AS {kind}) AS {quoted(name)}"
            for name, kind in self._kinds()
        )
        return [f"SELECT {values} FROM {_CHANGES} WHERE {quoted(CLAUSE)} IN ({numbers})"]

    def _rewritten(self, view: str, kept: bool) -> str:
        """The rows of *view* after updates and deletes; with *kept* false only the updated ones."""
        updates, deletes = self._numbers("update"), self._numbers("delete")
        values = []
        for name in self._names:
            numbers = [str(number) for number, column, _ in self._change.assignments if column == name.lower()]
            numbers = [number for number in numbers if number in updates.split(", ")]
            value = f"f.{quoted(name)}"
            if numbers:
                value = f"CASE WHEN c.{quoted(CLAUSE)} IN ({', '.join(numbers)}) THEN c.{quoted(name)} ELSE {value} END"
            values.append(f"{value} AS {quoted(name)}")
        on = " AND ".join(f"f.{quoted(name)} = c.{quoted(name)}" for name in (FILE_INDEX, ROW_POSITION))
        joined = (
            f"SELECT {', '.join(values)} FROM ({view}) AS f {'LEFT' if kept else 'INNER'} JOIN {_CHANGES} AS c ON {on}"
        )
        if not deletes:
            return joined
        stays = f"c.{quoted(CLAUSE)} IS NULL OR " if kept else ""
        return f"{joined} WHERE {stays}c.{quoted(CLAUSE)} NOT IN ({deletes})"

    def _check_partitions(self, target: Target, parts: list[str]) -> None:
        """Only updated and inserted rows open partitions on Athena; those that are merely copied do not."""
        if target.spec.is_unpartitioned():
            return
        register_functions(self._connection)
        keys = ", ".join(sql for _, sql in partitioning.partition_columns(target.spec, target.schema))
        opened = " UNION ".join(f"SELECT DISTINCT {keys} FROM ({part})" for part in parts)
        if int(self._one(f"SELECT count(*) FROM ({opened})")) > partitioning.MAX_OPEN_PARTITIONS:
            raise partitioning.too_many_partitions()

    def _commit(self, removed: set[str], files: list[DataFile]) -> None:
        table = self._table
        if not removed and not files:
            return
        operation = Operation.OVERWRITE if files else Operation.DELETE
        try:
            self._context.check()
            if removed:
                commit.replace(table.table, table.manifests, removed, files, operation)
            else:
                commit.append(table.table, files)
        except BaseException:
            table.manifests.files.discard([file.file_path for file in files])
            raise
        table.manifests.files.settled(file.file_path for file in files)

    def _kinds(self) -> list[tuple[str, str]]:
        return [(field.name, to_duckdb(field.field_type)) for field in self._table.schema.fields]

    def _numbers(self, kind: str) -> str:
        clauses: Sequence[Clause] = self._change.clauses
        return ", ".join(str(number) for number, clause in enumerate(clauses, start=1) if clause.kind == kind)

    def _one(self, sql: str) -> int:
        found = self._connection.execute(sql).fetchone()
        return int(found[0]) if found else 0
