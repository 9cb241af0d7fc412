"""Subqueries in expressions: scalar, IN, EXISTS, ALL and ANY."""

from __future__ import annotations

from sqlglot import exp

from local_athena.dialect import comparisons, expressions, queries
from local_athena.dialect.coercion import coerce, common
from local_athena.dialect.context import Context
from local_athena.dialect.errors import failure, type_mismatch
from local_athena.dialect.scope import Scope, Value, strict
from local_athena.dialect.types import BOOLEAN, row


def _inner(ctx: Context, node: exp.Expr, scope: Scope) -> queries.Query:
    if scope.parameters is not None:
        raise failure("NOT_SUPPORTED", "Lambda expression cannot contain subqueries", node)
    return queries.query(ctx, node, scope)


def scalar(ctx: Context, node: exp.Expr, scope: Scope) -> Value:
    made = _inner(ctx, node, scope)
    if len(made.fields) == 1:
        f = made.fields[0]
        return Value(f"({made.sql})", f.type, loose=f.loose)
    t = row(*(f.type for f in made.fields), names=tuple(f.name for f in made.fields))
    packed = ", ".join(f"{n} := {f.sql}" for n, f in zip((f'"{n}"' for n in _names(t)), made.fields, strict=True))
    return Value(f"(SELECT struct_pack({packed}) FROM ({made.sql}))", t)


def _names(t: object) -> list[str]:
    from local_athena.dialect.types import Type, field_names

    assert isinstance(t, Type)
    return field_names(t)


def exists(ctx: Context, node: exp.Exists, scope: Scope) -> Value:
    return Value(f"EXISTS ({_inner(ctx, node.this, scope).sql})", BOOLEAN)


def contains(ctx: Context, node: exp.In, scope: Scope) -> Value:
    """``value IN (query)``, and ``(a, b) IN (query)``."""
    made = _inner(ctx, node.args["query"], scope)
    left = expressions.expression(ctx, node.this, scope)
    sides = left.parts if left.parts is not None else [left]
    if len(sides) != len(made.fields):
        raise type_mismatch(
            f"Value expression and result of subquery must be of the same type: {left.type} vs {len(made.fields)} columns",
            node,
        )
    values, inner = [], []
    for v, f in zip(sides, made.fields, strict=True):
        t = common(v.type, f.type)
        if t is None:
            message = f"Value expression and result of subquery must be of the same type: {v.type} vs {f.type}"
            raise type_mismatch(message, node)
        values.append(comparisons.key(strict(coerce(v, t)).sql, t))
        inner.append(comparisons.key(strict(coerce(f.value(), t)).sql, t))
    subject = values[0] if len(values) == 1 else f"({', '.join(values)})"
    return Value(f"({subject} IN (SELECT {', '.join(inner)} FROM ({made.sql})))", BOOLEAN)


def quantified(ctx: Context, node: exp.Binary, scope: Scope) -> Value:
    """``x > ALL (query)``, ``x = ANY (query)``, ``x = SOME (query)``."""
    quantifier = node.expression
    symbol = comparisons.COMPARISONS[type(node)]
    all_ = isinstance(quantifier, exp.All) or str(quantifier.this).lower() == "all"
    word = "ALL" if all_ else "ANY"
    body = quantifier.expressions[0] if isinstance(quantifier, exp.Anonymous) else quantifier.this
    made = _inner(ctx, body, scope)
    left = expressions.expression(ctx, node.left, scope)
    f = made.fields[0]
    t = common(left.type, f.type)
    if t is None or len(made.fields) != 1:
        what = "Value expression and result of subquery must be of the same type for quantified comparison"
        raise type_mismatch(f"{what}: {left.type} vs {f.type}", node)
    inner = f"SELECT {comparisons.key(strict(coerce(f.value(), t)).sql, t)} FROM ({made.sql})"
    return Value(f"({comparisons.key(strict(coerce(left, t)).sql, t)} {symbol} {word} ({inner}))", BOOLEAN)
