"""The state of a translation: the relations of the catalog, the common table expressions in force."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlglot import exp

from local_athena.dialect.scope import Field
from local_athena.model import Column


@dataclass
class Context:
    """Shared by all parts of one translation. ``ctes`` maps a lower-case name to its fields, innermost last."""

    relations: Mapping[str, Sequence[Column]]
    ctes: list[dict[str, list[Field]]] = field(default_factory=list)
    aliases: int = 0
    grouped: bool = False
    """Whether the SELECT that is being translated has a GROUP BY."""
    joining: bool = False
    """Inside JOIN ... ON, where the terms of AND stay as they are: DuckDB finds the keys of the join among them."""
    tried: list[str] | None = None
    """Inside TRY: the aggregates that its expression calls, which are computed before it (``calls.tried``)."""
    or_null: exp.Expr | None = None
    """The call that is the operand of a TRY as it stands: it may give NULL itself where it would fail."""
    subqueries: int = 0
    """Subqueries of expressions around the query that is being translated."""

    taken: frozenset[str] = frozenset()
    """Aliases of relations in FROM, here and in the queries around: DuckDB knows a relation by its alias alone."""

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
