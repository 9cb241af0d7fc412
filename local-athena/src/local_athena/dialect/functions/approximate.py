"""Approximate aggregates: https://trino.io/docs/current/functions/aggregate.html#approximate-aggregate-functions.

Those of few values are exact on AWS too, and these here are exact for any number of them.
"""

from __future__ import annotations

from local_athena.dialect.errors import failure, raise_sql
from local_athena.dialect.expressions import windows
from local_athena.dialect.expressions.call import Call
from local_athena.dialect.expressions.comparisons import key
from local_athena.dialect.scope import Value, strict
from local_athena.dialect.values.coercion import coerce, coercible
from local_athena.dialect.values.types import BIGINT, DOUBLE, REAL, UNKNOWN, VARCHAR, Type, array, held, map_of
from local_athena.errors import NotSupported

REFUSED = "approx_sample"

SPECIAL_AGGREGATES = "approx_percentile approx_distinct approx_most_frequent numeric_histogram"
SPECIAL_DISTINCT = "approx_percentile approx_most_frequent"

_SMALLEST_ERROR, _LARGEST_ERROR = 0.0040625, 0.26


def _number(value: Value) -> float | None:
    """A literal's number."""
    return float(value.const) if value.type.is_number and isinstance(value.const, int | str) else None


def _distinct(call: Call) -> Value:
    call.arity(1, 2)
    if len(call.args) == 2:
        error = call.value(1)
        if not coercible(error.type, DOUBLE):
            raise call.mismatch("approx_distinct(T, double)")
        given = _number(error)
        if given is not None and not _SMALLEST_ERROR <= given <= _LARGEST_ERROR:
            message = f"Max standard error must be in [{_SMALLEST_ERROR}, {_LARGEST_ERROR}]: {given}"
            raise failure("INVALID_FUNCTION_ARGUMENT", message)
    c, value = windows.clauses(call), strict(call.value(0))
    if len(call.args) == 2 and call.value(1).const is None:
        c["W"] = windows.present(call.value(1).sql, c)
    return Value(f"CAST(count(DISTINCT {key(value.sql, value.type)}){c['W']} AS BIGINT)", BIGINT)


def digested(call: Call, t: Type) -> Type:
    """As what percentiles of *t* are computed: Trino has them of bigint, real and double, and an integer fits a bigint,
    a decimal a real.
    """
    if t.is_integer:
        return BIGINT
    if t.name == "decimal":
        return REAL
    if t.is_float or t == UNKNOWN:
        return DOUBLE if t == UNKNOWN else t
    raise call.mismatch("approx_percentile(bigint, double), approx_percentile(double, double)")


def _percentile(call: Call) -> Value:
    """The value at the asked rank. With weights, ranks count weights, and between two heavy values lies what lies between,
    unless an accuracy is given, by which an older digest keeps them.
    """
    call.arity(2, 4)
    values = call.values()
    value, at = strict(values[0]), values[min(len(values) - 1, 2)]
    t = digested(call, value.type)
    value = strict(coerce(value, t)) if coercible(value.type, t) else Value(f"CAST({value.sql} AS {held(t)})", t)
    if at.type == UNKNOWN:  # a double or an array of them
        message = "Could not choose a best candidate operator. Explicit type casts must be added."
        raise failure("AMBIGUOUS_FUNCTION_CALL", message, call.node)
    several = at.type.name == "array"
    if len(values) == 4 and (several or not coercible(values[3].type, DOUBLE)):
        raise call.mismatch()
    if not coercible(at.type, array(DOUBLE) if several else DOUBLE):
        raise call.mismatch()
    given = _number(at)
    if given is not None and not 0 <= given <= 1:
        raise failure("INVALID_FUNCTION_ARGUMENT", "Percentile must be between 0 and 1")
    c = windows.clauses(call)
    result = array(t) if several else t
    if len(values) > 2:
        if call.clauses.distinct:
            raise NotSupported("DISTINCT in approx_percentile with weights")
        return Value(_weighted(value, at, several, c["W"], t, call), result)
    # DuckDB takes the value whose share reaches the percentile, Trino the one whose share exceeds it.
    if several:
        null = raise_sql("INVALID_FUNCTION_ARGUMENT", "Percentile cannot be null", "DOUBLE")
        rank = f"CASE WHEN _q IS NULL THEN {null} ELSE least(CAST(_q AS DOUBLE) + 1e-12, 1) END"
        ranks = f"list_transform(coalesce({at.sql}, [1]), lambda _q: {rank})"
    else:
        ranks = f"least(CAST({at.sql} AS DOUBLE) + 1e-12, 1)"
    found = f"quantile_disc({c['D']}{value.sql}, {ranks}){c['W']}"
    # DuckDB wants a percentile in any case; one that is NULL has no value.
    return Value(found if at.const is not None else f"CASE WHEN {at.sql} IS NOT NULL THEN {found} END", result)


