"""``TABLE(f(...))``: https://trino.io/docs/current/functions/table.html.

Arguments are matched as Trino's ``StatementAnalyzer.analyzeArguments`` matches them:
https://github.com/trinodb/trino/blob/master/core/trino-main/src/main/java/io/trino/sql/analyzer/StatementAnalyzer.java
"""

from __future__ import annotations

from sqlglot import exp

from local_athena.dialect.context import Context
from local_athena.dialect.errors import failure, raise_sql, raise_with, type_mismatch
from local_athena.dialect.scope import Query, Scope, Value, outputs
from local_athena.dialect.values.coercion import coerce, common
from local_athena.dialect.values.types import BIGINT
from local_athena.errors import NotSupported

_SEQUENCE = ("start", "stop", "step")


def translate(ctx: Context, node: exp.Anonymous, table: exp.Table) -> Query:
    """The rows of the table function that *node* calls in *table*; ``sequence`` is the one there is."""
    alias = table.args.get("alias")
    call = node.expressions[0] if node.name.lower() == "table" and node.expressions else node
    if not isinstance(call, exp.Anonymous) or call.name.lower() not in ("sequence", "exclude_columns"):
        raise failure("FUNCTION_NOT_FOUND", f"Table function {getattr(call, 'name', call)} not registered", call)
    if call.name.lower() != "sequence":
        raise NotSupported(f"Table function {call.name}")
    if table.args.get("sample") is not None:
        message = "Cannot apply sample to polymorphic table function invocation"
        raise failure("INVALID_TABLE_FUNCTION_INVOCATION", message, node if alias else call)
    if alias and len(alias.args.get("columns") or ()) > 1:
        message = f"Column alias list has {len(alias.args['columns'])} entries but table function has 1 proper columns"
        raise failure("MISMATCHED_COLUMN_ALIASES", message, call)
    given = {name: _constant(ctx, value) for name, value in _matched(call).items()}
    start, stop, step = (_present(given.get(name), name) for name in _SEQUENCE)
    up, down = (_direction(word, start, stop) for word in ("positive", "negative"))
    checked = (
        f"CASE WHEN {start} < {stop} AND {step} <= 0 THEN {up} WHEN {start} > {stop} AND {step} >= 0 THEN {down} "
        f"WHEN {start} = {stop} THEN [{start}] ELSE generate_series({start}, {stop}, {step}) END"
    )
    sql = f'SELECT unnest({checked}) AS "sequential_number"'
    return Query(sql, outputs([("sequential_number", Value("", BIGINT))]))


def _matched(call: exp.Anonymous) -> dict[str, exp.Expr]:
    """The arguments by their names.

    :raises AthenaError: ``INVALID_ARGUMENTS``, ``INVALID_FUNCTION_ARGUMENT`` or ``MISSING_ARGUMENT``
    """
    given = call.expressions
    if len(given) > len(_SEQUENCE):
        message = f"Too many arguments. Expected at most {len(_SEQUENCE)} arguments, got {len(given)} arguments"
        raise failure("INVALID_ARGUMENTS", message, given[0])
    named = [a for a in given if isinstance(a, exp.Kwarg)]
    if named and len(named) != len(given):
        message = "All arguments must be passed by name or all must be passed positionally"
        raise failure("INVALID_ARGUMENTS", message, given[0])
    found: dict[str, exp.Expr] = {} if named else dict(zip(_SEQUENCE, given, strict=False))
    for argument in named:
        name = argument.this.name.lower()
        if name in found or name not in _SEQUENCE:
            what = "Duplicate" if name in found else "Unexpected"
            raise failure("INVALID_FUNCTION_ARGUMENT", f"{what} argument name: {name.upper()}", argument)
        found[name] = argument.expression
    if "stop" not in found:
        raise failure("MISSING_ARGUMENT", "Missing argument: STOP", given[0] if given else call)
    return found


def _constant(ctx: Context, node: exp.Expr) -> Value:
    for kind, what in ((exp.Query, "a subquery"), (exp.Column, "column references")):
        if node.find(kind) is not None:
            raise failure("EXPRESSION_NOT_CONSTANT", f"Constant expression cannot contain {what}", node)
    value = ctx.expression(node, Scope())
    if common(value.type, BIGINT) != BIGINT:
        raise type_mismatch(f"Cannot cast type {value.type} to bigint", node)
    return coerce(value, BIGINT)


_DEFAULTS = {"start": "CAST(0 AS BIGINT)", "step": "CAST(1 AS BIGINT)"}


def _present(value: Value | None, name: str) -> str:
    """The text of the argument *name*, which fails where its value is NULL."""
    if value is None:
        return _DEFAULTS[name]
    null = raise_sql("INVALID_FUNCTION_ARGUMENT", f"{name.capitalize()} is null", "BIGINT")
    return value.sql if value.const is not None else f"coalesce({value.sql}, {null})"


def _direction(word: str, start: str, stop: str) -> str:
    said = f"'Step must be {word} for sequence [' || {start} || ', ' || {stop} || ']'"
    return raise_with("INVALID_FUNCTION_ARGUMENT", said, "BIGINT[]")
