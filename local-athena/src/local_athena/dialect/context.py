"""The translator, handed down to every room of this package: it translates expressions, queries and calls, and holds the state of
a translation.

Rooms reach one another through it alone, so that none imports a room above its own. ``translation.Translator`` implements it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlglot import exp

from local_athena.dialect.errors import type_mismatch
from local_athena.dialect.scope import Field, Query, Scope, Value
from local_athena.dialect.values.coercion import coerce
from local_athena.dialect.values.types import BOOLEAN, UNKNOWN
from local_athena.model import Column

_CLAUSES = ("WHERE clause", "HAVING clause", "JOIN ON clause")
"""Conditions that Trino's ``StatementAnalyzer`` words, not its ``ExpressionAnalyzer``."""


@dataclass
class Clauses:
    """Modifiers around an aggregate or window function's arguments."""

    distinct: bool = False
    order: list[exp.Ordered] = field(default_factory=list)
    filter: exp.Expr | None = None
    window: exp.Window | None = None
    ignore_nulls: bool = False
    respect_nulls: bool = False

    @property
    def any(self) -> bool:
        return bool(self.distinct or self.order or self.filter or self.window or self.ignore_nulls)


@dataclass
class Context(ABC):
    """One translation. ``ctes`` maps a lower-case name to its fields, innermost last."""

    relations: Mapping[str, Sequence[Column]]
    ctes: list[dict[str, list[Field]]] = field(default_factory=list)
    aliases: int = 0
    grouped: bool = False
    """Whether the SELECT that is being translated has a GROUP BY."""
    joining: bool = False
    """Inside JOIN ... ON, where the terms of AND stay as they are: DuckDB finds the keys of the join among them."""
    tried: list[str] | None = None
    """Inside TRY: the aggregates that its expression calls, which are computed before it (``trying.tried``)."""
    or_null: exp.Expr | None = None
    """The call that is the operand of a TRY as it stands: it may give NULL itself where it would fail."""
    subqueries: int = 0
    """Subqueries of expressions around the query that is being translated."""

    taken: frozenset[str] = frozenset()
    """Aliases of relations in FROM, here and in the queries around: DuckDB knows a relation by its alias alone. And names of
    columns: inside a subquery it takes ``s.x`` for a field of a column *s* before it looks for a relation around."""

    def __post_init__(self) -> None:
        self.taken |= {column.name for columns in self.relations.values() for column in columns}

    @abstractmethod
    def expression(self, node: exp.Expr, scope: Scope) -> Value:
        """*node* as a typed DuckDB expression."""

    @abstractmethod
    def query(self, node: exp.Expr, parent: Scope | None) -> Query:
        """*node* as a DuckDB query; *parent* is the scope that a correlated subquery may look into."""

    @abstractmethod
    def call(
        self,
        name: str,
        args: Sequence[Value | exp.Lambda],
        node: exp.Expr,
        scope: Scope | None = None,
        clauses: Clauses | None = None,
    ) -> Value:
        """The function *name* applied to values that are translated already."""

    def predicate(self, node: exp.Expr, scope: Scope, clause: str) -> str:
        """*node* as a DuckDB condition. Raises TYPE_MISMATCH where it is no boolean."""
        value = self.expression(node, scope)
        if value.type not in (BOOLEAN, UNKNOWN):
            actual = f": actual type {value.type}" if clause in _CLAUSES else f" (actual: {value.type})"
            raise type_mismatch(f"{clause} must evaluate to a boolean{actual}", node)
        return coerce(value, BOOLEAN).sql

    def shown_as(self, name: str | None) -> str:
        """The alias of a relation in DuckDB, which is its own where nothing else in sight has it."""
        shown = name if name is not None and name not in self.taken else self.alias()
        self.taken |= {shown}
        return shown

    def alias(self) -> str:
        """A relation alias that no query can have written."""
        self.aliases += 1
        return f"$r{self.aliases}"

    def cte(self, name: str) -> list[Field] | None:
        return next((level[name] for level in reversed(self.ctes) if name in level), None)
