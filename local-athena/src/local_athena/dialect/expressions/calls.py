"""Function calls: from a name and arguments to the overload that Trino would choose, and its DuckDB text."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import replace

from sqlglot import exp

from local_athena.dialect import functions, udf
from local_athena.dialect.context import Clauses, Context
from local_athena.dialect.errors import failure
from local_athena.dialect.expressions import trying, windows
from local_athena.dialect.expressions.call import Call, check_parameters
from local_athena.dialect.expressions.signatures import (
    Binding,
    Overload,
    Pattern,
    bind,
    fill,
    overload,
    resolved,
    without_failures,
)
from local_athena.dialect.queries import grouping
from local_athena.dialect.scope import Scope, Value, strict
from local_athena.dialect.sqltext import subquery_in_lambda, together
from local_athena.dialect.udf.failures import TRIED
from local_athena.dialect.values import fine
from local_athena.dialect.values.coercion import coerce, coercible
from local_athena.dialect.values.types import TIME_ZONED, UNKNOWN, ZONED, Type, held
from local_athena.errors import AthenaError, NotSupported


def call(
    ctx: Context,
    name: str,
    args: Sequence[Value | exp.Lambda],
    node: exp.Expr,
    scope: Scope | None = None,
    clauses: Clauses | None = None,
) -> Value:
    """As ``Context.call``."""
    return _dispatch(_call(ctx, name, node, scope or Scope(), args, clauses or Clauses()))


def _call(
    ctx: Context, name: str, node: exp.Expr, scope: Scope, args: Sequence[Value | exp.Lambda], clauses: Clauses
) -> Call:
    return Call(ctx, name, node, scope, list(args), clauses, functions.SCALARS.get(name, ()))


def function(ctx: Context, node: exp.Expr, scope: Scope) -> Value:
    """A call in the text of a query, with its FILTER, OVER, WITHIN GROUP and so on around it."""
    clauses, inner = _unwrap(node)
    if isinstance(inner, exp.If):
        _check_form("if", clauses, inner)
    name = inner.name.lower() if isinstance(inner, exp.Anonymous) else "listagg"
    if ctx.tried is None or name not in functions.AGGREGATE_NAMES:
        return _called(ctx, name, clauses, inner, scope)
    collected, ctx.tried = ctx.tried, None
    try:
        value = _called(ctx, name, clauses, inner, scope)
    finally:
        ctx.tried = collected
    if value.sql not in collected:
        collected.append(value.sql)
    return Value(trying.mark(collected.index(value.sql)), value.type, zone=value.zone, loose=value.loose)


def _special(function: functions.Special, call: Call) -> Value | None:
    """A special function's value. One of a fixed number of arguments unpacks them, and so fails for any other number."""
    try:
        return function(call)
    except ValueError as error:
        if "to unpack" not in str(error):
            raise
        raise call.mismatch() from error


def _called(ctx: Context, name: str, clauses: Clauses, inner: exp.Expr, scope: Scope) -> Value:
    arguments = list(inner.expressions) if isinstance(inner, exp.Anonymous) else windows.listagg_arguments(inner)
    arguments = _inside(arguments, clauses)
    if name in functions.REFUSED:
        raise NotSupported(f"Function '{name}'")
    if name.startswith("$") or not functions.knows(name):
        raise failure("FUNCTION_NOT_FOUND", f"Function '{name}' not registered", inner)
    if name == "listagg" and clauses.window is not None:
        raise failure("SYNTAX_ERROR", "mismatched input 'OVER'. Expecting: 'FILTER', <EOF>", inner)
    if scope.parameters is not None and name in functions.AGGREGATE_NAMES:
        message = f"Lambda expression cannot contain aggregations, window functions or grouping operations: [{name}]"
        raise failure("EXPRESSION_NOT_SCALAR", message, inner)
    _check_form(name, clauses, inner)
    if clauses.any and name not in functions.AGGREGATE_NAMES:
        raise failure("FUNCTION_NOT_AGGREGATE", _of_aggregates_alone(name, clauses), inner)
    if len(arguments) > _MOST_ARGUMENTS:
        raise failure("TOO_MANY_ARGUMENTS", f"Too many arguments for function call {name}()", inner)
    if name in functions.WINDOWS and clauses.window is None:
        raise failure("MISSING_OVER", f"Window function {name} requires an OVER clause", inner)
    if name in functions.WINDOWS and clauses.filter is not None:
        raise failure("FUNCTION_NOT_AGGREGATE", "Filter is only valid for aggregation functions", inner)
    if name in functions.AGGREGATE_NAMES and clauses.window is None and name != "grouping":
        with scope.in_aggregate():
            return _applied(ctx, name, clauses, inner, scope, arguments)
    return _applied(ctx, name, clauses, inner, scope, arguments)


