"""Aggregates that make maps: https://trino.io/docs/current/functions/aggregate.html#map-aggregate-functions.

Keys are told apart by what ``comparisons.key`` makes of them: of two timestamps with time zone at one instant, or maps with the
same entries, the first stays.
"""

from __future__ import annotations

from local_athena.dialect.expressions import windows
from local_athena.dialect.expressions.call import Call
from local_athena.dialect.expressions.comparisons import key
from local_athena.dialect.scope import Value, strict
from local_athena.dialect.values.types import BIGINT, OPAQUE, Type, array, held, map_of

SPECIAL_AGGREGATES = SPECIAL_DISTINCT = "histogram map_agg multimap_agg map_union"


def told_apart(call: Call) -> Value:
    """The first argument of an aggregate that takes values of types alone whose values can be compared."""
    value = call.value(0)
    if any(part.name in OPAQUE for part in value.type.walk()):
        raise call.mismatch()
    return value


def _keyed(t: Type) -> bool:
    """Whether keys of *t* are told apart by something else than themselves."""
    return key("k", t) != "k"


def _histogram(call: Call) -> Value:
    call.arity(1)
    value = told_apart(call)
    t = map_of(value.type, BIGINT)
    c = windows.clauses(call)
    if _keyed(value.type):
        pair = f"struct_pack(k := {key(value.sql, value.type)}, v := {value.sql})"
        groups = f"trino_all_entries(array_agg({c['D']}{pair}){windows.present(value.sql, c)})"
        counted = f"list_transform(map_values({groups}), lambda _g: struct_pack(k := _g[1], v := len(_g)))"
        return Value(f"CAST(map_from_entries({counted}) AS {held(t)})", t)
    if value.type.is_float:  # DuckDB counts all floats as one as soon as NaN is among them; not so what holds a float
        counted = f"histogram({c['D']}struct_pack(v := {value.sql})){windows.present(value.sql, c)}"
        entries = f"list_transform(map_entries({counted}), lambda _e: struct_pack(k := _e.key.v, v := _e.value))"
        return Value(f"map_from_entries({entries})", t)
    return Value(f"CAST(histogram({c['D']}{strict(value).sql}){c['W']} AS {held(t)})", t)


def _agg_pairs(call: Call) -> tuple[Value, Value, str]:
    call.arity(2)
    k, v = strict(told_apart(call)), strict(call.value(1))
    c = windows.clauses(call)
    pairs = f"array_agg({c['D']}struct_pack(k := {k.sql}, v := {v.sql}){c['O']}){windows.present(k.sql, c)}"
    return k, v, pairs


def _by_key(pairs: str, t: Type) -> str:
    """*pairs*, each with what its key of type *t* is told apart by."""
    return f"list_transform({pairs}, lambda _p: struct_pack(k := {key('_p.k', t)}, v := _p))"


def _first(pairs: str, t: Type) -> str:
    """The map of *pairs* whose keys are of type *t*; of equal keys the first."""
    if _keyed(t):
        return f"map_from_entries(map_values(trino_first_entries({_by_key(pairs, t)})))"
    return f"trino_first_entries({pairs})"


def _map_agg(call: Call) -> Value:
    """One value for each key, the first that came."""
    k, v, pairs = _agg_pairs(call)
    t = map_of(k.type, v.type)
    return Value(f"CAST({_first(pairs, k.type)} AS {held(t)})", t)


def _multimap_agg(call: Call) -> Value:
    k, v, pairs = _agg_pairs(call)
    t = map_of(k.type, array(v.type))
    if not _keyed(k.type):
        return Value(f"CAST(trino_all_entries({pairs}) AS {held(t)})", t)
    collected = "struct_pack(k := _g[1].k, v := list_transform(_g, lambda _v: _v.v))"
    groups = f"list_transform(map_values(trino_all_entries({_by_key(pairs, k.type)})), lambda _g: {collected})"
    return Value(f"CAST(map_from_entries({groups}) AS {held(t)})", t)


def _map_union(call: Call) -> Value:
    call.arity(1)
    value = call.value(0)
    if value.type.name != "map":
        raise call.mismatch("map_union(map(K,V))")
    c = windows.clauses(call)
    entries = f"flatten(array_agg({c['D']}map_entries({value.sql}){c['O']}){windows.present(value.sql, c)})"
    pairs = f"list_transform({entries}, lambda _e: struct_pack(k := _e.key, v := _e.value))"
    return Value(f"CAST({_first(pairs, value.type.args[0])} AS {held(value.type)})", value.type)


SPECIALS = {"histogram": _histogram, "map_agg": _map_agg, "multimap_agg": _multimap_agg, "map_union": _map_union}
