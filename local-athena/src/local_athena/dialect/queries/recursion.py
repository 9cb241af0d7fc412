"""Checks of WITH RECURSIVE: places where a query may mention itself, and clauses that may not stand in it.

The rules and messages are those of ``StatementAnalyzer``:
https://github.com/trinodb/trino/blob/master/core/trino-main/src/main/java/io/trino/sql/analyzer/StatementAnalyzer.java
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from local_athena.dialect.errors import failure
from local_athena.dialect.parsing import places

_CLAUSES = (
    ("with_", "NOT_SUPPORTED", "immediate WITH clause in recursive query"),
    ("order", "NOT_SUPPORTED", "immediate ORDER BY clause in recursive query"),
    ("offset", "NOT_SUPPORTED", "immediate OFFSET clause in recursive query"),
    ("limit", "INVALID_LIMIT_CLAUSE", "immediate FETCH FIRST or LIMIT clause in recursive query"),
)


def references(node: exp.Expr | None, name: str) -> list[exp.Table]:
    """The tables in *node* that are the query *name* of the WITH around it, not one of its own WITHs."""
    return [*_references(node, name)]


def _references(node: exp.Expr | None, name: str) -> Iterator[exp.Table]:
    if node is None:
        return
    own = node.args.get("with_")
    if own is not None and any(cte.alias.lower() == name for cte in own.expressions):
        return
    plain = isinstance(node, exp.Table) and isinstance(node.this, exp.Identifier) and node.args.get("db") is None
    if plain and node.name.lower() == name:
        assert isinstance(node, exp.Table)
        yield node
    for child in node.iter_expressions():
        yield from _references(child, name)


def check(cte: exp.Expr, name: str) -> bool:
    """Whether *cte* mentions itself as a recursive query does.

    :raises AthenaError: ``INVALID_RECURSIVE_REFERENCE``, ``NESTED_RECURSIVE``, ``NOT_SUPPORTED`` or ``INVALID_LIMIT_CLAUSE``
        where it does so otherwise, or holds what a recursive query may not.
    """
    body = cte.this
    if (inner := next((w for w in body.find_all(exp.With) if w.args.get("recursive")), None)) is not None:
        raise failure("NESTED_RECURSIVE", "nested recursive query", inner)
    found = references(body, name)
    if not found:
        return False
    for clause, code, message in _CLAUSES:
        if body.args.get(clause):
            raise failure(code, message, body)
    if not isinstance(body, exp.Union):
        raise _invalid("recursive reference not allowed in this context", found[0])
    if based := references(body.left, name):
        raise _invalid("WITH table name is referenced in the base relation of recursion", based[0])
    _check_step(_step(body.right), name)
    return True


def _step(node: exp.Expr) -> exp.Expr:
    """The recursion step without its brackets, which may have no clauses of their own."""
    while isinstance(node, exp.Subquery | exp.Paren):
        for clause, code, message in _CLAUSES:
            if node.args.get(clause):
                raise failure(code, message, node)
        node = node.this
    return node


def _check_step(step: exp.Expr, name: str) -> None:
    found = references(step, name)
    if len(found) > 1:
        raise _invalid("multiple recursive references in the step relation of recursion", found[1])
    source = step.args.get("from_") if isinstance(step, exp.Select) and not step.meta.get(places.TABLE) else None
    joins = step.args.get("joins") or []
    inside = [*references(source, name), *(t for j in joins for t in references(j.this, name))]
    if source is None or not inside:
        raise _invalid("recursive reference outside of FROM clause of the step relation of recursion", found[0])
    for join in step.find_all(exp.Join):
        _check_join(join, name)
    for operation in step.find_all(exp.Except, exp.Intersect):
        _check_set_operation(operation, name)


def _check_set_operation(operation: exp.SetOperation, name: str) -> None:
    """Refuse a recursive reference where rows are counted (ALL) or taken away (the right side of EXCEPT)."""
    every = operation.args.get("distinct") is False
    if isinstance(operation, exp.Intersect):
        if every and (found := references(operation, name)):
            raise _invalid("recursive reference in INTERSECT ALL", found[0])
        return
    if found := references(operation.right, name):
        raise _invalid(f"recursive reference in right relation of EXCEPT {'ALL' if every else 'DISTINCT'}", found[0])
    if every and (found := references(operation.left, name)):
        raise _invalid("recursive reference in left relation of EXCEPT ALL", found[0])


def _check_join(join: exp.Join, name: str) -> None:
    """Refuse a recursive reference on the side of an outer join that may be filled with NULLs."""
    side = (join.side or "").upper()
    right = references(join.this, name)
    if right and side in ("LEFT", "FULL"):
        raise _invalid(f"recursive reference in right source of {side} join", right[0])
    if side in ("RIGHT", "FULL") and not right and join.parent is not None:
        left = references(join.parent.args.get("from_") or join.parent.this, name)
        if left:
            raise _invalid(f"recursive reference in left source of {side} join", left[0])


def _invalid(message: str, node: exp.Expr) -> Exception:
    return failure("INVALID_RECURSIVE_REFERENCE", message, node)
