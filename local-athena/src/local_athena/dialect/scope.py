"""Values and names while a query is translated: typed DuckDB expressions, the fields, relations and queries they come from, and how
names find them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from sqlglot import exp

from local_athena.dialect.errors import failure
from local_athena.dialect.queries.plans import Plan
from local_athena.dialect.values.types import Type, held, ident
from local_athena.errors import NotSupported

SCHEMA = "schema"
"""Key in the ``meta`` of a table's alias for the catalog and schema that it is written with, where it goes by its own name."""


@dataclass(slots=True)
class Value:
    """A DuckDB expression (``sql``, safe to put anywhere: bracketed where need be) and the Trino type of its value.

    ``const`` is the Python value of a literal. ``parts`` are a row constructor's fields. ``zone`` is the zone of a zoned timestamp
    where the text of the query fixes it. ``loose`` says that DuckDB's type may be a narrower decimal than ``type``, ``present``
    that it is never NULL.
    """

    sql: str
    type: Type
    const: Any = None
    parts: list[Value] | None = None
    zone: str | None = None
    loose: bool = False
    present: bool = False


def strict(value: Value) -> Value:
    """*value* with the DuckDB type that its Trino type is held in."""
    return replace(value, sql=f"CAST({value.sql} AS {held(value.type)})", loose=False) if value.loose else value


@dataclass(slots=True)
class Field:
    """A column of a relation in scope. ``sql`` is how DuckDB refers to it; ``name`` is None for an unnamed column.

    A ``hidden`` one, such as ``$path``, is found by its name alone: no ``*`` shows it.
    """

    name: str | None
    type: Type
    sql: str
    relation: str | None = None
    loose: bool = False
    zone: str | None = None
    hidden: bool = False
    schema: tuple[str, ...] = ()
    """Catalog and schema that its relation is written with, where that goes by the name of its table."""

    def under(self, prefix: Sequence[str]) -> bool:
        """Whether *prefix* names its relation: ``t``, ``schema.t`` or ``catalog.schema.t``."""
        above = tuple(prefix[:-1])
        return prefix[-1] == self.relation and (not above or above == self.schema[-len(above) :])

    def value(self) -> Value:
        return Value(self.sql, self.type, loose=self.loose, zone=self.zone)


@dataclass
class Query:
    """A translated query. ``fields`` are its columns; a field's ``sql`` is the bare column name that the text gives it."""

    sql: str
    fields: list[Field]
    plan: Plan | None = None
    """How it looks out of itself, if it does."""


def outputs(items: list[tuple[str | None, Value]]) -> list[Field]:
    """Fields for select items: each gets a column name of its own, its Trino name where that is free."""
    seen: set[str] = set()
    fields = []
    for i, (name, value) in enumerate(items):
        column = name if name is not None else f"_col{i}"
        if column in seen:
            column = f"{column}${i}"
        seen.add(column)
        fields.append(Field(name, value.type, ident(column), None, value.loose, value.zone))
    return fields


@dataclass
class Relation:
    """A relation of FROM, and the fields it offers (their ``sql`` qualified)."""

    sql: str
    """Its text without LATERAL."""
    fields: list[Field]
    lateral: bool = False
    correlated: bool = False
    """Whether it is LATERAL and looks at what stands to its left."""
    unnamed: bool = False
    """Whether it ends without an alias, joins in brackets or a sample: DuckDB takes no sample of that."""
    single: bool = False
    """Whether it is one row of VALUES."""
    whole: bool = False
    """Whether it is one subquery under its alias that stands for a join: DuckDB takes no brackets around that."""
    plan: Plan | None = None
    """How it looks out of the query that it stands in, if it does."""

    @property
    def text(self) -> str:
        """The relation as it stands in FROM."""
        return f"LATERAL {self.sql}" if self.lateral else self.sql


OUTPUT_IN_AGGREGATE = "Invalid reference to output projection attribute from ORDER BY aggregation"
OUTPUT_IN_ORDER = "ORDER BY clause in aggregation function must not reference query output columns"