def _applied(
    ctx: Context, name: str, clauses: Clauses, inner: exp.Expr, scope: Scope, arguments: list[exp.Expr]
) -> Value:
    if name in functions.RAW:
        return functions.RAW[name](_call(ctx, name, inner, scope, [], clauses), arguments)
    args = [a if isinstance(a, exp.Lambda) else ctx.expression(a, scope) for a in arguments]
    return _dispatch(_call(ctx, name, inner, scope, args, clauses))


_MOST_ARGUMENTS = 127


_FORMS = ("if", "nullif", "coalesce", "try", "format")
"""Calls of a grammar of their own, which take no clauses."""


def _check_form(name: str, clauses: Clauses, node: exp.Expr) -> None:
    given = (
        (clauses.window is not None, "OVER clause"),
        (clauses.distinct, "DISTINCT"),
        (clauses.ignore_nulls or clauses.respect_nulls, "Null treatment clause"),
        (clauses.filter is not None, "FILTER"),
    )
    for present, what in given if name in _FORMS else ():
        if present:
            raise failure("SYNTAX_ERROR", f"{what} not valid for '{name}' function", node)


def _of_aggregates_alone(name: str, clauses: Clauses) -> str:
    """The message about a call of a function that is no aggregate."""
    if clauses.distinct:
        return "DISTINCT is not supported for non-aggregation functions"
    if clauses.order:
        return "ORDER BY is only valid for aggregation functions"
    if clauses.filter is not None:
        return "Filter is only valid for aggregation functions"
    return f"{name} is not an aggregate or window function"


def _unwrap(node: exp.Expr) -> tuple[Clauses, exp.Expr]:
    clauses = Clauses()
    while True:
        if isinstance(node, exp.Window):
            clauses.window = node
        elif isinstance(node, exp.Filter):
            clauses.filter = node.expression.this
        elif isinstance(node, exp.WithinGroup):
            clauses.order = list(node.expression.expressions)
        elif isinstance(node, exp.IgnoreNulls):
            clauses.ignore_nulls = True
        elif isinstance(node, exp.RespectNulls):
            clauses.respect_nulls = True
        else:
            return clauses, node
        node = node.this


def _inside(arguments: list[exp.Expr], clauses: Clauses) -> list[exp.Expr]:
    """Take DISTINCT, ORDER BY and IGNORE NULLS out of an argument list."""
    result: list[exp.Expr] = []
    for argument in arguments:
        while isinstance(argument, exp.Order | exp.IgnoreNulls | exp.RespectNulls | exp.Distinct):
            if isinstance(argument, exp.Order):
                clauses.order = list(argument.expressions)
                argument = argument.this
            elif isinstance(argument, exp.Distinct):
                clauses.distinct = True
                result.extend(argument.expressions[:-1])
                argument = argument.expressions[-1]
            else:
                clauses.ignore_nulls = isinstance(argument, exp.IgnoreNulls)
                argument = argument.this
        if argument is not None:  # row_number(ORDER BY x)
            result.append(argument)
    return result


_SETS = frozenset(("array_distinct", "array_except", "array_intersect", "array_union", "arrays_overlap"))
_BY_EQUALITY = _SETS | frozenset(
    (
        *("element_at", "$subscript", "map_concat", "map_zip_with", "map", "map_from_entries", "multimap_from_entries"),
        *("contains_sequence", "array_histogram"),
    )
)


_OF_ONE_ZONE = frozenset(("map", "map_from_entries", "element_at", "$subscript"))
"""Functions of maps that see to it that the zoned timestamps they compare are of one zone."""


_MADE_OF_KEYS = frozenset(("map", "map_from_entries"))
"""Functions that make a map of its keys, which need not be looked for."""


