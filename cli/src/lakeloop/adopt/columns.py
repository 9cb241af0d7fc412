"""The columns that a project's SQL reads of tables which it does not make, and the tables that it names without ``source``.

A model often passes its source on by ``select *``, through CTEs and other models: the columns are then named by who reads it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.scope import Scope, traverse_scope

# Trino's and Athena's columns that are in no declaration: https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-table-metadata.html
_HIDDEN = ("$",)


@dataclass
class Reading:
    """Relations, in lower case as ``schema.table``, and the columns that are read of each; texts that cannot be parsed."""

    columns: dict[str, set[str]] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)


def read(compiled: Iterable[tuple[str, str, str]]) -> Reading:
    """Columns and tables that models read.

    Args:
        compiled: name, relation (``schema.table``, as the model's own) and SQL of each model, those that are read by others
            first.
    """
    found = Reading()
    for name, relation, sql in reversed(list(compiled)):
        try:
            tree = sqlglot.parse_one(sql, dialect="athena")
            scopes = traverse_scope(tree)
        except (SqlglotError, RecursionError, AttributeError, ValueError):  # a defect of the parser is no obstacle
            found.unread.append(name)
            continue
        for table in tree.find_all(exp.Table):
            if table.name and table.db:
                found.columns.setdefault(_relation(table), set())
        if scopes:
            _wanted_of(scopes, set(found.columns.get(relation.lower(), ())), found.columns)
    return found


def _wanted_of(scopes: list[Scope], wanted: set[str], found: dict[str, set[str]]) -> None:
    """Add to *found* the columns that the scopes read of tables, if of the last one's output *wanted* columns are read."""
    of_scope: dict[int, set[str]] = {id(scopes[-1]): wanted}
    # A scope's sources come before it; who reads has to come first here.
    for scope in reversed(scopes):
        asked = _columns(scope)
        through = of_scope.get(id(scope), set()) - _named(scope)
        for alias in _starred(scope):
            asked.setdefault(alias, set()).update(through)
        if isinstance(scope.expression, exp.SetOperation):
            for part in scope.set_operation_scopes:
                of_scope.setdefault(id(part), set()).update(of_scope.get(id(scope), set()))
        for alias, source in scope.sources.items():
            names = {name for name in asked.get(alias, ()) if not name.startswith(_HIDDEN)}
            if isinstance(source, Scope):
                of_scope.setdefault(id(source), set()).update(names)
            elif isinstance(source, exp.Table) and source.db:
                found.setdefault(_relation(source), set()).update(names)


def _columns(scope: Scope) -> dict[str, set[str]]:
    """The columns that *scope* names, by the alias they are of; those without one only where there is one source."""
    # UNNEST makes columns of its own, which are qualified or not in the way.
    aliases = [alias for alias, (_, source) in scope.selected_sources.items() if _has_columns(source)]
    found: dict[str, set[str]] = {}
    outputs = _named(scope)
    for column in scope.columns:
        if isinstance(column.this, exp.Star):
            continue
        # `o.payload.id` and `payload.id` are fields of a column; only the sources tell them from `schema.table.column`.
        parts = [part.name for part in column.parts]
        qualified = next((place for place, part in enumerate(parts[:-1]) if part in scope.selected_sources), None)
        name = (parts[0] if qualified is None else parts[qualified + 1]).lower()
        if qualified is not None:
            found.setdefault(parts[qualified], set()).add(name)
        elif len(aliases) == 1 and not (name in outputs and _in_order(column)):
            found.setdefault(aliases[0], set()).add(name)
    return found


def _has_columns(source: exp.Table | Scope) -> bool:
    return isinstance(source, exp.Table) or not source.is_udtf


def _in_order(column: exp.Column) -> bool:
    """Whether *column* stands where a name of the output goes before one of the sources."""
    return column.find_ancestor(exp.Order, exp.Window) is not None and column.find_ancestor(exp.Window) is None


def _named(scope: Scope) -> set[str]:
    selects = scope.expression.selects if isinstance(scope.expression, exp.Query) else []
    return {select.alias_or_name.lower() for select in selects if not select.is_star}


def _starred(scope: Scope) -> list[str]:
    """The aliases that ``*`` or ``alias.*`` passes on; none where it cannot be told whose a column is."""
    selects = scope.expression.selects if isinstance(scope.expression, exp.Query) else []
    aliases = list(scope.selected_sources)
    found = []
    for select in selects:
        if isinstance(select, exp.Star) and len(aliases) == 1:
            found.append(aliases[0])
        elif isinstance(select, exp.Column) and isinstance(select.this, exp.Star):
            found.append(select.table)
    return found


def _relation(table: exp.Table) -> str:
    return f"{table.db}.{table.name}".lower()


def hard_coded(reading: Reading, known: Mapping[str, str]) -> list[str]:
    """Tables that the SQL names and that are neither models nor sources; *known* are those, in lower case."""
    return sorted(name for name in reading.columns if name not in known and not name.startswith("information_schema."))
