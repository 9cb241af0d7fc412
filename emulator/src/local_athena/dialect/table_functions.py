"""``TABLE(f(...))``: https://trino.io/docs/current/functions/table.html."""

from __future__ import annotations

from sqlglot import exp

from local_athena.dialect import expressions, queries
from local_athena.dialect.coercion import coerce
from local_athena.dialect.context import Context
from local_athena.dialect.errors import failure
from local_athena.dialect.scope import Scope, Value
from local_athena.dialect.types import BIGINT
from local_athena.errors import NotSupported


def translate(ctx: Context, node: exp.Anonymous, parent: Scope | None) -> queries.Query:
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
        given[name] = coerce(expressions.expression(ctx, value, parent or Scope()), BIGINT)
    start = given["start"].sql if "start" in given else "CAST(0 AS BIGINT)"
    step = given["step"].sql if "step" in given else "CAST(1 AS BIGINT)"
    sql = f'SELECT unnest(generate_series({start}, {given["stop"].sql}, {step})) AS "sequential_number"'
    return queries.Query(sql, queries.outputs([("sequential_number", Value("", BIGINT))]))
