"""A query's use of each relation: the columns it reads and the conditions it puts on them.

Columns decide how many bytes count as scanned, conditions which partitions are read at all. Both are told from the tree; where that
is in doubt, everything counts as read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import cast

from sqlglot import exp
from sqlglot.optimizer.pushdown_projections import pushdown_projections
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import Scope, traverse_scope

_VOLATILE = {"rand", "random", "uuid", "shuffle"}


def used_columns(tree: exp.Expression, relations: Mapping[str, Sequence[str]]) -> dict[str, set[str]]:
    """For each relation (id to its columns' names, lower case), the columns that the query reads."""
    everything = {name: set(columns) for name, columns in relations.items()}
    if not relations or not isinstance(tree, exp.Query):
        return everything
    schema: dict[str, object] = {name: dict.fromkeys(columns, "varchar") for name, columns in relations.items()}
    try:
        qualified = qualify(
            tree.copy(), schema=schema, dialect="trino", validate_qualify_columns=False, quote_identifiers=False,
            allow_partial_qualification=True,
        )  # fmt: skip
        pruned = pushdown_projections(qualified)
        return _collect(pruned, everything)
    except Exception:
        # sqlglot's optimizer knows fewer forms than Trino, and says so with any error; then every column counts as read.
        return everything


def _collect(tree: exp.Expression, everything: Mapping[str, set[str]]) -> dict[str, set[str]]:
    used: dict[str, set[str]] = {name: set() for name in everything}
    for scope in traverse_scope(tree):
        tables = {alias: source.name for alias, source in scope.sources.items() if isinstance(source, exp.Table)}
        if any(_is_star(selected) for selected in getattr(scope.expression, "selects", [])):
            for table in tables.values():
                used.get(table, set()).update(everything.get(table, set()))
        for column in scope.columns:
            _add(column, tables, scope, used, everything)
    return used


def _add(
    column: exp.Column,
    tables: Mapping[str, str],
    scope: Scope,
    used: dict[str, set[str]],
    everything: Mapping[str, set[str]],
) -> None:
    name, qualifier = column.name.lower(), column.table.lower()
    aliases = {alias.lower(): table for alias, table in tables.items()}
    if qualifier and qualifier not in aliases and scope.parent:
        outer = {
            alias.lower(): source.name
            for alias, source in scope.parent.sources.items()
            if isinstance(source, exp.Table)
        }
        aliases |= outer
    for alias, table in aliases.items():
        if table in everything and (not qualifier or qualifier == alias):
            if name in everything[table]:
                used[table].add(name)
            elif qualifier == alias:
                used[table] |= everything[table] & {part.name.lower() for part in column.parts}


def _is_star(expression: exp.Expression) -> bool:
    return isinstance(expression, exp.Star) or (
        isinstance(expression, exp.Column) and isinstance(expression.this, exp.Star)
    )


def conjuncts(table: exp.Table, columns: Iterable[str]) -> list[exp.Expression]:
    """Conditions that every row of *table* must fulfil to matter, over *columns* (lower case) only and unqualified.

    They come from the WHERE of the query in whose FROM the table stands. A table on the side of an outer join that is filled with
    NULLs gets none: a row that is left out there could change which rows find no partner.
    """
    names = set(columns)
    select = table.parent_select
    if (
        not names
        or not isinstance(select, exp.Select)
        or select.args.get("where") is None
        or not _always_kept(table, select)
    ):
        return []
    alias = table.alias_or_name.lower()
    others = {
        source.alias_or_name.lower()
        for source in select.find_all(exp.Table)
        if source is not table and source.parent_select is select
    }
    found = []
    for condition in (
        select.args["where"].this.flatten()
        if isinstance(select.args["where"].this, exp.And)
        else [select.args["where"].this]
    ):
        inner = condition.unnest() if isinstance(condition, exp.Paren) else condition
        if _about(cast(exp.Expression, inner), alias, names, alone=not others):
            found.append(inner.copy().transform(_unqualified))
    return found


def _always_kept(table: exp.Table, select: exp.Select) -> bool:
    """Whether each row of *table* reaches the WHERE of *select* under the table's own names, in no join filled with NULLs.

    Joins may stand in brackets, ``FROM (a LEFT JOIN b ON ...)``; what a bracket is given an alias for, has other names outside.
    """
    if table.alias_column_names:
        return False
    node: exp.Expr = table
    joins: list[exp.Join] = table.args.get("joins") or []
    while True:
        if any((join.side or "").upper() not in ("", "LEFT") for join in joins):
            return False
        parent = node.parent
        if isinstance(parent, exp.From):
            return all((join.side or "").upper() in ("", "LEFT") for join in select.args.get("joins") or [])
        if isinstance(parent, exp.Join):
            holder = parent.parent
            if holder is None or any(join.side for join in holder.args.get("joins") or []):
                return False
            if holder is select:
                return True
            node, joins = holder, []
        elif isinstance(parent, exp.Subquery) and not parent.args.get("alias"):
            node, joins = parent, parent.args.get("joins") or []
        else:
            return False


def _about(condition: exp.Expression, alias: str, names: set[str], alone: bool) -> bool:
    """Whether *condition* is a function of these columns and nothing else."""
    columns = [*condition.find_all(exp.Column)]
    if not columns or condition.find(exp.Query, exp.Lambda, exp.Window, exp.AggFunc) is not None:
        return False
    if any(function.name.lower() in _VOLATILE for function in condition.find_all(exp.Anonymous)):
        return False
    return all(
        column.name.lower() in names
        and (column.table.lower() == alias or (not column.table and alone))
        and not column.db
        for column in columns
    )


def _unqualified(node: exp.Expression) -> exp.Expression:
    return exp.column(node.this.copy()) if isinstance(node, exp.Column) and node.table else node