def _equality_of_zoned(call: Call) -> None:
    """Refuse to look for equal zoned times and timestamps in arrays and maps, or for equal maps: DuckDB would compare more than
    instants, and the order of entries.
    """
    if call.name not in _BY_EQUALITY or not call.args:
        return
    t = call.value(0).type
    if call.name in ("element_at", "$subscript") and t.name != "map":
        return
    compared = t.args[0] if t.name in ("array", "map") else t
    if compared.name == "row" and "from_entries" in call.name:
        compared = compared.args[0]
    if call.name in _OF_ONE_ZONE and compared.name == ZONED:
        return
    if any(part.name in (ZONED, TIME_ZONED) for part in compared.walk()):
        raise NotSupported(f"Function '{call.name}' on times or timestamps with time zone")
    if call.name not in _MADE_OF_KEYS and any(part.name == "map" for part in compared.walk()):
        what = "maps" if call.name in _SETS else "maps keyed by maps"
        raise NotSupported(f"Function '{call.name}' on {what}")


def _fine(value: Value | exp.Lambda) -> bool:
    return isinstance(value, Value) and (fine.is_fine(value.type) or fine.is_fine_zoned(value.type))


def _of_fine(call: Call) -> Value | None:
    """A function of dates and times, of a timestamp finer than microseconds; None for functions of any type."""
    if call.name not in functions.OF_MOMENTS or call.name in fine.KNOWN:
        return None
    found = next(a for a in call.args if isinstance(a, Value) and _fine(a))
    if call.name not in fine.LOWERED and call.name not in fine.KEEPING:
        raise NotSupported(f"Function '{call.name}' on {found.type}")
    made = call.again(call.name, *(_lowered(a) if isinstance(a, Value) and _fine(a) else a for a in call.args))
    if call.name in fine.LOWERED:
        return made
    picos = fine.picos_of(found.sql) if fine.KEEPING[call.name] else "0"
    sql = fine.made_zoned(made.sql, picos) if made.type.name == ZONED else fine.made(made.sql, picos)
    return Value(sql, Type(made.type.name, found.type.params), zone=made.zone)


def _lowered(value: Value) -> Value:
    if value.type.name == ZONED:
        return Value(fine.zoned_micros(value.sql), fine.ZONED_MICROS, zone=value.zone)
    return Value(fine.micros_of(value.sql), fine.MICROS)


_ANY_OF_EQUALS = frozenset(
    ("max", "min", "max_by", "min_by", "arbitrary", "any_value", "approx_distinct", "approx_set", "merge")
)
"""Aggregates whose answer DISTINCT does not change."""


def _dispatch(call: Call) -> Value:
    if call.name in functions.REFUSED:
        raise NotSupported(f"Function '{call.name}'")
    if any(map(_fine, call.args)) and (made := _of_fine(call)) is not None:
        return made
    _equality_of_zoned(call)
    made = _evaluated(call)
    if call.name not in functions.AGGREGATE_NAMES and subquery_in_lambda(made.sql):
        made = _beside_subqueries(call, made)
    if call.clauses.distinct and call.name not in _ANY_OF_EQUALS:
        if call.name in functions.AGGREGATE_NAMES - functions.DISTINCT:
            raise NotSupported(f"DISTINCT in {call.name}")
        for value in call.args:
            if isinstance(value, Value):
                grouping.comparable(value.type, value.zone, call.node)
    return made


def _beside_subqueries(call: Call, made: Value) -> Value:
    """*call* of subqueries that are computed before it."""
    given = [a for a in call.args if isinstance(a, Value)]

    def build(*sqls: str) -> str:
        shown = iter(sqls)
        call.args = [replace(a, sql=next(shown)) if isinstance(a, Value) else a for a in call.args]
        return _evaluated(call).sql

    return replace(made, sql=together([a.sql for a in given], build))


def _evaluated(call: Call) -> Value:
    """The translation of *call*. Constants that no scalar function could take fail when they are evaluated, which may be never:
    they are translated as values that only rows know.
    """
    try:
        return _translated(call)
    except AthenaError as error:
        if not _fails_late(call, error):
            raise
        call.args = [replace(a, const=None) if isinstance(a, Value) else a for a in call.args]
        with contextlib.suppress(AthenaError):
            return _translated(call)
        raise


