"""From the names in a query to relations on the DuckDB connection.

Every table reference is looked up in Glue at this very moment and replaced: a view by its query, anything physical by ``"r1"``,
``"r2"``, ... which is then made a temporary view over local files. A reference keeps the name that the query knows it by, as its
alias.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, cast

from sqlglot import exp

from local_athena import dialect
from local_athena.catalog.glue import is_managed, table_missing
from local_athena.dialect.scope import SCHEMA
from local_athena.errors import AthenaError, NotSupported
from local_athena.model import DEFAULT_CATALOG, Column, TableName
from local_athena.session import Session, resolve_name
from local_athena.sql.trino import parse_query
from local_athena.statements import metadata
from local_athena.statements.usage import conjuncts, used_columns
from local_athena.tables import views
from local_athena.tables.delta.table import DeltaTable, is_delta
from local_athena.tables.hive import hidden as hidden_columns
from local_athena.tables.hive.files import DataFile, data_files, partitions_of
from local_athena.tables.hive.partition_values import check_values
from local_athena.tables.hive.scan import scan
from local_athena.tables.hive.table import HiveTable

_MAX_VIEW_DEPTH = 50


def is_iceberg(table: Mapping[str, object]) -> bool:
    parameters = table.get("Parameters")
    return isinstance(parameters, Mapping) and str(parameters.get("table_type", "")).upper() == "ICEBERG"


@dataclass
class Relation:
    """A relation to be made: its columns as the query sees them, and how it is made once the columns used are known."""

    columns: tuple[Column, ...]
    make: Callable[[set[str]], tuple[Column, ...]]
    """Takes the columns used (lower case), makes the temporary view and returns the columns it has."""


@dataclass
class Scope:
    """Catalog and database for short names, and the views that are being expanded around them."""

    catalog: str
    database: str
    path: tuple[TableName, ...] = ()


@dataclass
class Relations:
    """The relations of one statement's tree."""

    session: Session
    creating: TableName | None = None
    found: dict[str, Relation] = field(default_factory=dict)
    looked_up: dict[TableName, dict[str, Any] | None] = field(default_factory=dict)
    listed: dict[tuple[TableName, tuple[str, ...]], list[DataFile]] = field(default_factory=dict)

    def bind(self, tree: exp.Expression, creating: TableName | None = None) -> exp.Expression:
        """*tree* (which is not changed) with every reference replaced. Nothing is read yet.

        *creating* is a view that must not refer to itself.

        :raises AthenaError: ``TABLE_NOT_FOUND``, ``SCHEMA_NOT_FOUND``, ``VIEW_IS_STALE``, ...
        """
        context, self.creating = self.session.context, creating
        return self._bind(tree.copy(), Scope(context.catalog, context.database, (creating,) if creating else ()))

    def translate(self, tree: exp.Expression, target: Literal["result", "table"] = "result") -> dialect.Translation:
        """Make the relations of a bound tree and translate it to DuckDB's SQL, for a client to read or a table to hold."""
        used = used_columns(tree, {name: [column.name for column in item.columns] for name, item in self.found.items()})
        before = self.session.scanned_bytes
        with self.session.running():
            columns = {name: item.make(used[name]) for name, item in self.found.items()}
        try:
            return dialect.translate(tree, columns, target=target)
        except AthenaError as error:
            if error.code != "COLUMN_NOT_FOUND":
                raise
        # A column that does not exist, or one that the analysis overlooked: once more, with all of them.
        self.session.scanned_bytes = before
        return dialect.translate(tree, self.make_all(), target=target)

    def bind_sources(self, tree: exp.Expression) -> exp.Expression:
        """A copy of an UPDATE, DELETE or MERGE in which every reference but the target itself is replaced."""
        context, copy = self.session.context, tree.copy()
        target = copy.this
        scope = Scope(context.catalog, context.database)
        if not target.args.get("alias"):
            target.meta[SCHEMA] = _above(target)
        for table in [*copy.find_all(exp.Table)]:
            if table is not target and isinstance(table.this, exp.Identifier) and not _names_cte(table):
                self._replace(table, scope)
        _name_schema(copy, scope.database)
        return copy

    def make_all(self) -> dict[str, tuple[Column, ...]]:
        """Make every relation whole, and say which columns each has."""
        with self.session.running():
            return {name: item.make({column.name for column in item.columns}) for name, item in self.found.items()}

    def columns_of(self, tree: exp.Expression) -> tuple[Column, ...]:
        """A bound tree's result columns, without reading anything."""
        return dialect.translate(tree.copy(), {name: item.columns for name, item in self.found.items()}).columns

    def _bind(self, tree: exp.Expression, scope: Scope) -> exp.Expression:
        root = exp.Subquery(this=tree)
        for table in [*root.find_all(exp.Table)]:
            if isinstance(table.this, exp.Identifier) and not _names_cte(table):
                self._replace(table, scope)
        _name_schema(root, scope.database)
        bound: exp.Expression = root.this
        bound.pop()
        return bound

    def _replace(self, table: exp.Table, scope: Scope) -> None:
        position = place(table)
        name = resolve_name(tuple(part.name for part in table.parts), scope.catalog, scope.database)
        alias = table.args.get("alias")
        if not alias:
            alias = exp.TableAlias(this=table.this.copy())
            alias.meta[SCHEMA] = _above(table)
        physical = self._physical(name, table, position)
        if isinstance(physical, views.View):
            query = self._view_query(name, physical, scope, position)
            replacement: exp.Expression = exp.Subquery(this=query, alias=alias)
        else:
            identifier = f"r{len(self.found) + 1}"
            self.found[identifier] = physical
            replacement = exp.Table(this=exp.to_identifier(identifier, quoted=True), alias=alias)
            replacement.this.update_positions(table.this)
            replacement.set("pivots", table.args.get("pivots"))
        replacement.set("sample", table.args.get("sample"))
        # Moved, not copied: the tables that are joined here inside brackets are yet to be replaced themselves.
        replacement.set("joins", table.args.get("joins"))
        parent = table.parent
        if isinstance(parent, exp.Subquery) and parent.this is table and not _means_something(parent):
            replacement.set("joins", parent.args.get("joins"))
            parent.replace(replacement)
        else:
            table.replace(replacement)

    def _physical(self, name: TableName, table: exp.Table, position: str) -> Relation | views.View:
        session = self.session
        session.require_catalog(name, position)
        if name.database == "information_schema":
            if table.args.get("version"):
                raise _unversioned(position)
            asked = conjuncts(table, ["table_name"])
            return self._made(
                metadata.columns(name, position),
                lambda relation: metadata.information_schema(session, name, relation, asked),
            )
        base, dollar, kind = name.table.partition("$")
        glue_table = self._glue_table(name)
        if glue_table is None and dollar:
            glue_table = self._glue_table(TableName(name.database, base, name.catalog))
            if glue_table is not None:
                if table.args.get("version"):
                    raise _unversioned(position)
                return self._metadata_table(TableName(name.database, base, name.catalog), kind, glue_table, position)
        if glue_table is None:
            if session.glue.database(name.database, name.catalog) is None:
                raise _place_missing(name, position)
            raise table_missing(name, position)
        if is_iceberg(glue_table):
            return self._iceberg(name, glue_table, table)
        if table.args.get("version"):
            raise _unversioned(position)
        if views.is_view(glue_table):
            return views.decode(name, glue_table)
        if is_delta(glue_table):
            delta = DeltaTable.load(name, glue_table, session.storage, session.context.check)
            return self._hive(delta.hive, table, delta)
        return self._hive(HiveTable.load(name, glue_table), table)

    def _made(self, columns: Sequence[Column], make: Callable[[str], None]) -> Relation:
        identifier = f"r{len(self.found) + 1}"

        def now(_used: set[str]) -> tuple[Column, ...]:
            make(identifier)
            return tuple(columns)

        return Relation(tuple(columns), now)

    def _metadata_table(self, name: TableName, kind: str, glue_table: dict[str, object], position: str) -> Relation:
        if is_iceberg(glue_table) and kind in metadata.ICEBERG_KINDS:
            identifier = f"r{len(self.found) + 1}"
            loaded = self.session.services.iceberg.load(name, glue_table)
            columns: tuple[Column, ...] = loaded.metadata_table(self.session.connection, identifier, kind)
            return Relation(columns, lambda _used: columns)
        if kind == "partitions" and not (is_iceberg(glue_table) or views.is_view(glue_table) or is_delta(glue_table)):
            table = HiveTable.load(name, glue_table)
            if table.keys:
                return self._made(table.keys, lambda relation: metadata.hive_partitions(self.session, table, relation))
        raise table_missing(TableName(name.database, f"{name.table}${kind}", name.catalog), position)

    def _hive(self, table: HiveTable, reference: exp.Table, delta: DeltaTable | None = None) -> Relation:
        """A table of files: those of its location and of its partitions, or those that the log of *delta* names."""
        if delta is None:
            table.check()
        session, identifier = self.session, f"r{len(self.found) + 1}"
        asked = _hidden_names(reference)
        known = hidden_columns.of_table(table) if delta is None else hidden_columns.OF_FILES
        hidden = [column for column in known if column.name in asked]
        predicates = conjuncts(reference, [key.name for key in table.keys])
        columns = (*(delta or table).columns, *hidden)

        def make(used: set[str]) -> tuple[Column, ...]:
            files = self._files(table, predicates, delta)
            session.sources |= {
                file.item.uri: "HIVE_CURSOR_ERROR" for file in files if file.layout.form.kind == "parquet"
            }
            scanned = scan(
                session.connection,
                identifier,
                table,
                files,
                used,
                hidden,
                session.storage,
                lambda: session.workspace,
                session.context,
            )
            session.add_scanned(scanned.bytes)
            return columns

        return Relation(columns, make)

    def _files(
        self, table: HiveTable, predicates: Sequence[exp.Expression], delta: DeltaTable | None
    ) -> list[DataFile]:
        """The table's files, listed once for a statement however often it refers to them."""
        key = (table.name, tuple(predicate.sql(dialect="trino") for predicate in predicates))
        if key not in self.listed:
            session = self.session
            if delta is not None:
                self.listed[key] = delta.files(session.storage)
                return self.listed[key]
            partitions = partitions_of(session.glue, table, session.connection, predicates)
            check_values(table.keys, [partition.values for partition in partitions])
            self.listed[key] = data_files(session.storage, table, partitions)
        return self.listed[key]

    def _glue_table(self, name: TableName) -> dict[str, Any] | None:
        """Glue's answer, asked once for a statement: all of its references see the same table."""
        if name not in self.looked_up:
            self.looked_up[name] = self.session.glue.table(name)
        return self.looked_up[name]

    def _iceberg(self, name: TableName, glue_table: dict[str, object], reference: exp.Table) -> Relation:
        session, identifier = self.session, f"r{len(self.found) + 1}"
        loaded = session.services.iceberg.load(name, glue_table)
        if reference.args.get("version"):
            loaded = loaded.at(metadata.as_of(session, reference.args["version"], _after(reference)))
        asked = _hidden_names(reference)
        hidden = [column for column in (hidden_columns.PATH, hidden_columns.MODIFIED) if column.name in asked]
        predicates = conjuncts(reference, [column.name for column in loaded.columns])
        predicate = cast(exp.Expression, exp.and_(*predicates)) if predicates else None

        def make(used: set[str]) -> tuple[Column, ...]:
            kept = [column for column in loaded.columns if column.name in used] or [*loaded.columns[:1]]
            scanned = loaded.scan(
                session.connection, identifier, {column.name for column in (*kept, *hidden)}, predicate
            )
            session.sources |= dict.fromkeys(scanned.files, "ICEBERG_CURSOR_ERROR")
            session.add_scanned(scanned.bytes if used else 0)
            return (*kept, *hidden)

        return Relation((*loaded.columns, *hidden), make)

    def _view_query(self, name: TableName, view: views.View, scope: Scope, position: str) -> exp.Expression:
        if name in scope.path:
            what = "Statement would create a recursive view" if name == self.creating else "View is recursive"
            raise AthenaError("VIEW_IS_RECURSIVE", f"{position}: {what}")
        if len(scope.path) >= _MAX_VIEW_DEPTH:
            raise NotSupported(f"Views nested deeper than {_MAX_VIEW_DEPTH}")
        inner = Scope(view.catalog, view.schema, (*scope.path, name))
        try:
            query = self._bind(parse_query(view.sql), inner)
            now = self.columns_of(query)
        except AthenaError as error:
            if error.code in ("NOT_SUPPORTED", "GENERIC_INTERNAL_ERROR"):
                raise
            message = f"{position}: Failed analyzing stored view '{name}': {error.message}"
            raise AthenaError("INVALID_VIEW", message) from error
        if views.check_fresh(name, view.columns, now, position):
            return query
        # The view's own types count, as its columns were when it was made.
        casts = [
            exp.alias_(
                exp.cast(exp.column(exp.to_identifier(column.name, quoted=True)), column.type.copy()),
                column.name,
                quoted=True,
            )
            for column in view.columns
        ]
        inside = exp.Subquery(this=query, alias=exp.TableAlias(this=exp.to_identifier("v", quoted=True)))
        return exp.Select(expressions=casts, from_=exp.From(this=inside))


