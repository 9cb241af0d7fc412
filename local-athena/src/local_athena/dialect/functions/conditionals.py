"""Conditional expressions and what belongs to no family: https://trino.io/docs/current/functions/conditional.html."""

from __future__ import annotations

from sqlglot import exp

from local_athena.dialect.errors import failure, raise_with, type_mismatch
from local_athena.dialect.expressions import comparisons, trying
from local_athena.dialect.expressions.call import Call
from local_athena.dialect.queries import grouping
from local_athena.dialect.scope import Value, strict
from local_athena.dialect.values import literals
from local_athena.dialect.values.coercion import coerce, common, row_value, single_type
from local_athena.dialect.values.types import BIGINT, INTEGER, UNKNOWN, VARCHAR, held, row
from local_athena.errors import NotSupported

SCALARS = """
current_user() -> varchar | 'local'
current_catalog() -> varchar | 'awsdatacatalog'
version() -> varchar | '3'
uuid() -> uuid | gen_random_uuid()
"""

REFUSED = """
current_groups current_schema current_path classify regress features learn_classifier learn_regressor
learn_libsvm_classifier learn_libsvm_regressor
"""


def _coalesce(call: Call) -> Value:
    if len(call.args) < 2:
        raise failure("SYNTAX_ERROR", "The 'coalesce' function must have at least two arguments", call.node)
    values = call.values()
    t = single_type("All COALESCE operands", values, call.node.expressions)
    zones = {v.zone for v in values}
    sql = ", ".join(strict(coerce(v, t)).sql for v in values)
    return Value(f"coalesce({sql})", t, zone=zones.pop() if len(zones) == 1 else None)


def _nullif(call: Call) -> Value:
    if len(call.args) != 2:
        raise failure("SYNTAX_ERROR", "Invalid number of arguments for 'nullif' function", call.node)
    left, right = call.values()
    if common(left.type, right.type) is None:
        raise type_mismatch(f"Types are not comparable with NULLIF: {left.type} vs {right.type}", call.node)
    equal = comparisons.compare("=", left, right, call.node)
    return Value(f"CASE WHEN {equal.sql} THEN NULL ELSE {left.sql} END", left.type, loose=left.loose, zone=left.zone)


def _try(call: Call, arguments: list[exp.Expr]) -> Value:
    """TRY(x): NULL where x fails."""
    if len(arguments) != 1:
        raise failure("SYNTAX_ERROR", "The 'try' function must have exactly one argument", call.node)
    if next(arguments[0].find_all(exp.Query), None) is not None:
        raise NotSupported("TRY around a subquery")
    value, around = trying.tried(call.ctx, lambda: trying.or_null(call.ctx, arguments[0], call.scope))
    return Value(around(trying.try_(value.sql, call.ctx.grouped)), value.type, loose=value.loose, zone=value.zone)


def _typeof(call: Call) -> Value:
    call.arity(1)
    value = call.value(0)
    shown = literals.string(str(value.type)).sql
    if value.const is not None or isinstance(call.node.expressions[0].unnest(), exp.Column | exp.Identifier):
        return Value(shown, VARCHAR)
    # An aggregate still is one, and what fails does.
    return Value(f"CASE WHEN {value.sql} IS NULL THEN {shown} ELSE {shown} END", VARCHAR)


def _row(call: Call) -> Value:
    values = call.values()
    return row_value(values, row(*(v.type for v in values)))


_GROUPING_BITS = 31


def _grouping(call: Call, arguments: list[exp.Expr]) -> Value:
    values = [call.ctx.expression(a, call.scope) for a in arguments]
    t = INTEGER if len(values) <= _GROUPING_BITS else BIGINT
    keys = ", ".join(grouping.key_of(v, call.scope) for v in values)
    return Value(f"CAST(grouping({keys}) AS {held(t)})", t)


def _fail(call: Call) -> Value:
    call.arity(1, 2)
    message = call.values()[-1]
    if not (message.type.is_text or message.type == UNKNOWN):
        raise call.mismatch()
    return Value(raise_with("GENERIC_USER_ERROR", coerce(message, VARCHAR).sql, "INTEGER"), UNKNOWN)


def _if(call: Call) -> Value:
    raise failure("SYNTAX_ERROR", "Invalid number of arguments for 'if' function", call.node)


SPECIALS = {"coalesce": _coalesce, "nullif": _nullif, "typeof": _typeof, "row": _row, "fail": _fail, "if": _if}
RAW = {"try": _try, "grouping": _grouping}