def _fails_late(call: Call, error: AthenaError) -> bool:
    # Errors of the analyser have a place. A constant pattern is cast before anything sees that there is no text.
    early = error.code not in TRIED or error.message.startswith("line ") or call.name in functions.AGGREGATE_NAMES
    values = [a for a in call.args if isinstance(a, Value)]
    without_text = call.name.startswith("regexp_") and any(v.type == UNKNOWN for v in values[:1])
    return not early and not without_text and any(v.const is not None for v in values)


def _translated(call: Call) -> Value:
    if (special := functions.SPECIALS.get(call.name)) and (made := _special(special, call)) is not None:
        return made
    lines = functions.AGGREGATES.get(call.name) or functions.WINDOWS.get(call.name) or functions.SCALARS.get(call.name)
    if lines is None:
        raise failure("FUNCTION_NOT_FOUND", f"Function '{call.name}' not registered", call.node)
    is_aggregate = call.name in functions.AGGREGATES or call.name in functions.WINDOWS
    for lossless in (True, False):
        for line in lines:
            chosen = overload(line)
            if chosen.accepts(len(call.args)) and (value := _try_overload(call, chosen, not lossless, is_aggregate)):
                return value
    raise call.mismatch(", ".join(sorted(line.partition(" -> ")[0] for line in lines)))


def _try_overload(call: Call, chosen: Overload, coerced: bool, is_aggregate: bool) -> Value | None:
    binding: Binding = {}
    for i, a in enumerate(call.args):
        p = chosen.argument(i)
        if isinstance(a, exp.Lambda):
            if p.name != "function":
                return None
        elif p.name == "function" or not bind(p, a.type, binding, coerced):
            return None
    if not _variables_met(call, chosen, binding):
        return None
    texts: list[str] = []
    loose = False
    for i, a in enumerate(call.args):
        p = chosen.argument(i)
        if isinstance(a, exp.Lambda):
            made = _lambda(call, a, p, binding)
            if made is None:
                return None
            texts.append(made)
            continue
        t = resolved(p, binding, a.type)
        if not coercible(a.type, t) and a.type != t:
            return None
        value = coerce(a, t)
        loose = loose or value.loose
        texts.append(value.sql if is_aggregate else strict(value).sql)
    result = resolved(chosen.result, binding)
    clauses = windows.clauses(call) if is_aggregate else {}
    template = udf.or_null(without_failures(chosen.template)) if call.ctx.or_null is call.node else chosen.template
    lambdas = [i for i, a in enumerate(call.args) if isinstance(a, exp.Lambda)]
    sql = fill(template, texts, binding, {**clauses, "R": held(result)}, lambdas)
    return Value(sql, result, loose=loose and is_aggregate and result.name == "decimal" and result.params[0] < 38)


def _variables_met(call: Call, chosen: Overload, binding: Binding) -> bool:
    """Whether every plain argument still fits once all of them have had their say about the type variables."""
    for i, a in enumerate(call.args):
        if isinstance(a, Value):
            t = resolved(chosen.argument(i), binding, a.type)
            if t != a.type and not coercible(a.type, t):
                return False
    return True


def _lambda(call: Call, node: exp.Lambda, p: Pattern, binding: Binding) -> str | None:
    """The DuckDB text of a lambda, its result's type bound."""
    names = [e.name.lower() for e in node.expressions]
    check_parameters(node, len(p.args) - 1)
    depth = call.scope.depth
    parameters = {
        name: Value(f"_l{depth}_{i}", resolved(a, binding))
        for i, (name, a) in enumerate(zip(names, p.args, strict=False))
    }
    body = call.ctx.expression(node.this, call.scope.lambda_scope(parameters))
    wanted = p.args[-1]
    if wanted.variable and wanted.name not in binding:
        binding[wanted.name] = body.type
    elif not bind(wanted, body.type, binding, coerce=True):
        return None
    result = resolved(wanted, binding, body.type)
    if not coercible(body.type, result):
        return None
    return f"lambda {', '.join(v.sql for v in parameters.values())}: {strict(coerce(body, result)).sql}"
