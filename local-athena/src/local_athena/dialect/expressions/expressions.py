"""Expressions: each node of Trino's tree becomes a typed DuckDB expression, or an error that Trino would give.

``HANDLERS`` is the allow list: a node it does not hold is refused by name. Functions are looked up in ``functions``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlglot import exp

from local_athena.dialect import functions
from local_athena.dialect.context import Context
from local_athena.dialect.errors import column_missing, failure, placed, type_mismatch
from local_athena.dialect.expressions import (
    calls,
    captures,
    chains,
    comparisons,
    concatenation,
    folds,
    operators,
    predicates,
    sql_json,
    trying,
)
from local_athena.dialect.parsing import places
from local_athena.dialect.parsing.parser import read
from local_athena.dialect.queries import subqueries
from local_athena.dialect.scope import Scope, Value, find_parts, strict
from local_athena.dialect.values import literals, rows
from local_athena.dialect.values.coercion import coerce, common, row_value, single_type
from local_athena.dialect.values.types import (
    DAYS,
    MONTHS,
    TIME_ZONED,
    UNKNOWN,
    ZONED,
    Type,
    array,
    held,
    row,
)
from local_athena.errors import AthenaError, NotSupported

type Handler = Callable[[Context, Any, Scope], Value]


def expression(ctx: Context, node: exp.Expr, scope: Scope) -> Value:
    """As ``Context.expression``."""
    handler = HANDLERS.get(type(node))
    if handler is None:
        if isinstance(node, exp.Func):  # built by sqlglot elsewhere: read it as the text it stands for
            read = _reread(node)
            if type(read) is not type(node):
                return ctx.expression(read, scope)
        raise NotSupported(f"{type(node).__name__} ({node.sql(dialect='trino')})")
    for name, argument in node.args.items():
        if argument and name not in _PLAIN and name not in _KNOWN.get(type(node), ()):
            raise NotSupported(f"{name.upper()} in {node.sql(dialect='trino')}")
    try:
        return captures.captured(handler(ctx, node, scope), node, scope)
    except AthenaError as error:
        raise placed(error, node)  # noqa: B904  # the same error


_PLAIN = ("this", "expression", "expressions")
_JSON = (
    *("path", "returning", "on_condition", "null_handling", "json_query", "wrapper", "quotes", "on_empty", "on_error"),
    *("passing", "return_type", "unique_keys"),
)
_QUERY = ("with_", "alias", "order", "limit", "offset")
_KNOWN: dict[type[exp.Expr], tuple[str, ...]] = {
    exp.Cast: ("to",), exp.TryCast: ("to", "safe"), exp.Between: ("low", "high", "symmetric"),
    exp.In: ("query",), exp.Case: ("ifs", "default"),
    exp.If: ("true", "false"), exp.Trim: ("position",), exp.AtTimeZone: ("zone",), exp.Interval: ("unit",),
    exp.Normalize: ("form",),
    exp.StrPosition: ("substr",), exp.Substring: ("start", "length"), exp.Bracket: ("offset",), exp.DPipe: ("safe",),
    exp.Div: ("typed", "safe"), exp.Like: ("negate",), exp.Column: ("table", "db", "catalog"), exp.Literal: ("is_string",),
    exp.Identifier: ("quoted",), exp.ParseJSON: ("is_literal",), exp.UnicodeString: ("escape",), exp.Array: ("value_constructor",),
    exp.Window: ("partition_by", "order", "spec", "over", "alias"), exp.GroupConcat: ("separator", "on_overflow"),
    exp.JSONObject: _JSON, exp.JSONValue: _JSON, exp.JSONExtract: _JSON,
    exp.JSONExists: _JSON, exp.JSONArray: _JSON, exp.Subquery: _QUERY,
    exp.Select: tuple(exp.Select.arg_types), exp.CurrentTimestamp: ("sysdate",),
}  # fmt: skip
"""Arguments that a node may carry beside its operands: a flag that sqlglot sets and nobody reads would change a query silently."""


def _reread(node: exp.Expr) -> exp.Expr:
    tree = read("SELECT " + node.sql(dialect="trino"))
    assert isinstance(tree, exp.Select)
    return tree.selects[0]


# ---- names


def _column(ctx: Context, node: exp.Column, scope: Scope) -> Value:
    if isinstance(node.this, exp.Star):
        message = "label.* syntax is only supported as the only argument of row pattern count function"
        raise failure("INVALID_FUNCTION_ARGUMENT", message, node)
    parts = [p.name.lower() for p in node.parts]
    return _resolve(ctx, parts, node, scope)


def _identifier(ctx: Context, node: exp.Identifier, scope: Scope) -> Value:
    return _resolve(ctx, [node.name.lower()], node, scope)


def _resolve(ctx: Context, parts: list[str], node: exp.Expr, scope: Scope) -> Value:
    """``column``, ``relation.column``, ``schema.relation.column`` and fields of rows below any of them."""
    found, known = find_parts(scope, parts, node)
    if found is None:
        raise column_missing(".".join(parts), node)
    return _fields(found, parts, known, node)


def _fields(value: Value, parts: list[str], known: int, node: exp.Expr) -> Value:
    """The field that *parts* name below *value*, which the first *known* of them mean."""
    for i in range(known, len(parts)):
        value = rows.field_of(value, parts[i], node, ".".join(parts[:i]))
    return value


def _dot(ctx: Context, node: exp.Dot, scope: Scope) -> Value:
    base = node.this
    return rows.field_of(ctx.expression(base, scope), node.expression.name, node, base.sql(dialect="trino"))


def _subscript(ctx: Context, node: exp.Bracket, scope: Scope) -> Value:
    base = ctx.expression(node.this, scope)
    if len(node.expressions) != 1:
        raise failure("SYNTAX_ERROR", "A subscript takes one index", node)
    written = node.expressions[0].this if isinstance(node.expressions[0], exp.Neg) else node.expressions[0]
    if base.type.name == "row" and not isinstance(written, exp.Literal):
        message = "Subscript expression on ROW requires a constant index"
        raise failure("EXPRESSION_NOT_CONSTANT", message, written)
    index = ctx.expression(node.expressions[0], scope)
    if not node.args.get("offset") and index.type.is_integer:
        index = operators.arithmetic("+", index, literals.number("1"), node)
    return ctx.call("$subscript", [base, index], node)


# ---- constructors


_MOST_ELEMENTS = 254
"""https://github.com/trinodb/trino/blob/master/core/trino-main/src/main/java/io/trino/operator/scalar/ArrayConstructor.java"""


