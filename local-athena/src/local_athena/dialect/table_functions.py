"""``TABLE(f(...))``: https://trino.io/docs/current/functions/table.html."""

from __future__ import annotations

from sqlglot import exp

from local_athena.dialect.coercion import coerce
from local_athena.dialect.context import Context
from local_athena.dialect.errors import failure, raise_sql
from local_athena.dialect.scope import Query, Scope, Value, outputs
from local_athena.dialect.types import BIGINT
from local_athena.errors import NotSupported


def translate(ctx: Context, node: exp.Anonymous, parent: Scope | None) -> Query:
    """A table function; ``sequence`` is the one there is."""
    call = node.expressions[0] if node.name.lower() == "table" and node.expressions else node
    if not isinstance(call, exp.Anonymous) or call.name.lower() not in ("sequence", "exclude_columns"):
        raise failure("FUNCTION_NOT_FOUND", f"Table function '{getattr(call, 'name', call)}' not registered", node)
    if call.name.lower() != "sequence":
        raise NotSupported(f"Table function {call.name}")
    given: dict[str, Value] = {}
    for i, argument in enumerate(call.expressions):
        name = argument.this.name.lower() if isinstance(argument, exp.Kwarg) else ("start", "stop", "step")[i]
        value = argument.expression if isinstance(argument, exp.Kwarg) else argument
        given[name] = coerce(ctx.expression(value, parent or Scope()), BIGINT)
    start = given["start"].sql if "start" in given else "CAST(0 AS BIGINT)"
    step = given["step"].sql if "step" in given else "CAST(1 AS BIGINT)"
    if "stop" not in given:
        raise failure("MISSING_ARGUMENT", "Missing argument: STOP", node)
    stop = given["stop"].sql
    up = raise_sql("INVALID_FUNCTION_ARGUMENT", "Step must be positive for sequence where start < stop", "BIGINT[]")
    down = raise_sql("INVALID_FUNCTION_ARGUMENT", "Step must be negative for sequence where start > stop", "BIGINT[]")
    checked = (
        f"CASE WHEN {start} < {stop} AND {step} <= 0 THEN {up} WHEN {start} > {stop} AND {step} >= 0 THEN {down} "
        f"WHEN {start} = {stop} THEN [{start}] ELSE generate_series({start}, {stop}, {step}) END"
    )
    sql = f'SELECT unnest({checked}) AS "sequential_number"'
    return Query(sql, outputs([("sequential_number", Value("", BIGINT))]))
