"""Colors: https://trino.io/docs/current/functions/color.html."""

from __future__ import annotations

from local_athena.dialect.expressions.call import Call
from local_athena.dialect.scope import Value
from local_athena.dialect.values.coercion import coerce, coercible
from local_athena.dialect.values.types import BIGINT, BOOLEAN, COLOR, DOUBLE, VARCHAR, length_of, varchar

SCALARS = """
color(varchar) -> color | trino_color($1)
color(double, color, color) -> color | trino_color_between($1, $2, $3)
color(double, double, double, color, color) -> color | trino_color_between_values($1, $2, $3, $4, $5)
rgb(bigint, bigint, bigint) -> color | trino_color_rgb($1, $2, $3)
bar(double, bigint) -> varchar | trino_color_bar($1, $2)
bar(double, bigint, color, color) -> varchar | trino_color_bar_between($1, $2, $3, $4)
"""

_CODES = 15
"""Characters of the escape sequences around a text."""


def _render(call: Call) -> Value:
    call.arity(1, 2)
    value, *rest = call.values()
    mismatch = call.mismatch("render(varchar(x), color), render(bigint, color), render(double, color), render(boolean)")
    if not rest:
        if not coercible(value.type, BOOLEAN):
            raise mismatch
        return Value(f"{call.udf('color_render_boolean')}({coerce(value, BOOLEAN).sql})", varchar(16))
    if not coercible(rest[0].type, COLOR):
        raise mismatch
    color = coerce(rest[0], COLOR).sql
    if coercible(value.type, BIGINT):
        return Value(f"{call.udf('color_render')}(CAST({coerce(value, BIGINT).sql} AS VARCHAR), {color})", varchar(35))
    if coercible(value.type, DOUBLE):
        return Value(f"{call.udf('color_render_double')}({coerce(value, DOUBLE).sql}, {color})", varchar(41))
    if not value.type.is_text:
        raise mismatch
    made = f"{call.udf('color_render')}({coerce(value, VARCHAR).sql}, {color})"
    return Value(made, varchar(length_of(value.type) + _CODES))


SPECIALS = {"render": _render}