def _array(ctx: Context, node: exp.Array, scope: Scope) -> Value:
    if len(node.expressions) > _MOST_ELEMENTS and not all(map(_constant, node.expressions)):
        raise failure("NOT_SUPPORTED", "Too many arguments for array constructor")
    values = [ctx.expression(e, scope) for e in node.expressions]
    return _array_value(values, node)


def _constant(node: exp.Expr) -> bool:
    """Whether Trino knows the value of *node* before the query runs; so it makes arrays of any length."""
    return not any(
        isinstance(part, exp.Column | exp.Query) or part.name.lower() in functions.RANDOM
        for part in node.find_all(exp.Column, exp.Query, exp.Anonymous)
    )


def _array_value(values: list[Value], node: exp.Expr) -> Value:
    element = single_type("All ARRAY elements", values, node.expressions)
    items = ", ".join(strict(coerce(v, element)).sql for v in values)
    plain = values and element.name not in ("unknown", "tinyint", "smallint", "bigint", "decimal", "real", "row")
    sql = f"[{items}]" if plain else f"CAST([{items}] AS {held(element)}[])"
    return Value(sql, array(element), present=True)


def _tuple(ctx: Context, node: exp.Expr, scope: Scope) -> Value:
    values = [ctx.expression(e, scope) for e in node.expressions]
    return row_value(values, row(*(v.type for v in values)))


def _paren(ctx: Context, node: exp.Paren, scope: Scope) -> Value:
    value = ctx.expression(node.this, scope)
    if node.meta.get(places.PLUS) and not value.type.is_number:
        raise type_mismatch(f"Unary '+' operator cannot by applied to {value.type} type", node)
    return value


def _case(ctx: Context, node: exp.Case, scope: Scope) -> Value:
    operand = ctx.expression(node.this, scope) if node.this is not None else None
    conditions: list[str] = []
    results: list[Value] = []
    met = operand.type if operand is not None else None
    for branch in node.args["ifs"]:
        if operand is None or met is None:
            conditions.append(ctx.predicate(branch.this, scope, "CASE WHEN clause"))
        else:
            given = ctx.expression(branch.this, scope)
            met = common(met, given.type)
            if met is None:
                message = f"CASE operand type does not match WHEN clause operand type: {operand.type} vs {given.type}"
                raise type_mismatch(message, branch.this)
            conditions.append(comparisons.compare("=", operand, given, branch.this).sql)
        results.append(ctx.expression(branch.args["true"], scope))
    default = node.args.get("default")
    results.append(ctx.expression(default, scope) if default is not None else literals.null())
    written = [*(b.args["true"] for b in node.args["ifs"]), *([default] if default is not None else [])]
    t = single_type("All CASE results", results[: len(written)], written)
    return _choose(conditions, results, default, t)


