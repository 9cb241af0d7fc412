"""Maps: https://trino.io/docs/current/functions/map.html."""

from __future__ import annotations

from sqlglot import exp

from local_athena.dialect.errors import raise_sql, raise_with
from local_athena.dialect.expressions.call import Call
from local_athena.dialect.expressions.comparisons import indeterminate
from local_athena.dialect.scope import Value, strict
from local_athena.dialect.sqltext import once
from local_athena.dialect.values.casts import PAIRS, cast_sql
from local_athena.dialect.values.coercion import coerce, coercible, common
from local_athena.dialect.values.types import (
    BOOLEAN,
    JSON,
    UNKNOWN,
    VARCHAR,
    ZONED,
    Type,
    array,
    field_names,
    held,
    map_of,
    row,
)

SCALARS = """
map_keys(map(K, V)) -> array(K) | map_keys($1)
map_values(map(K, V)) -> array(V) | map_values($1)
"""


def _map(call: Call) -> Value:
    call.arity(0, 2)
    if not call.args:
        return Value("CAST(map([], []) AS MAP(INTEGER, INTEGER))", map_of(UNKNOWN, UNKNOWN))
    call.arity(2)
    keys, values = (coerce(v, array(UNKNOWN)) if v.type == UNKNOWN else v for v in call.values())
    if keys.type.name != "array" or values.type.name != "array":
        raise call.mismatch("map(array(K), array(V))")
    t = map_of(keys.type.element, values.type.element)
    wrong = raise_sql("INVALID_FUNCTION_ARGUMENT", "Key and value arrays must be the same length", held(t))

    def made(k: str) -> str:
        checked = _determinate(k, t, _unique(k, t, values.sql, "map keys"))
        missing = f"{k} IS NULL OR {values.sql} IS NULL"
        return f"CASE WHEN {missing} THEN NULL WHEN len({k}) <> len({values.sql}) THEN {wrong} ELSE {checked} END"

    return Value(once(keys.sql, made), t)


def _determinate(keys: str, t: Type, made: str) -> str:
    """The map *made*, of type *t*, or Trino's failure where one of its *keys* holds a NULL."""
    if not t.args[0].args:
        return made
    found = f"list_filter({keys}, lambda _k: {indeterminate('_k', t.args[0])})"
    message = f"'map key cannot be indeterminate: ' || {_shown(f'({found})[1]', t.args[0])}"
    failed = raise_with("INVALID_FUNCTION_ARGUMENT", message, held(t))
    return f"CASE WHEN len({found}) > 0 THEN {failed} ELSE {made} END"


def _unique(keys: str, t: Type, values: str, words: str = "keys") -> str:
    """The map of *keys* and *values*, or Trino's failure, which calls the keys by *words*, where there is one twice."""
    again = f"_k IS NOT NULL AND list_position({keys}, _k) < _i"
    if t.args[0].is_float:  # NaN is a key like others, and equals none
        again = f"({again}) OR isnan(_k) AND len(list_filter({keys}[1:_i - 1], lambda _n: isnan(_n))) > 0"
    twice = f"list_filter({keys}, lambda _k, _i: {again})"
    message = f"'Duplicate {words} (' || {_shown(f'({twice})[1]', t.args[0])} || ') are not allowed'"
    failed = raise_with("INVALID_FUNCTION_ARGUMENT", message, held(t))
    fewer = "" if t.args[0].is_float else f"list_unique({keys}) < len({keys}) AND "
    zones = _of_zones(keys, t) if t.args[0].name == ZONED else ""
    return f"CASE {zones} WHEN {fewer}len({twice}) > 0 THEN {failed} ELSE CAST(map({keys}, {values}) AS {held(t)}) END"


def _of_zones(keys: str, t: Type) -> str:
    """The refusal of keys of several zones: DuckDB would not find the ones that are the same instant."""
    failed = raise_sql(
        "NOT_SUPPORTED", "A map of timestamps of several zones is not supported by local Athena", held(t)
    )
    return f"WHEN list_unique(list_transform({keys}, lambda _k: (_k).z)) > 1 THEN {failed}"


