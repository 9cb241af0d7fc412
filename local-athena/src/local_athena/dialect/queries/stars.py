"""``*``, ``relation.*`` and ``row.*`` in a select list: https://trino.io/docs/current/sql/select.html#select-expressions.

Names before ``.*`` are read as a relation of up to three names or as a field of a row below ``relation.column``, by the nearest
query that has either: https://github.com/trinodb/trino/blob/master/core/trino-main/src/main/java/io/trino/sql/analyzer/Scope.java
(``resolveAsteriskedIdentifierChainBasis``).
"""

from __future__ import annotations

from sqlglot import exp

from local_athena.dialect.context import Context
from local_athena.dialect.errors import failure, type_mismatch
from local_athena.dialect.scope import Field, Scope, Value, find, prefix_of
from local_athena.dialect.values import rows

type Item = tuple[str | None, Value]

_LONGEST_RELATION = 3


def columns_of(item: exp.Expr, scope: Scope) -> list[str]:
    """The columns that ``*`` and ``t.*`` stand for."""
    star = item.this if isinstance(item, exp.Aliases) else item
    if isinstance(star, exp.Star):
        return [f.sql for f in scope.visible()]
    if isinstance(star, exp.Column) and isinstance(star.this, exp.Star):
        return [f.sql for f in _nearest(scope, prefix_of(star), star)[1]]
    return []


def starred(ctx: Context, item: exp.Expr, scope: Scope) -> list[Item] | None:
    """The columns of ``t.*`` and ``row.*``; None for any other item."""
    if isinstance(item, exp.Column) and isinstance(item.this, exp.Star):
        return _chained(ctx, item, [*item.parts[:-1]], scope)
    if isinstance(item, exp.Dot) and isinstance(item.expression, exp.Star):
        names = _names(item.this)
        return _chained(ctx, item, names, scope) if names is not None else _fields(ctx, item, item.this, scope)
    return None


def _names(node: exp.Expr) -> list[exp.Expr] | None:
    """The names that *node* is a chain of, in brackets or not; None where it is anything else."""
    if isinstance(node, exp.Paren):
        return _names(node.this)
    if isinstance(node, exp.Column):
        return [*node.parts]
    if isinstance(node, exp.Dot) and isinstance(node.expression, exp.Identifier):
        before = _names(node.this)
        return [*before, node.expression] if before is not None else None
    return None


def _chained(ctx: Context, item: exp.Expr, names: list[exp.Expr], scope: Scope) -> list[Item]:
    chain = tuple(name.name.lower() for name in names)
    owner, fields = _nearest(scope, chain, item)
    if owner is None:
        raise failure("TABLE_NOT_FOUND", f"Unable to resolve reference {'.'.join(chain)}", item)
    if not fields:
        base: exp.Expr = exp.Column(this=names[1].copy(), table=names[0].copy())
        for name in names[2:]:
            base = exp.Dot(this=base, expression=name.copy())
        return _fields(ctx, item, base, scope)
    if owner is scope:
        return [(f.name, f.value()) for f in fields]
    if any(f.name is None for f in fields):
        message = "SELECT * from outer scope table not supported with anonymous columns"
        raise failure("NOT_SUPPORTED", message, item.find_ancestor(exp.Select) or item)
    # Each is looked for as ``t.name`` is, by the rules of the scopes between.
    return [(f.name, found) for f in fields if (found := find(scope, chain, f.name or "", item)) is not None]


def _nearest(scope: Scope, chain: tuple[str, ...], item: exp.Expr) -> tuple[Scope | None, list[Field]]:
    """The nearest scope that knows *chain*, and its fields where *chain* is a relation there; none where it is a row.

    :raises AthenaError: AMBIGUOUS_NAME where it is both.
    """
    current: Scope | None = scope
    while current is not None:
        fields = current.relation(chain) if len(chain) <= _LONGEST_RELATION else []
        row = len(chain) > 1 and any(f.under(chain[:1]) and f.type.name == "row" for f in current.named(chain[1]))
        if fields and row:
            raise failure("AMBIGUOUS_NAME", f"Reference '{'.'.join(chain)}' is ambiguous", item)
        if fields or row:
            return current, fields
        current = current.parent
    return None, []


def _fields(ctx: Context, item: exp.Expr, base: exp.Expr, scope: Scope) -> list[Item]:
    """The fields of the row that *base* is."""
    value = ctx.expression(base, scope)
    if value.type.name != "row":
        raise type_mismatch("expected expression of type Row", item.find_ancestor(exp.Select) or item)
    return rows.named_parts(value)