def _unversioned(position: str) -> AthenaError:
    return AthenaError("NOT_SUPPORTED", f"{position}: This connector does not support versioned tables")


def place(node: exp.Expression) -> str:
    """``line 1:15`` of a reference: where its first part begins."""
    first = cast(exp.Expression, node.parts[0]) if isinstance(node, exp.Table) else node
    return dialect.errors.position(first).rstrip(": ") or "line 1:1"


def _above(table: exp.Table) -> tuple[str, ...]:
    """The schema, and the catalog, that a reference is written with: its columns go by no others."""
    return tuple(part.name.lower() for part in table.parts[:-1])


def _after(table: exp.Table) -> str:
    """``line 1:18`` of what follows a reference, which is one space behind it in all but odd texts."""
    meta = table.parts[-1].meta
    return f"line {meta.get('line', 1)}:{meta.get('col', 1) + 2}"


def _place_missing(name: TableName, position: str) -> AthenaError:
    """The words of Trino's analyser for a table in a schema, or in a catalog, that is not there."""
    if name.catalog != DEFAULT_CATALOG and not is_managed(name.catalog):
        return AthenaError("CATALOG_NOT_FOUND", f"{position}: Catalog '{name.catalog}' does not exist")
    return AthenaError("SCHEMA_NOT_FOUND", f"{position}: Schema '{name.database}' does not exist")


