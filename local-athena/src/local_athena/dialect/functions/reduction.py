"""``reduce``: https://trino.io/docs/current/functions/array.html#reduce."""

from __future__ import annotations

from sqlglot import exp

from local_athena.dialect.errors import failure
from local_athena.dialect.expressions.call import Call
from local_athena.dialect.scope import Value, strict
from local_athena.dialect.values.coercion import coerce, common
from local_athena.dialect.values.types import UNKNOWN, array, held


def _reduce(call: Call) -> Value:
    """``reduce(array, initial, (s, x) -> ..., s -> ...)``."""
    call.arity(4)
    base, start = call.value(0), call.value(1)
    base = coerce(base, array(UNKNOWN)) if base.type == UNKNOWN else base
    step, finish = call.args[2], call.args[3]
    if base.type.name != "array" or not isinstance(step, exp.Lambda) or not isinstance(finish, exp.Lambda):
        raise call.mismatch()
    state = start.type
    for _ in range(_SOLVING):  # the state's type is where the initial value and the step's result meet
        (s, x), body = call.lambda_text(step, [state, base.type.element])
        met = common(state, body.type)
        if met is None:
            raise call.mismatch()
        if met == state:
            break
        state = met
    else:  # as of decimals that grow by a digit with each addition
        raise failure(
            "GENERIC_INTERNAL_ERROR", f"SignatureBinder.iterativeSolve does not converge after {_SOLVING} iterations."
        )
    if body.type != state and not (body.type.is_text and state.is_text):
        raise call.mismatch()  # Trino has no coercion of what a lambda gives
    # A state and an element differ in type, so the list that DuckDB reduces holds pairs of both.
    (s, x), body = call.lambda_text(step, [state, base.type.element])
    pair = f"STRUCT(s {held(state)}, x {held(base.type.element)})"
    first = f"CAST({{'s': {strict(coerce(start, state)).sql}, 'x': NULL}} AS {pair})"
    rest = f"list_transform({base.sql}, lambda _e: CAST({{'s': NULL, 'x': _e}} AS {pair}))"
    inner = strict(coerce(body, state)).sql
    applied = f"list_transform([_p.s], lambda {s}: list_transform([_q.x], lambda {x}: {inner})[1])[1]"
    total = (
        f"list_reduce(list_concat([{first}], {rest}), lambda _p, _q: CAST({{'s': {applied}, 'x': NULL}} AS {pair})).s"
    )
    (f,), result = call.lambda_text(finish, [state])
    if result.sql != f:
        total = f"list_transform([{total}], lambda {f}: {strict(result).sql})[1]"
    return Value(f"CASE WHEN {base.sql} IS NOT NULL THEN {total} END", result.type)


_SOLVING = 4
"""So often Trino asks a lambda what it makes of the type that it gave; a type that still changes then is an error."""


SPECIALS = {"reduce": _reduce}
