"""Subqueries in expressions: scalar, IN, EXISTS, ALL and ANY."""

from __future__ import annotations

from sqlglot import exp

from local_athena.dialect.context import Context
from local_athena.dialect.errors import failure, type_mismatch
from local_athena.dialect.expressions import comparisons
from local_athena.dialect.queries import decorrelation
from local_athena.dialect.scope import Field, Query, Scope, Value, strict
from local_athena.dialect.sqltext import once
from local_athena.dialect.values import ordering, rows
from local_athena.dialect.values.coercion import coerce, common
from local_athena.dialect.values.types import BOOLEAN, Type, field_names, row
from local_athena.errors import AthenaError, NotSupported, StackOverflow

_DEEPEST = 20
"""Subqueries within one another in expressions. DuckDB plans each twice, so that every level doubles the time: 2 s for this
many of EXISTS, in which nothing stops it."""


def _inner(ctx: Context, node: exp.Expr, scope: Scope) -> Query:
    return _told(ctx, node, scope)[0]


def _told(ctx: Context, node: exp.Expr, scope: Scope) -> tuple[Query, bool]:
    """A subquery, and whether it is correlated."""
    if scope.parameters is not None:
        raise failure("NOT_SUPPORTED", "Lambda expression cannot contain subqueries", node)
    fence = scope.fence()
    if ctx.subqueries == _DEEPEST:
        raise StackOverflow()
    ctx.subqueries += 1
    aliases = ctx.aliases  # counted anew, so that the same subquery gives the same text wherever it stands
    try:
        return ctx.query(node, fence), fence.crossed
    finally:
        ctx.subqueries -= 1
        ctx.aliases = aliases


def scalar(ctx: Context, node: exp.Expr, scope: Scope) -> Value:
    made = _inner(ctx, node, scope)
    decorrelation.check(made.plan, "scalar", node)
    if len(made.fields) == 1:
        f = made.fields[0]
        return Value(f"({made.sql})", f.type, loose=f.loose)
    t = row(*(f.type for f in made.fields), names=tuple(f.name for f in made.fields))
    packed = ", ".join(f"{n} := {f.sql}" for n, f in zip((f'"{n}"' for n in field_names(t)), made.fields, strict=True))
    return Value(f"(SELECT struct_pack({packed}) FROM ({made.sql}))", t)


def exists(ctx: Context, node: exp.Exists, scope: Scope) -> Value:
    made = _inner(ctx, node.this, scope)
    decorrelation.check(made.plan, "exists", node)
    return Value(f"EXISTS ({made.sql})", BOOLEAN)


def contains(ctx: Context, node: exp.In, scope: Scope) -> Value:
    """``value IN (query)``, and ``(a, b) IN (query)``."""
    return _member(ctx, node.this, node.args["query"], node, scope)


def _member(ctx: Context, value: exp.Expr, body: exp.Expr, node: exp.Expr, scope: Scope) -> Value:
    made, correlated = _told(ctx, body, scope)
    decorrelation.check(made.plan, "in", body)
    left = ctx.expression(value, scope)
    sides = rows.parts_of(left) if left.type.name == "row" else [left]
    if len(sides) != len(made.fields):
        raise _unlike(left, made.fields, node)
    values, inner, equals = [], [], []
    for v, f in zip(sides, made.fields, strict=True):
        t = common(v.type, f.type)
        if t is None:
            raise _unlike(left, made.fields, node)
        if not comparisons.applicable("=", t):
            raise _unmet("=", row(*(f.type for f in made.fields)), node)
        given = strict(coerce(v, t)).sql
        values.append(comparisons.key(given, t))
        if t.args or t.is_float or len(sides) > 1:
            equals.append(comparisons.same(given, given, t, 0))
        inner.append(comparisons.key(strict(coerce(f.value(), t)).sql, t))
    # A row is looked for as one value, which its NULL fields are part of; DuckDB's list of columns would be NULL for any of them.
    subject, looked_in = (values[0], inner[0]) if len(values) == 1 else (_packed(values), _packed(inner))
    found = f"({subject} IN (SELECT {looked_in} FROM ({made.sql})))"
    if correlated and equals:
        # A correlated query is joined by ``=`` instead, and what holds a NULL or NaN does not equal itself.
        itself = f"({' AND '.join(equals)}) IS TRUE"
        found = f"({found} AND ({itself}{f' OR {subject} IS NULL' if len(values) == 1 else ''}))"
    return Value(found, BOOLEAN)


