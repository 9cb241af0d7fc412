"""approx_percentile: https://trino.io/docs/current/functions/aggregate.html#approximate-aggregate-functions.

Trino reads the values from a t-digest, or with an accuracy from an older q-digest; those of few values hold each for itself, as it
is done here for any number of them.
"""

from __future__ import annotations

from sqlglot import exp

from local_athena.dialect.errors import failure, raise_sql, raise_with
from local_athena.dialect.expressions import windows
from local_athena.dialect.expressions.call import Call
from local_athena.dialect.scope import Value, strict
from local_athena.dialect.values.coercion import coerce, coercible
from local_athena.dialect.values.types import BIGINT, DOUBLE, REAL, UNKNOWN, Type, array, held
from local_athena.errors import NotSupported

SPECIAL_AGGREGATES = SPECIAL_DISTINCT = "approx_percentile"


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
    place = min(len(values) - 1, 2)
    value, at = strict(values[0]), values[place]
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
    if len(values) > 2 and not values[1].type.is_number:
        raise call.mismatch()
    c, result = windows.clauses(call), array(t) if several else t
    if len(values) == 2 and _constant(call, place):
        found = _ranked(value, at, c)
    else:
        if call.clauses.distinct:
            raise NotSupported("DISTINCT in approx_percentile with weights or with a percentage that is a column")
        found = _weighted(call, value, at, c, t)
    if len(values) < 4:
        found = _of_exact(value, values[0].type, c["W"], found, result)
    return Value(found, result)


def _constant(call: Call, place: int) -> bool:
    """Whether an argument is the same for each row."""
    given = call.node.expressions
    if given and isinstance(given[0], exp.Distinct):
        given = given[0].expressions
    return given[place].find(exp.Column, exp.Query) is None


_BETWEEN = "Percentile must be between 0 and 1"


def _ranked(value: Value, at: Value, c: dict[str, str]) -> str:
    """DuckDB takes the value whose share reaches the percentile, Trino the one whose share exceeds it."""
    beyond = raise_sql("INVALID_FUNCTION_ARGUMENT", _BETWEEN, "DOUBLE")

    def rank(q: str) -> str:
        return f"CASE WHEN {q} BETWEEN 0 AND 1 THEN least({q} + 1e-12, 1) ELSE {beyond} END"

    # DuckDB wants a percentile in any case; one that is NULL has no value.
    if at.type.name == "array":
        null = raise_sql("INVALID_FUNCTION_ARGUMENT", "Percentile cannot be null", "DOUBLE")
        checked = f"CASE WHEN _q IS NULL THEN {null} ELSE {rank('CAST(_q AS DOUBLE)')} END"
        ranks = f"list_transform(coalesce({at.sql}, [1]), lambda _q: {checked})"
    else:
        ranks = rank(f"coalesce(CAST({at.sql} AS DOUBLE), 1)")
    return f"CASE WHEN {at.sql} IS NOT NULL THEN quantile_disc({c['D']}{value.sql}, {ranks}){c['W']} END"


def _of_exact(value: Value, given: Type, tail: str, found: str, t: Type) -> str:
    """*found*, of type *t*, unless a value is none that a t-digest takes: finite, and the same as a double."""
    if given.is_float:
        odd = f"max(CASE WHEN NOT isfinite({value.sql}) THEN CAST({value.sql} AS VARCHAR) END){tail}"
        message = f"'value must be finite; was ' || replace(replace({odd}, 'nan', 'NaN'), 'inf', 'Infinity')"
    elif given == BIGINT:
        same = f"least(CAST(CAST({value.sql} AS DOUBLE) AS HUGEINT), {2**63 - 1}) = {value.sql}"
        odd = f"max(CASE WHEN NOT {same} THEN {value.sql} END){tail}"
        message = f"'no exact double representation for long: ' || {odd}"
    else:
        return found
    return f"CASE WHEN {odd} IS NULL THEN {found} ELSE {raise_with('INVALID_FUNCTION_ARGUMENT', message, held(t))} END"


def _weighted(call: Call, value: Value, at: Value, c: dict[str, str], t: Type) -> str:
    given = call.values()
    weight = given[1] if len(given) > 2 else Value("1", BIGINT)
    counted = [v.sql for i, v in enumerate((value, *given[1:]), 0) if i == 0 or not _constant(call, i)]
    tail = windows.present(" IS NOT NULL AND ".join(counted), c)

    def last(place: int) -> str:
        """An argument of which the last row decides that counts."""
        sql = given[place].sql
        return sql if _constant(call, place) else f"(array_agg({sql}){tail})[-1]"

    place = min(len(given) - 1, 2)
    several = at.type.name == "array"
    # A row whose percentile is NULL does not count; an array that holds a NULL is refused.
    listed = last(place) if several else f"CASE WHEN {last(place)} IS NOT NULL THEN [{last(place)}] END"
    values, weights = (f"array_agg(CAST({v.sql} AS DOUBLE)){tail}" for v in (value, weight))
    asked = f"CAST({listed} AS DOUBLE[])"
    shown = f"CAST(_v AS {held(t)})"
    if len(given) == 4:
        suffix = ""
        if t == BIGINT:  # a q-digest holds whole numbers as they are
            values, suffix = f"array_agg(CAST({value.sql} AS BIGINT)){tail}", "_whole"
        found = f"trino_percentiles_within{suffix}({values}, {weights}, {asked}, CAST({last(3)} AS DOUBLE))"
    else:
        found = f"trino_percentiles({values}, {weights}, {asked})"
        if t == BIGINT:  # rounded as Java rounds, to the greatest bigint and no further
            shown = f"CASE WHEN _v < {_BEYOND} THEN CAST(floor(_v + 0.5) AS BIGINT) ELSE {2**63 - 1} END"
    made = f"list_transform({found}, lambda _v: {shown})"
    return made if several else f"({made})[1]"


_BEYOND = "9.223372036854775807e18"
"""The least double that is no bigint."""

SPECIALS = {"approx_percentile": _percentile}