def _weighted(value: Value, at: Value, several: bool, tail: str, t: Type, call: Call) -> str:
    weight, *rest = call.values()[1:]
    if not weight.type.is_number:
        raise call.mismatch()
    # A row whose percentile is NULL does not count; an array that holds a NULL is refused.
    listed = at.sql if several else f"CASE WHEN {at.sql} IS NOT NULL THEN [{at.sql}] END"
    values, weights = (f"array_agg(CAST({v.sql} AS DOUBLE)){tail}" for v in (value, weight))
    asked = f"CAST({listed} AS DOUBLE[])"
    shown = f"CAST(_v AS {held(t)})"
    if len(rest) == 2:
        suffix = ""
        if t == BIGINT:  # a q-digest holds whole numbers as they are
            values, suffix = f"array_agg(CAST({value.sql} AS BIGINT)){tail}", "_whole"
        found = f"trino_percentiles_within{suffix}({values}, {weights}, {asked}, CAST({rest[1].sql} AS DOUBLE))"
    else:
        found = f"trino_percentiles({values}, {weights}, {asked})"
        if t == BIGINT:  # rounded as Java rounds, to the greatest bigint and no further
            shown = f"CASE WHEN _v < {_BEYOND} THEN CAST(floor(_v + 0.5) AS BIGINT) ELSE {2**63 - 1} END"
    made = f"list_transform({found}, lambda _v: {shown})"
    return made if several else f"({made})[1]"


_BEYOND = "9.223372036854775807e18"
"""The least double that is no bigint."""


def _most_frequent(call: Call) -> Value:
    call.arity(3)
    buckets, value, capacity = call.values()
    if not (coercible(buckets.type, BIGINT) and coercible(capacity.type, BIGINT)):
        raise call.mismatch("approx_most_frequent(bigint, varchar, bigint)")
    kind = BIGINT if value.type.is_integer else VARCHAR
    if not coercible(value.type, kind):
        raise call.mismatch("approx_most_frequent(bigint, varchar, bigint)")
    given = _number(buckets)
    if given is not None and given < 2:
        message = f"approx_most_frequent bucket count must be greater than one, input bucket count: {int(given)}"
        raise failure("INVALID_FUNCTION_ARGUMENT", message)
    c = windows.clauses(call)
    if capacity.const is None:
        c["W"] = windows.present(capacity.sql, c)
    counted = f"map_entries(histogram({c['D']}{strict(coerce(value, kind)).sql}){c['W']})"
    ranked = (
        f"list_sort(list_transform({counted}, lambda _e: struct_pack(c := -CAST(_e.value AS BIGINT), k := _e.key)))"
    )
    kept = f"list_transform(list_slice({ranked}, 1, {buckets.sql}), lambda _e: struct_pack(k := _e.k, v := -_e.c))"
    t = map_of(kind, BIGINT)
    return Value(f"CAST(map_from_entries({kept}) AS {held(t)})", t)


def _histogram(call: Call) -> Value:
    call.arity(2, 3)
    buckets, *rest = call.values()
    if not coercible(buckets.type, BIGINT) or not all(v.type.is_number for v in rest):
        raise call.mismatch("numeric_histogram(bigint, double), numeric_histogram(bigint, double, double)")
    t = DOUBLE if DOUBLE in [v.type for v in rest] else REAL
    c = windows.clauses(call)
    listed = [f"array_agg(CAST({v.sql} AS DOUBLE)){c['W']}" for v in rest]
    if len(listed) == 1:
        listed.append(f"array_agg(CAST(1 AS DOUBLE)){c['W']}")
    result = map_of(t, t)
    return Value(f"CAST(trino_numeric_histogram({buckets.sql}, {', '.join(listed)}) AS {held(result)})", result)


SPECIALS = {
    "approx_distinct": _distinct, "approx_percentile": _percentile, "approx_most_frequent": _most_frequent,
    "numeric_histogram": _histogram,
}  # fmt: skip