def _choose(conditions: list[str], results: list[Value], default: exp.Expr | None, t: Type) -> Value:
    """CASE WHEN condition THEN result ... ELSE the last result, which *default* was written as, in the type *t*."""
    results = [strict(coerce(v, t)) for v in results]
    branches = " ".join(f"WHEN {c} THEN {r.sql}" for c, r in zip(conditions, results, strict=False))
    zones = {v.zone for v in results}
    otherwise = "" if default is None or isinstance(default, exp.Null) else f" ELSE {results[-1].sql}"
    return Value(f"(CASE {branches}{otherwise} END)", t, zone=zones.pop() if len(zones) == 1 else None)


def _if(ctx: Context, node: exp.If, scope: Scope) -> Value:
    condition = ctx.predicate(node.this, scope, "IF condition")
    other = node.args.get("false")
    results = [
        ctx.expression(node.args["true"], scope),
        ctx.expression(other, scope) if other is not None else literals.null(),
    ]
    t = common(results[0].type, results[1].type)
    if t is None:
        raise type_mismatch(f"Result types for IF must be the same: {results[0].type} vs {results[1].type}", node)
    return _choose([condition], results, other, t)


# ---- operators and literals


def _arithmetic(ctx: Context, node: exp.Binary, scope: Scope) -> Value:
    first, nodes = chains.spine(node, tuple(operators.SYMBOLS))
    value = ctx.expression(first, scope)
    steps = ((operators.SYMBOLS[type(n)], ctx.expression(n.expression, scope), n) for n in nodes)
    return folds.arithmetic(value, steps) if len(nodes) <= chains.LONG else folds.long_arithmetic(value, [*steps])


def _negate(ctx: Context, node: exp.Neg, scope: Scope) -> Value:
    if isinstance(node.this, exp.Literal) and not node.this.is_string:
        if node.this.name == "9223372036854775808":
            return Value("(-9223372036854775808)", Type("bigint"), -(2**63))
        if node.this.name == "2147483648":
            return Value("CAST(-2147483648 AS INTEGER)", Type("integer"), -(2**31))
        if node.this.name.isdigit() and int(node.this.name) > 2**63:
            raise literals.too_large(f"-{node.this.name}")
    return operators.negate(ctx.expression(node.this, scope), node)


def _concat(ctx: Context, node: exp.DPipe, scope: Scope) -> Value:
    values = [ctx.expression(e, scope) for e in node.flatten()]
    try:
        return concatenation.joined(values, node)
    except AthenaError:  # the place of the one among them that does not fit
        first, nodes = chains.spine(node, (exp.DPipe,))
        value = ctx.expression(first, scope)
        for step in nodes:
            value = concatenation.concat([value, ctx.expression(step.expression, scope)], step)
        raise


def _literal(ctx: Context, node: exp.Literal, scope: Scope) -> Value:
    return literals.string(node.name) if node.is_string else literals.number(node.name, node)


def _unicode(ctx: Context, node: exp.UnicodeString, scope: Scope) -> Value:
    escape = node.args.get("escape")
    return literals.unicode_string(node.name, escape.name if isinstance(escape, exp.Expr) else "\\", node)


def _json_literal(ctx: Context, node: exp.ParseJSON, scope: Scope) -> Value:
    return ctx.call("json_parse", [ctx.expression(node.this, scope)], node)


def _call_of(name: str, *arguments: str) -> Handler:
    def handler(ctx: Context, node: exp.Expr, scope: Scope) -> Value:
        given = [node.args.get(a) for a in arguments]
        return ctx.call(name, [ctx.expression(g, scope) for g in given if g is not None], node)

    return handler


def _at_time_zone(ctx: Context, node: exp.AtTimeZone, scope: Scope) -> Value:
    value = ctx.expression(node.this, scope)
    if value.type != UNKNOWN and value.type.name not in ("time", TIME_ZONED, "timestamp", ZONED):
        what = "Type of value must be a time or timestamp with or without time zone"
        raise type_mismatch(f"{what} (actual {value.type})", node.this)
    return ctx.call("$at_time_zone", [value, ctx.expression(node.args["zone"], scope)], node)


_EXTRACTED = (
    *(
        "year",
        "quarter",
        "month",
        "week",
        "day",
        "day_of_month",
        "day_of_week",
        "dow",
        "day_of_year",
        "doy",
        "year_of_week",
    ),
    *("yow", "hour", "minute", "second", "timezone_hour", "timezone_minute"),
)