def _unlike(left: Value, fields: list[Field], node: exp.Expr) -> AthenaError:
    """A value and the rows of a subquery that it is compared with, which do not meet. Trino takes either for a row."""
    value = left.type if left.type.name == "row" else row(left.type)
    found = row(*(f.type for f in fields))
    what = "Value expression and result of subquery must be of the same type"
    return type_mismatch(f"{what}: {value} vs {found}", node)


def _unmet(symbol: str, t: Type, node: exp.Expr) -> AthenaError:
    """Values of type *t*, which a subquery gives, do not compare so."""
    if isinstance(node, exp.In):
        return NotSupported(f"IN over values of type {t}")
    how = "comparable" if symbol in ("=", "<>") else "orderable"
    return type_mismatch(f"Type [{t}] must be {how} in order to be used in quantified comparison", node)


def _packed(columns: list[str]) -> str:
    return f"struct_pack({', '.join(f'f{i} := {sql}' for i, sql in enumerate(columns))})"


def quantified(ctx: Context, node: exp.Binary, scope: Scope) -> Value:
    """``x > ALL (query)``, ``x = ANY (query)``, ``x = SOME (query)``."""
    quantifier = node.expression
    symbol = comparisons.COMPARISONS[type(node)]
    all_ = isinstance(quantifier, exp.All) or str(quantifier.this).lower() == "all"
    word = "ALL" if all_ else "ANY"
    body = quantifier.expressions[0] if isinstance(quantifier, exp.Anonymous) else quantifier.this
    if (symbol, word) in (("=", "ANY"), ("<>", "ALL")):
        found = _member(ctx, node.left, body, node, scope)
        return found if symbol == "=" else Value(f"(NOT {found.sql})", BOOLEAN)
    made = _inner(ctx, body, scope)
    decorrelation.check(made.plan, "compared", body)
    left = ctx.expression(node.left, scope)
    sides = left.type.args if left.type.name == "row" else (left.type,)
    given = row(*(f.type for f in made.fields))
    found_type = given if left.type.name == "row" else made.fields[0].type
    t = common(left.type, found_type)
    if t is None or len(made.fields) != len(sides):
        raise _unlike(left, made.fields, node)
    f = made.fields[0]
    if left.type.name == "row":
        packed = ", ".join(f"{n} := {g.sql}" for n, g in zip(field_names(given), made.fields, strict=True))
        made = Query(f'SELECT struct_pack({packed}) AS "r" FROM ({made.sql})', [])
        f = Field(None, given, '"r"')
    if not comparisons.applicable(symbol, t):
        raise _unmet(symbol, t if t.name == "row" else row(t), node)
    if t.is_float or ordering.nested(t):
        return _by_extremes(
            symbol, all_, coerce(left, t), f"SELECT {coerce(f.value(), t).sql} AS v FROM ({made.sql})", node
        )
    inner = f"SELECT {comparisons.key(strict(coerce(f.value(), t)).sql, t)} FROM ({made.sql})"
    return Value(f"({comparisons.key(strict(coerce(left, t)).sql, t)} {symbol} {word} ({inner}))", BOOLEAN)


def _by_extremes(symbol: str, all_: bool, left: Value, inner: str, node: exp.Binary) -> Value:
    """A quantified comparison of floats, arrays or rows, which Trino decides by the least and the greatest of them: its max ranks
    NaN lowest, its min highest, and NaN compares with nothing. DuckDB would take NaN for the greatest number.
    """
    if ordering.nested(left.type):
        least, greatest = (ordering.first("v", left.type, name == "max") for name in ("min", "max"))
    else:
        least, greatest = "min(v)", "coalesce(max(v) FILTER (WHERE NOT isnan(v)), max(v))"
    found = f"(SELECT struct_pack(n := count(*), k := count(v), low := {least}, high := {greatest}) FROM ({inner}))"

    def decided(s: str) -> str:
        low, high = (comparisons.compare(symbol, left, Value(f"{s}.{e}", left.type), node).sql for e in ("low", "high"))
        if symbol in ("=", "<>"):
            one = f"({low} AND {high})" if symbol == "=" else f"({low} OR {high})"
        else:
            one = high if symbol.startswith(">") == all_ else low
        # A NULL among them leaves the answer open, unless the others have given it.
        open_, word = f"CASE WHEN {s}.k = {s}.n THEN {all_} END", "AND" if all_ else "OR"
        return f"CASE WHEN {s}.n = 0 THEN {all_} ELSE ({one} {word} {open_}) END"

    return Value(once(found, decided), BOOLEAN)
