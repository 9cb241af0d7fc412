"""Approximate aggregates: https://trino.io/docs/current/functions/aggregate.html#approximate-aggregate-functions.

Those of few values are exact on AWS too, and these here are exact for any number of them.
"""

from __future__ import annotations

from local_athena.dialect.errors import failure
from local_athena.dialect.expressions import hashing, windows
from local_athena.dialect.expressions.call import Call
from local_athena.dialect.scope import Value, strict
from local_athena.dialect.values.coercion import coerce, coercible
from local_athena.dialect.values.types import (
    BIGINT,
    BOOLEAN,
    DOUBLE,
    OPAQUE,
    REAL,
    UNKNOWN,
    VARCHAR,
    held,
    map_of,
)

REFUSED = "approx_sample"

SPECIAL_AGGREGATES = "approx_distinct approx_most_frequent numeric_histogram"
SPECIAL_DISTINCT = "approx_most_frequent"

_SMALLEST_ERROR, _LARGEST_ERROR, _USUAL_ERROR = 0.0040625, 0.26, 0.023


def _number(value: Value) -> float | None:
    """A literal's number."""
    return float(value.const) if value.type.is_number and isinstance(value.const, int | str) else None


def _distinct(call: Call) -> Value:
    """The estimate of a HyperLogLog of the values' hashes. Booleans are counted, and of NULL there is none."""
    call.arity(1, 2)
    error = f"{_USUAL_ERROR}"
    if len(call.args) == 2:
        if not coercible(call.value(1).type, DOUBLE):
            raise call.mismatch("approx_distinct(T, double)")
        error = f"CAST({call.value(1).sql} AS DOUBLE)"
        given = _number(call.value(1))
        if given is not None and not _SMALLEST_ERROR <= given <= _LARGEST_ERROR:
            message = f"Max standard error must be in [{_SMALLEST_ERROR}, {_LARGEST_ERROR}]: {given}"
            raise failure("INVALID_FUNCTION_ARGUMENT", message)
    c, value = windows.clauses(call), strict(call.value(0))
    if any(part.name in OPAQUE for part in value.type.walk()):
        raise call.mismatch("approx_distinct(unknown, double), approx_distinct(T, double) T:comparable")
    varying = len(call.args) == 2 and call.value(1).const is None
    if value.type in (BOOLEAN, UNKNOWN):
        tail = windows.present(error, c) if varying else c["W"]
        return Value(f"CAST(count(DISTINCT {value.sql}){tail} AS BIGINT)", BIGINT)
    tail = windows.present(value.sql if not varying else f"{value.sql} IS NOT NULL AND {error}", c)
    error = f"any_value({error}){tail}" if varying else error
    hashes = f"array_agg(DISTINCT {hashing.hashed(value.sql, value.type)}){tail}"
    if hashing.is_costly(value.type):
        each = hashing.hashed("_v", value.type)
        hashes = f"list_transform(array_agg(DISTINCT {value.sql}){tail}, lambda _v: {each})"
    return Value(f"trino_approx_distinct({hashes}, CAST({error} AS DOUBLE))", BIGINT)


def _most_frequent(call: Call) -> Value:
    call.arity(3)
    buckets, value, capacity = call.values()
    if not (coercible(buckets.type, BIGINT) and coercible(capacity.type, BIGINT)):
        raise call.mismatch("approx_most_frequent(bigint, varchar, bigint)")
    kind = BIGINT if value.type.is_integer else VARCHAR
    if not coercible(value.type, kind):
        raise call.mismatch("approx_most_frequent(bigint, varchar, bigint)")
    c = windows.clauses(call)
    tail = windows.present(" IS NOT NULL AND ".join(v.sql for v in (buckets, capacity, value)), c)
    asked = ", ".join(f"CAST({_of_group(v, tail)} AS BIGINT)" for v in (buckets, capacity))
    function = "trino_most_frequent" if kind == BIGINT else "trino_most_frequent_texts"
    listed = f"array_agg({c['D']}{strict(coerce(value, kind)).sql}){tail}"
    return Value(f"{function}({listed}, {asked})", map_of(kind, BIGINT))


def _of_group(value: Value, tail: str) -> str:
    """An argument of which the first row decides."""
    return value.sql if value.const is not None else f"any_value({value.sql}){tail}"


def _histogram(call: Call) -> Value:
    call.arity(2, 3)
    buckets, *rest = call.values()
    if not (coercible(buckets.type, BIGINT) and rest[0].type.is_number and coercible(rest[-1].type, DOUBLE)):
        raise call.mismatch("numeric_histogram(bigint, double), numeric_histogram(bigint, double, double)")
    t = DOUBLE if rest[0].type == DOUBLE else REAL
    tail = windows.present(" IS NOT NULL AND ".join(v.sql for v in (*rest, buckets)), windows.clauses(call))
    listed = [f"array_agg(CAST({v.sql} AS DOUBLE)){tail}" for v in rest]
    if len(listed) == 1:
        listed.append(f"array_agg(CAST(1 AS DOUBLE)){tail}")
    result = map_of(t, t)
    asked = f"CAST({_of_group(buckets, tail)} AS BIGINT)"
    return Value(f"CAST(trino_numeric_histogram({asked}, {', '.join(listed)}) AS {held(result)})", result)


SPECIALS = {
    "approx_distinct": _distinct, "approx_most_frequent": _most_frequent, "numeric_histogram": _histogram,
}  # fmt: skip
