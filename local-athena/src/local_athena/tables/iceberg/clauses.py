"""MERGE, UPDATE and DELETE as one Trino query each: which rows of the target change, by which clause, and to what.

The query yields ``$file_index`` and ``$row_position`` of the target's row (null for a row to insert), the number of the
clause that applies, and one column per assignment, null where its clause does not apply. A clause applies where its
condition holds and none before it did: https://trino.io/docs/current/sql/merge.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from sqlglot import exp

from local_athena.dialect.errors import failure
from local_athena.dialect.expressions.aggregation import refuse
from local_athena.dialect.scope import SCHEMA
from local_athena.errors import AthenaError
from local_athena.model import Column
from local_athena.tables.iceberg.scan import FILE_INDEX, ROW_POSITION

TARGET = "iceberg_target"
CLAUSE = "$clause"


@dataclass(frozen=True)
class Clause:
    """One WHEN; UPDATE and DELETE have one. ``values`` maps the target's columns to expressions."""

    kind: Literal["update", "delete", "insert"]
    condition: exp.Expression | None = None
    values: dict[str, exp.Expression] = field(default_factory=dict)


@dataclass(frozen=True)
class Change:
    """A row-level statement. ``source`` and ``on`` are MERGE's; ``where`` is UPDATE's and DELETE's."""

    alias: str
    clauses: tuple[Clause, ...]
    source: exp.Expression | None = None
    on: exp.Expression | None = None
    where: exp.Expression | None = None
    schema: tuple[str, ...] = ()
    """Catalog and schema that a target is written with, where it goes by its own name."""

    @property
    def assignments(self) -> list[tuple[int, str, str]]:
        """Number of the clause, column it assigns, and the name under which the query yields the value."""
        return [
            (number, column, f"$value_{number}_{position}")
            for number, clause in enumerate(self.clauses, start=1)
            for position, column in enumerate(clause.values)
        ]


def read(tree: exp.Expression, columns: Sequence[Column]) -> Change:
    """The statement in *tree* against a target with *columns*.

    :raises AthenaError: ``COLUMN_NOT_FOUND``, ``DUPLICATE_COLUMN_NAME``, ``EXPRESSION_NOT_SCALAR``, ``SYNTAX_ERROR``.
    """
    names = {column.name for column in columns}
    target = tree.this.alias_or_name.lower()
    schema = tree.this.meta.get(SCHEMA, ())
    match tree:
        case exp.Merge():
            source, on = tree.args["using"], tree.args["on"]
            clauses = tuple(_when(when, list(names), columns) for when in tree.args["whens"].expressions)
            return Change(target, clauses, source, on, schema=schema)
        case exp.Update():
            where = tree.args.get("where")
            clause = Clause("update", None, _assignments(tree.expressions, names))
            return Change(target, (clause,), where=where.this if where else None, schema=schema)
        case exp.Delete():
            where = tree.args.get("where")
            return Change(target, (Clause("delete"),), where=where.this if where else None, schema=schema)
    raise AthenaError("NOT_SUPPORTED", f"{tree.key.upper()} is not a row-level change")


def _when(when: exp.When, names: list[str], columns: Sequence[Column]) -> Clause:
    condition, then = when.args.get("condition"), when.args["then"]
    refuse(condition, "MERGE WHEN clause")
    matched = bool(when.args.get("matched"))
    if isinstance(then, exp.Update) and matched:
        _check_once([item.this.name.lower() for item in then.expressions])
        return Clause("update", condition, _assignments(then.expressions, set(names), merge=True))
    if isinstance(then, exp.Insert) and not matched:
        listed = [_column(item, set(names), merge=True) for item in _items(then.this)] or [
            column.name for column in columns
        ]
        _check_once(listed)
        values = _items(then.expression)
        if len(values) != len(listed):
            raise AthenaError(
                "SYNTAX_ERROR", f"Number of insert columns {len(listed)} does not match values {len(values)} in MERGE"
            )
        for value in values:
            refuse(value, "INSERT values")
        return Clause("insert", condition, dict(zip(listed, values, strict=True)))
    if matched and then.name.upper() == "DELETE":
        return Clause("delete", condition)
    raise AthenaError("SYNTAX_ERROR", f"mismatched input in MERGE: {when.sql('trino')}")


def _check_once(names: Sequence[str]) -> None:
    for at, name in enumerate(names):
        if name in names[:at]:
            raise AthenaError(
                "DUPLICATE_COLUMN_NAME", f"line 1:1: Merge column name is specified more than once: {name}"
            )