def _shown(key: str, t: Type) -> str:
    """A key as its Java object shows itself."""
    if t.is_float:
        return f"trim({cast_sql(key, t, JSON)}, '\"')"
    if t.args:
        return f"replace(CAST({key} AS VARCHAR), 'NULL', 'null')"
    return cast_sql(key, t, VARCHAR) if t.is_text or (t.name, "varchar") in PAIRS else f"CAST({key} AS VARCHAR)"


def _pairs(call: Call, base: Value) -> Type:
    """Check that *base* is an array of two-field rows; the map type it makes."""
    t = base.type.element if base.type.name == "array" else UNKNOWN
    if t.name != "row" or len(t.args) != 2:
        raise call.mismatch("map_from_entries(array(row(K,V)))")
    return map_of(*t.args)


_ENTRIES = array(row(UNKNOWN, UNKNOWN))


def _listed(call: Call) -> Value:
    """The one argument; a NULL, and an array of nothing but NULL, as one of entries."""
    call.arity(1)
    base = call.value(0)
    return coerce(base, _ENTRIES) if base.type == UNKNOWN or base.type == array(UNKNOWN) else base


def _of_entries(base: Value, t: Type, made: str) -> Value:
    """The map *made* of the entries *base*, none of which may be NULL."""
    failed = raise_sql("INVALID_FUNCTION_ARGUMENT", "map entry cannot be null", held(t))
    missing = f"len(list_filter({base.sql}, lambda _e: _e IS NULL)) > 0"
    return Value(f"CASE WHEN {base.sql} IS NULL THEN NULL WHEN {missing} THEN {failed} ELSE {made} END", t)


def _entry(base: Value) -> tuple[str, str]:
    k, v = field_names(base.type.element)
    return f"struct_extract(_e, '{k}')", f"struct_extract(_e, '{v}')"


def _from_entries(call: Call) -> Value:
    base = _listed(call)
    t = _pairs(call, base)
    k, v = _entry(base)
    keys, values = (f"list_transform({base.sql}, lambda _e: {part})" for part in (k, v))
    return _of_entries(base, t, once(keys, lambda x: _determinate(x, t, _unique(x, t, values))))


def _multimap_from_entries(call: Call) -> Value:
    base = _listed(call)
    inner = _pairs(call, base)
    t = map_of(inner.args[0], array(inner.args[1]))
    k, v = _entry(base)
    keys = f"trino_distinct(list_transform({base.sql}, lambda _e: {k}))"
    values = f"list_transform({keys}, lambda _k: list_transform(list_filter({base.sql}, lambda _e: {k} = _k), lambda _e: {v}))"
    return _of_entries(base, t, _determinate(keys, t, f"CAST(map({keys}, {values}) AS {held(t)})"))


def _entries(call: Call) -> Value:
    call.arity(1)
    base = call.value(0)
    base = coerce(base, map_of(UNKNOWN, UNKNOWN)) if base.type == UNKNOWN else base
    if base.type.name != "map":
        raise call.mismatch("map_entries(map(K,V))")
    t = array(row(*base.type.args))
    sql = f"list_transform(map_entries({base.sql}), lambda _e: struct_pack(field0 := _e.key, field1 := _e.value))"
    return Value(sql, t)


def _concat(call: Call) -> Value:
    call.arity(2, 127)
    values = call.values()
    t: Type | None = values[0].type
    for v in values[1:]:
        t = common(t, v.type) if t is not None else None
    if t is None or t.name != "map":
        raise call.mismatch("map_concat(map(K,V), map(K,V), ...)")
    listed = [coerce(v, t).sql for v in values]
    missing = " OR ".join(f"{sql} IS NULL" for sql in listed)
    return Value(f"CASE WHEN {missing} THEN NULL ELSE map_concat({', '.join(listed)}) END", t)


