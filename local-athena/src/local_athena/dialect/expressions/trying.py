"""CAST, TRY_CAST and TRY: https://trino.io/docs/current/functions/conversion.html."""

from __future__ import annotations

import re
from collections.abc import Callable
from zlib import crc32

from sqlglot import exp

from local_athena.dialect.context import Context
from local_athena.dialect.errors import type_mismatch
from local_athena.dialect.scope import Scope, Value
from local_athena.dialect.sqltext import LITERAL, NAME, once
from local_athena.dialect.udf.failures import TRIED
from local_athena.dialect.values import casts
from local_athena.dialect.values.coercion import coerce
from local_athena.dialect.values.json_casts import from_text
from local_athena.dialect.values.types import JSON, UNKNOWN, VARCHAR, Type, from_datatype, held
from local_athena.errors import AthenaError


def cast(ctx: Context, node: exp.Cast, scope: Scope) -> Value:
    wanted = target(node.to, node)
    text = _parsed_text(ctx, node.this, scope) if wanted.name in ("array", "map", "row") else None
    if text is None:
        return casts.cast(ctx.expression(node.this, scope), wanted, node)
    casts.cast(Value("NULL", JSON), wanted, node)  # raises where JSON has no such cast
    return Value(once(text, lambda x: from_text(x, wanted, casts.cast_sql)), wanted)


def _parsed_text(ctx: Context, node: exp.Expr, scope: Scope) -> str | None:
    """DuckDB text of what ``json_parse`` is given, where *node* is a call of it; not of a subquery, which no lambda may hold."""
    parses = isinstance(node, exp.Anonymous) and node.name.lower() == "json_parse" and len(node.expressions) == 1
    if not parses or node.find(exp.Query):
        return None
    given = ctx.expression(node.expressions[0], scope)
    return coerce(given, VARCHAR).sql if given.type.is_text else None


def target(written: exp.DataType, node: exp.Expr) -> Type:
    """The type that *node* casts to or returns, as it is *written*.

    An unknown one is no type that would be missing, to Trino, but one that does not fit.
    """
    unknown = written.this in (exp.DType.MAP, exp.DType.ARRAY, exp.DType.LIST, exp.DType.STRUCT)
    if unknown and not written.expressions:
        raise type_mismatch(f"Unknown type: {written.sql(dialect='trino')}", node)
    try:
        return from_datatype(written)
    except AthenaError as error:
        if error.code != "TYPE_NOT_FOUND":
            raise
        kind = written.args.get("kind")
        shown = re.sub(r"\s*,\s*", ", ", str(kind)) if kind else written.sql(dialect="trino").lower()
        given = ", ".join(part.sql(dialect="trino") for part in written.expressions) if kind else ""
        raise type_mismatch(f"Unknown type: {shown}{given and f'({given})'}", node) from None


def try_cast(ctx: Context, node: exp.TryCast, scope: Scope) -> Value:
    given, value = ctx.expression(node.this, scope), cast(ctx, node, scope)
    if value.sql == f"CAST({given.sql} AS {held(value.type)})":
        return Value("TRY_" + value.sql, value.type)  # DuckDB's TRY takes no aggregate, its TRY_CAST does
    if value.sql == given.sql:
        return value
    if ctx.tried is None and _FAILING.search(given.sql):
        return _tried_apart(given, value.type, node)
    value, around = tried(ctx, lambda: _cast_or_null(ctx, node, scope))
    return Value(around(try_(value.sql, ctx.grouped)), value.type)


_FAILING = re.compile(r"AS INTEGER\) AS VARCHAR\)|\btrino_\w+\(")
"""An expression that may fail, as far as its text tells."""


def _tried_apart(given: Value, target: Type, node: exp.TryCast) -> Value:
    """TRY around a cast alone: the error of its operand is none of the cast."""
    bound = Value(f"_c{crc32(given.sql.encode()):08x}", given.type)
    quick = casts.cast_or_null(bound, target) or casts.cast(bound, target, node).sql
    return Value(f"list_transform([{given.sql}], lambda {bound.sql}: TRY({quick}))[1]", target)


def or_null(ctx: Context, node: exp.Expr, scope: Scope) -> Value:
    """The operand of TRY, NULL instead of an error where that takes less time."""
    node = node.unnest()
    if isinstance(node, exp.Cast):
        return _cast_or_null(ctx, node, scope)
    around, ctx.or_null = ctx.or_null, node
    try:
        return ctx.expression(node, scope)
    except AthenaError as error:
        # A constant that cannot be right is found before Trino finds it; what its analyser refuses has a place.
        if error.code in TRIED and not error.message.startswith("line "):
            return Value("NULL", UNKNOWN)
        raise
    finally:
        ctx.or_null = around


def _cast_or_null(ctx: Context, node: exp.Cast, scope: Scope) -> Value:
    """A cast inside TRY."""
    given, wanted = ctx.expression(node.this, scope), target(node.to, node)
    quick = casts.cast_or_null(given, wanted) if given.const is None else None
    return cast(ctx, node, scope) if quick is None else Value(quick, wanted)


_TOKENS = re.compile(f"{LITERAL}|({NAME}[.]{NAME})|{NAME}")
"""String literals, columns of relations, any other quoted names."""


def _columns(sql: str) -> list[str]:
    """The columns that *sql* refers to, each once."""
    return list(dict.fromkeys(m[1] for m in _TOKENS.finditer(sql) if m[1]))


def try_(sql: str, grouped: bool = False) -> str:
    """TRY(*sql*), safe from DuckDB's optimizer.

    That computes an expression which occurs twice once, ahead of the TRY it stands in, and its error escapes. It leaves CASE
    alone, so the expression is put into a branch that is always taken, which DuckDB cannot tell.
    """
    if grouped:
        return _try_bound(sql)
    for column in _columns(sql):
        return f"TRY(CASE WHEN {column} IS NULL OR {column} IS NOT NULL THEN {sql} END)"
    return f"TRY({sql})"


def _try_bound(sql: str) -> str:
    """Under GROUP BY, DuckDB cannot bind a column inside TRY: a lambda's parameter brings it in."""
    columns = _columns(sql)
    if not columns:
        return f"TRY({sql})"
    name = f"_g{crc32(sql.encode()):08x}"
    numbers = {column: i for i, column in enumerate(columns)}
    bound = _TOKENS.sub(lambda m: f"{name}.c{numbers[m[1]]}" if m[1] else m[0], sql)
    packed = ", ".join(f"c{i} := {column}" for column, i in numbers.items())
    return f"list_transform([struct_pack({packed})], lambda {name}: TRY({bound}))[1]"


def mark(index: int) -> str:
    return f"\x00{index}\x00"


def tried(ctx: Context, build: Callable[[], Value]) -> tuple[Value, Callable[[str], str]]:
    """Build the operand of TRY with marks for its aggregates, and the function that puts them in around it.

    DuckDB's TRY takes no aggregate. Trino computes aggregates before it evaluates TRY, so that their own errors are not caught.
    """
    if ctx.tried is not None:
        return build(), str
    ctx.tried = []
    try:
        value = build()
        found = ctx.tried
    finally:
        ctx.tried = None

    def around(sql: str) -> str:
        if not found:
            return sql
        name = f"_t{crc32(repr(found).encode()):08x}"
        for i in range(len(found)):
            sql = sql.replace(mark(i), f"{name}.a{i}")
        packed = ", ".join(f"a{i} := {aggregate}" for i, aggregate in enumerate(found))
        return f"list_transform([struct_pack({packed})], lambda {name}: {sql})[1]"

    return value, around