@dataclass
class Scope:
    """The names one query (or lambda) sees; what it does not know it asks its parent."""

    fields: list[Field] = field(default_factory=list)
    parent: Scope | None = None
    parameters: dict[str, Value] | None = None
    windows: dict[str, exp.Expr] = field(default_factory=dict)
    outputs: dict[str, Value] = field(default_factory=dict)
    """Names of the select list, for ORDER BY only."""
    depth: int = 0
    plan: Plan | None = None
    """How the relations of FROM look out of the query that they stand in, if they do."""
    closed: bool = False
    """Whether it is the condition of an outer join, which nothing may look into or out of: no subquery in it is correlated."""
    crossed: bool = False
    """Whether a name was found in a scope around this one, where it has no fields of its own (``fence``)."""
    fenced: bool = False
    """Whether a subquery begins here."""
    keys: frozenset[str] | None = None
    """Texts of the columns that the query is grouped by, which alone a subquery may look at; None where any may be."""
    firsts: dict[str, str] = field(default_factory=dict)
    """Texts of the columns that the query is grouped by in another form (``grouping.apart``), and what shows their first value."""
    aggregating: str = ""
    """Inside an aggregate, where no name of the select list may stand: what to say of one."""
    _index: dict[str, list[Field]] | None = None

    def lambda_scope(self, parameters: dict[str, Value]) -> Scope:
        return Scope(self.fields, self, parameters, self.windows, {}, self.depth + 1)

    def fence(self) -> Scope:
        """A parent for a subquery, which tells whether that looked out into this scope."""
        return Scope(parent=self, fenced=True)

    @contextmanager
    def in_aggregate(self, message: str = OUTPUT_IN_AGGREGATE) -> Iterator[None]:
        """The arguments of an aggregate of this query: any column, and no name of the select list, of which *message* tells."""
        scopes: list[Scope] = []
        current: Scope | None = self
        while current is not None and not current.fenced:
            scopes.append(current)
            current = current.parent
        before = [(s.keys, s.aggregating) for s in scopes]
        for s in scopes:
            s.keys, s.aggregating = None, message
        try:
            yield
        finally:
            for s, (keys, aggregating) in zip(scopes, before, strict=True):
                s.keys, s.aggregating = keys, aggregating

    def show(self, fields: list[Field]) -> None:
        """See *fields* from now on."""
        self.fields, self._index = fields, None

    def named(self, name: str) -> list[Field]:
        if self._index is None:
            self._index = {}
            for f in self.fields:
                if f.name is not None:
                    self._index.setdefault(f.name, []).append(f)
        return self._index.get(name, [])

    def visible(self) -> list[Field]:
        """The fields that ``*`` shows."""
        return [f for f in self.fields if not f.hidden]

    def relation(self, prefix: Sequence[str]) -> list[Field]:
        """The fields that ``prefix.*`` shows."""
        return [f for f in self.visible() if f.under(prefix)]

    def knows(self, name: str) -> bool:
        """Whether *name* is a column here, whatever its relation."""
        if self.parameters is not None:
            return name in self.parameters
        return name in self.outputs or bool(self.named(name))


def first(sql: str) -> str:
    """The value that a group shows of its rows."""
    return f"first({sql})"


_LONGEST_PREFIX = 3


def prefix_length(scope: Scope, parts: Sequence[str]) -> int:
    """How many of *parts* name a relation: the next one names its column, what follows the fields of a row.

    A column *parts[0]* of a nearer scope is nearer than a relation of that name, and any relation nearer than a column beside it.
    """
    current: Scope | None = scope
    while current is not None and len(parts) > 1:
        if current.parameters is None and parts[0] not in current.outputs:
            for n in range(min(len(parts) - 1, _LONGEST_PREFIX), 0, -1):
                if any(f.under(parts[:n]) for f in current.named(parts[n])):
                    return n
        if current.knows(parts[0]):
            return 0
        current = current.parent
    return 0


def find_parts(scope: Scope, parts: Sequence[str], node: exp.Expr) -> tuple[Value | None, int]:
    """The column that *parts* begin with, and how many of them mean it."""
    n = prefix_length(scope, parts)
    return find(scope, parts[:n], parts[n], node), n + 1


def find(scope: Scope, relation: Sequence[str], name: str, node: exp.Expr) -> Value | None:
    """The value that ``relation.name`` or ``name`` stands for, from the innermost scope that knows it."""
    current: Scope | None = scope
    passed: list[Scope] = []
    while current is not None:
        if (found := _own(current, relation, name, node)) is not None:
            for outer in passed:
                outer.crossed = True
            if any(s.closed for s in passed) or (current.closed and any(s.parameters is None for s in passed)):
                shown = ".".join((*relation, name))
                message = f"Reference to column '{shown}' from outer scope not allowed in this context"
                raise failure("NOT_SUPPORTED", message, node)
            if current.keys is not None and found.sql not in current.keys and any(s.fenced for s in passed):
                shown = ".".join((*relation, name))
                message = f"Subquery uses '{shown}' which must appear in GROUP BY clause"
                raise failure("EXPRESSION_NOT_AGGREGATE", message, node)
            if current.keys is not None and found.sql in current.firsts:
                if any(s.fenced for s in passed):
                    raise NotSupported(f"A subquery that looks at a column of type {found.type} in GROUP BY")
                return replace(found, sql=current.firsts[found.sql])
            return found
        passed.append(current)
        current = current.parent
    return None


def _own(scope: Scope, relation: Sequence[str], name: str, node: exp.Expr) -> Value | None:
    if scope.parameters is not None:
        return scope.parameters.get(name) if not relation else None
    if not relation and name in scope.outputs:
        if scope.aggregating:
            raise failure("COLUMN_NOT_FOUND", scope.aggregating, node)
        return scope.outputs[name]
    fields = [f for f in scope.named(name) if not relation or f.under(relation)]
    if len(fields) > 1:
        raise failure("AMBIGUOUS_NAME", f"Column '{'.'.join((*relation, name))}' is ambiguous", node)
    return fields[0].value() if fields else None


def prefix_of(star: exp.Column) -> tuple[str, ...]:
    """The names before ``.*``."""
    return tuple(part.name.lower() for part in star.parts[:-1])
