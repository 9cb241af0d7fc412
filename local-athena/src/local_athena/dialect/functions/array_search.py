"""Array functions that look for equal elements: https://trino.io/docs/current/functions/array.html.

``contains``, ``array_position`` and ``array_remove`` compare as ``=`` does: NaN equals nothing, a NULL inside makes the answer
unknown, and of timestamps the instants count. DuckDB's list functions do so for plain values only.
"""

from __future__ import annotations

from local_athena.dialect.errors import raise_sql
from local_athena.dialect.expressions.call import Call
from local_athena.dialect.expressions.comparisons import same
from local_athena.dialect.scope import Value, strict
from local_athena.dialect.sqltext import once
from local_athena.dialect.values.coercion import coerce, common
from local_athena.dialect.values.types import BIGINT, BOOLEAN, TIME_ZONED, UNKNOWN, ZONED, Type, array

SCALARS = """
contains(array(T), T) -> boolean | CASE WHEN $2 IS NULL THEN NULL WHEN list_contains($1, $2) THEN true WHEN len(list_filter($1, lambda _e: _e IS NULL)) > 0 THEN NULL ELSE list_contains($1, $2) END
array_position(array(T), T) -> bigint | CASE WHEN $1 IS NOT NULL AND $2 IS NOT NULL THEN CAST(coalesce(list_position($1, $2), 0) AS BIGINT) END
array_remove(array(T), T) -> array(T) | CASE WHEN $2 IS NOT NULL THEN list_filter($1, lambda _e: _e IS DISTINCT FROM $2) END
contains_sequence(array(T), array(T)) -> boolean | CASE WHEN $1 IS NOT NULL AND $2 IS NOT NULL THEN len(list_filter(range(1, len($1) - len($2) + 2), lambda _i: list_slice($1, _i, _i + len($2) - 1) IS NOT DISTINCT FROM $2)) > 0 END
array_histogram(array(T)) -> map(T, bigint) | CASE WHEN $1 IS NOT NULL THEN CAST(map_from_entries(coalesce(list_transform(map_entries(list_aggregate(list_transform(list_filter($1, lambda _v: _v IS NOT NULL), lambda _v: struct_pack(v := _v)), 'histogram')), lambda _e: struct_pack(k := _e.key.v, v := _e.value)), [])) AS MAP($T, BIGINT)) END
"""


def _plain(t: Type) -> bool:
    return not (t.args or t.is_float or t.name in (ZONED, TIME_ZONED))


def _found(call: Call) -> tuple[Value, Value, Type] | None:
    """The array, the value that is looked for and the type they meet in; None where DuckDB's equality is Trino's."""
    call.arity(2)
    base, wanted = call.values()
    if base.type.name != "array":
        return None
    t = common(base.type.element, wanted.type)
    if t is None or t == UNKNOWN or _plain(t):
        return None
    return strict(coerce(base, array(t))), strict(coerce(wanted, t)), t


def _equal(call: Call, build: str, result: Type | None) -> Value | None:
    found = _found(call)
    if found is None:
        return None
    base, wanted, t = found

    def searched(a: str, w: str) -> str:
        equal = f"CASE WHEN _e IS NOT NULL THEN {same('_e', w, t, 1)} END"
        if t.args:
            # A NULL inside leaves open whether two are equal.
            message = f"{call.name} does not support arrays with elements that are null or contain null"
            failed = raise_sql("NOT_SUPPORTED", message, "BOOLEAN")
            equal = f"CASE WHEN _e IS NOT NULL THEN coalesce({same('_e', w, t, 1)}, {failed}) END"
        return f"CASE WHEN {a} IS NOT NULL AND {w} IS NOT NULL THEN {build.format(a=a, equal=equal)} END"

    sql = once(base.sql, lambda a: once(wanted.sql, lambda w: searched(a, w)))
    return Value(sql, result or base.type)


def _contains(call: Call) -> Value | None:
    return _equal(call, "trino_any(list_transform({a}, lambda _e: {equal}))", BOOLEAN)


def _position(call: Call) -> Value | None:
    listed = "list_transform({a}, lambda _e: coalesce({equal}, false))"
    return _equal(call, f"CAST(coalesce(list_position({listed}, true), 0) AS BIGINT)", BIGINT)


def _remove(call: Call) -> Value | None:
    return _equal(call, "list_filter({a}, lambda _e: NOT coalesce({equal}, false))", None)


SPECIALS = {"contains": _contains, "array_position": _position, "array_remove": _remove}