def _over_entries(call: Call, index: int = 1) -> tuple[Value, str, str, Value]:
    """A map and a (k, v) lambda: the map, texts of its key and value inside ``lambda _e``, the lambda's body."""
    base, function = call.value(0), call.args[index]
    base = coerce(base, map_of(UNKNOWN, UNKNOWN)) if base.type == UNKNOWN else base
    if base.type.name != "map" or not isinstance(function, exp.Lambda):
        raise call.mismatch()
    (k, v), body = call.lambda_text(function, base.type.args)
    return base, k, v, body


def _applied(k: str, v: str, body: str) -> str:
    """*body*, over *k* and *v*, for the map entry ``_e``."""
    return f"list_transform([_e.key], lambda {k}: list_transform([_e.value], lambda {v}: {body})[1])[1]"


def _filter(call: Call) -> Value:
    call.arity(2)
    base, k, v, body = _over_entries(call)
    if not coercible(body.type, BOOLEAN):
        raise call.mismatch("map_filter(map(K, V), function(K, V, boolean))")
    kept = f"list_filter(map_entries({base.sql}), lambda _e: {_applied(k, v, body.sql)})"
    return Value(
        f"CASE WHEN {base.sql} IS NOT NULL THEN CAST(map_from_entries({kept}) AS {held(base.type)}) END", base.type
    )


def _transform_values(call: Call) -> Value:
    call.arity(2)
    base, k, v, body = _over_entries(call)
    t = map_of(base.type.args[0], body.type)
    values = f"list_transform(map_entries({base.sql}), lambda _e: {_applied(k, v, strict(body).sql)})"
    return Value(f"CASE WHEN {base.sql} IS NOT NULL THEN CAST(map(map_keys({base.sql}), {values}) AS {held(t)}) END", t)


def _transform_keys(call: Call) -> Value:
    call.arity(2)
    base, k, v, body = _over_entries(call)
    t = map_of(body.type, base.type.args[1])
    keys = f"list_transform(map_entries({base.sql}), lambda _e: {_applied(k, v, strict(body).sql)})"
    made = once(keys, lambda x: _unique(x, t, f"map_values({base.sql})"))
    return Value(f"CASE WHEN {base.sql} IS NOT NULL THEN {made} END", t)


def _zip_with(call: Call) -> Value:
    call.arity(3)
    left, right, function = call.value(0), call.value(1), call.args[2]
    key_type = common(left.type.args[0], right.type.args[0]) if left.type.name == right.type.name == "map" else None
    if key_type is None or not isinstance(function, exp.Lambda):
        raise call.mismatch()
    left, right = (coerce(m, map_of(key_type, m.type.args[1])) for m in (left, right))
    (k, a, b), body = call.lambda_text(function, [key_type, left.type.args[1], right.type.args[1]])
    t = map_of(key_type, body.type)
    keys = f"trino_distinct(list_concat(map_keys({left.sql}), map_keys({right.sql})))"
    value = (
        f"list_transform([_k], lambda {k}: list_transform([map_extract_value({left.sql}, _k)], lambda {a}: "
        f"list_transform([map_extract_value({right.sql}, _k)], lambda {b}: {strict(body).sql})[1])[1])[1]"
    )
    made = f"CAST(map({keys}, list_transform({keys}, lambda _k: {value})) AS {held(t)})"
    return Value(f"CASE WHEN {left.sql} IS NOT NULL AND {right.sql} IS NOT NULL THEN {made} END", t)


SPECIALS = {
    "map": _map, "map_from_entries": _from_entries, "multimap_from_entries": _multimap_from_entries, "map_entries": _entries,
    "map_concat": _concat, "map_filter": _filter, "transform_values": _transform_values, "transform_keys": _transform_keys,
    "map_zip_with": _zip_with,
}  # fmt: skip