def _extract(ctx: Context, node: exp.Extract, scope: Scope) -> Value:
    unit = node.this.name.lower()
    if unit not in _EXTRACTED:
        raise failure("SYNTAX_ERROR", f"Invalid EXTRACT field: {unit}", node)
    name = {"dow": "day_of_week", "doy": "day_of_year", "yow": "year_of_week"}.get(unit, unit)
    value = ctx.expression(node.expression, scope)
    if value.type != UNKNOWN and value.type.name not in _extractable(unit):
        raise type_mismatch(f"Cannot extract {unit.upper()} from {value.type}", node.expression)
    return ctx.call(name, [value], node)


def _extractable(unit: str) -> tuple[str, ...]:
    """The types that have such a field:
    https://github.com/trinodb/trino/blob/master/core/trino-main/src/main/java/io/trino/sql/analyzer/ExpressionAnalyzer.java
    """
    if unit.startswith("timezone"):
        return (ZONED, TIME_ZONED)
    if unit in ("hour", "minute", "second"):
        return ("timestamp", ZONED, "time", TIME_ZONED, DAYS)
    more = {"year": MONTHS, "month": MONTHS, "day": DAYS}.get(unit)
    return ("date", "timestamp", ZONED, more) if more else ("date", "timestamp", ZONED)


def _trim(ctx: Context, node: exp.Trim, scope: Scope) -> Value:
    name = {"LEADING": "ltrim", "TRAILING": "rtrim"}.get(str(node.args.get("position") or "").upper(), "trim")
    given = [node.this, node.expression] if node.expression is not None else [node.this]
    return ctx.call(name, [ctx.expression(g, scope) for g in given], node)


def _interval(ctx: Context, node: exp.Interval, scope: Scope) -> Value:
    return literals.interval(node)


def _normalize(ctx: Context, node: exp.Normalize, scope: Scope) -> Value:
    form = node.args["form"].name.upper() if isinstance(node.args.get("form"), exp.Expr) else "NFC"
    if form not in ("NFC", "NFD", "NFKC", "NFKD"):
        raise failure("SYNTAX_ERROR", f"mismatched input '{form}'. Expecting: 'NFC', 'NFD', 'NFKC', 'NFKD'", node)
    return ctx.call("normalize", [ctx.expression(node.this, scope), literals.string(form)], node)


def _named(name: str) -> Handler:
    return lambda ctx, node, scope: ctx.call(name, [], node)


HANDLERS: dict[type[exp.Expr], Handler] = {
    exp.Column: _column, exp.Identifier: _identifier, exp.Dot: _dot, exp.Bracket: _subscript, exp.Array: _array, exp.Tuple: _tuple,
    exp.Paren: _paren, exp.Case: _case, exp.If: _if, exp.Neg: _negate, exp.DPipe: _concat, exp.Literal: _literal,
    exp.UnicodeString: _unicode,
    exp.Cast: trying.cast, exp.TryCast: trying.try_cast, exp.ParseJSON: _json_literal, exp.AtTimeZone: _at_time_zone,
    exp.Extract: _extract, exp.Trim: _trim, exp.Interval: _interval, exp.Normalize: _normalize,
    exp.Null: lambda ctx, node, scope: literals.null(),
    exp.Boolean: lambda ctx, node, scope: literals.boolean(bool(node.this)),
    exp.HexString: lambda ctx, node, scope: literals.binary(node.name, node),
    exp.StrPosition: _call_of("strpos", "this", "substr"), exp.Substring: _call_of("substr", "this", "start", "length"),
    exp.CurrentTimestamp: _named("now"), exp.CurrentDate: _named("current_date"), exp.CurrentTime: _named("current_time"),
    exp.Localtimestamp: _named("localtimestamp"), exp.Localtime: _named("localtime"), exp.CurrentUser: _named("current_user"),
    exp.CurrentCatalog: _named("current_catalog"), exp.CurrentSchema: _named("current_schema"),
    exp.And: predicates.logic, exp.Or: predicates.logic, exp.Not: predicates.negation, exp.Is: predicates.is_,
    exp.Between: predicates.between, exp.In: predicates.in_, exp.Like: predicates.like, exp.Escape: predicates.escape,
    **dict.fromkeys((exp.NullSafeEQ, exp.NullSafeNEQ), predicates.distinct_from),
    **dict.fromkeys(comparisons.COMPARISONS, predicates.comparison),
    **dict.fromkeys(operators.SYMBOLS, _arithmetic),
    **dict.fromkeys((exp.Subquery, exp.Select), subqueries.scalar), exp.Exists: subqueries.exists,
    **dict.fromkeys(
        (exp.Anonymous, exp.Filter, exp.Window, exp.WithinGroup, exp.IgnoreNulls, exp.RespectNulls, exp.GroupConcat), calls.function
    ),
    **dict.fromkeys((exp.JSONObject, exp.JSONValue, exp.JSONExtract, exp.JSONExists, exp.JSONArray), sql_json.function),
}  # fmt: skip