def _items(node: exp.Expression | None) -> list[exp.Expression]:
    if node is None:
        return []
    return (
        list(node.expressions)
        if isinstance(node, exp.Tuple | exp.Schema)
        else [node.this if isinstance(node, exp.Paren) else node]
    )


def _assignments(items: Sequence[exp.Expression], names: set[str], *, merge: bool = False) -> dict[str, exp.Expression]:
    found: dict[str, exp.Expression] = {}
    for item in items:
        column = _column(item.this, names, merge=merge)
        if column in found:
            raise AthenaError("SYNTAX_ERROR", f"Multiple assignments for column: {column}")
        refuse(item.expression, "SET clause")
        found[column] = item.expression
    return found


def _column(node: exp.Expression, names: set[str], *, merge: bool = False) -> str:
    name = node.name.lower()
    if name in names:
        return name
    if merge:
        raise AthenaError("COLUMN_NOT_FOUND", f"line 1:1: Merge column name does not exist in target table: {name}")
    raise failure("COLUMN_NOT_FOUND", f"The UPDATE SET target column {name} doesn't exist", node)


def query(change: Change, casts: Mapping[str, exp.DataType] | None = None, *, outer: bool = False) -> exp.Select:
    """The query described above, over the relation ``iceberg_target`` under the alias that the statement used.

    *casts* gives the values (by the name the query yields them under) that must become another type. With *outer* MERGE's
    join is an outer one, whatever its clauses.
    """
    alias = exp.to_identifier(change.alias, quoted=True)
    target = exp.alias_(exp.to_table(TARGET), alias, table=True)
    target.args["alias"].meta[SCHEMA] = change.schema
    position = [
        exp.column(exp.to_identifier(name, quoted=True), table=alias.copy()) for name in (FILE_INDEX, ROW_POSITION)
    ]
    matched = exp.Not(this=exp.Is(this=position[0].copy(), expression=exp.Null()))
    applies = [_applies(clause, matched if change.source is not None else None) for clause in change.clauses]
    number = _case(applies, [exp.Literal.number(n) for n, _ in enumerate(applies, start=1)], exp.Literal.number(0))
    select = exp.select(
        exp.alias_(position[0].copy(), FILE_INDEX, quoted=True),
        exp.alias_(position[1].copy(), ROW_POSITION, quoted=True),
        exp.alias_(number, CLAUSE, quoted=True),
    )
    for n, column, name in change.assignments:
        before: list[exp.Expression] = [exp.Null() for _ in applies[: n - 1]]
        assigned = change.clauses[n - 1].values[column].copy()
        if casts and name in casts:
            assigned = exp.Cast(this=assigned, to=casts[name].copy())
        value = _case(applies[:n], [*before, assigned], None)
        select = select.select(exp.alias_(value, name, quoted=True), copy=False)
    if change.source is None:
        select = select.from_(target)
        return select.where(change.where.copy()) if change.where is not None else select
    kind = "LEFT" if outer or any(clause.kind == "insert" for clause in change.clauses) else "INNER"
    return select.from_(change.source.copy()).join(target, on=change.on.copy() if change.on else None, join_type=kind)


def _applies(clause: Clause, matched: exp.Expression | None) -> exp.Expression:
    condition = clause.condition.copy() if clause.condition is not None else None
    if matched is None:
        return condition or exp.true()
    side = exp.Not(this=exp.paren(matched.copy())) if clause.kind == "insert" else matched.copy()
    return exp.And(this=side, expression=exp.paren(condition)) if condition is not None else side


def _case(when: Sequence[exp.Expression], then: Sequence[exp.Expression], otherwise: exp.Expression | None) -> exp.Case:
    ifs = [exp.If(this=condition.copy(), true=value) for condition, value in zip(when, then, strict=True)]
    return exp.Case(ifs=ifs, default=otherwise)


def target_predicate(change: Change) -> exp.Expression | None:
    """The condition on the target alone that every changed row fulfils; for skipping files."""
    if change.source is None:
        return change.where
    found: exp.Expression | None = None
    for part in _conjuncts(change.on):
        if _only(part, change.alias):
            found = exp.And(this=found, expression=part.copy()) if found is not None else part.copy()
    return found


def _conjuncts(node: exp.Expression | None) -> list[exp.Expression]:
    match node:
        case None:
            return []
        case exp.And():
            return [*_conjuncts(node.this), *_conjuncts(node.expression)]
        case exp.Paren():
            return _conjuncts(node.this)
    return [node]


def _only(node: exp.Expression, alias: str) -> bool:
    columns = list(node.find_all(exp.Column))
    return bool(columns) and all(column.table.lower() == alias for column in columns) and not node.find(exp.Query)