def _means_something(bracket: exp.Subquery) -> bool:
    """Whether a bracket around a table does more than ``FROM (t)``: it holds joins, or has an alias or a sample."""
    return bool(bracket.this.args.get("joins")) or any(
        value for key, value in bracket.args.items() if key not in ("this", "joins")
    )


def _names_cte(table: exp.Table) -> bool:
    """Whether a one-part name means a CTE that is visible where it stands."""
    if table.args.get("db") or table.args.get("version"):
        return False
    name = table.name.lower()
    node: Any = table.parent
    inside: Any = table
    while node is not None:
        with_ = node.args.get("with_") if not isinstance(node, exp.With) else node
        if isinstance(with_, exp.With):
            definitions = with_.expressions
            if isinstance(node, exp.With):
                at = next((number for number, cte in enumerate(definitions) if cte is inside), len(definitions))
                definitions = definitions[: at + 1] if with_.recursive else definitions[:at]
                if any(cte.alias.lower() == name for cte in definitions):
                    return True
                # The query that holds this WITH would show all of its CTEs: step over it.
                inside, node = node.parent or node, node.parent.parent if node.parent else None
                continue
            if any(cte.alias.lower() == name for cte in definitions):
                return True
        inside, node = node, node.parent
    return False


def _name_schema(root: exp.Expression, database: str) -> None:
    """``current_schema``: https://trino.io/docs/current/functions/session.html."""
    for name in [*root.find_all(exp.CurrentSchema)]:
        name.replace(exp.cast(exp.Literal.string(database), "varchar"))


def _hidden_names(reference: exp.Table) -> set[str]:
    """Names beginning with ``$`` in the query around a reference."""
    select = reference.root()
    return {column.name.lower() for column in select.find_all(exp.Column) if column.name.startswith("$")}
