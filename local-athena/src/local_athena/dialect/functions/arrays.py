"""Arrays: https://trino.io/docs/current/functions/array.html."""

from __future__ import annotations

from dataclasses import replace

from sqlglot import exp

from local_athena.dialect.errors import failure, raise_sql, raise_with, type_mismatch
from local_athena.dialect.expressions.call import Call
from local_athena.dialect.expressions.comparisons import extreme, sign_of
from local_athena.dialect.scope import Value, strict
from local_athena.dialect.sqltext import once
from local_athena.dialect.values import ordering, rows, zones
from local_athena.dialect.values.casts import cast_sql
from local_athena.dialect.values.coercion import coerce, coercible, common
from local_athena.dialect.values.literals import DAY
from local_athena.dialect.values.types import (
    BIGINT,
    DATE,
    DAYS,
    INTEGER,
    MONTHS,
    TIME_ZONED,
    UNKNOWN,
    VARCHAR,
    ZONED,
    Type,
    array,
    field_names,
    held,
    ident,
    map_of,
    row,
)

SCALARS = """
cardinality(array(T)) -> bigint | CAST(len($1) AS BIGINT)
cardinality(map(K, V)) -> bigint | CAST(cardinality($1) AS BIGINT)
contains(varchar, ipaddress) -> boolean | trino_ip_contains($1, $2)
array_distinct(array(T)) -> array(T) | trino_distinct($1)
array_except(array(T), array(T)) -> array(T) | CASE WHEN $2 IS NOT NULL THEN trino_distinct(list_filter($1, lambda _e: CASE WHEN _e IS NULL THEN len(list_filter($2, lambda _f: _f IS NULL)) = 0 ELSE NOT list_contains($2, _e) END)) END
array_intersect(array(T), array(T)) -> array(T) | CASE WHEN $2 IS NULL THEN NULL WHEN len($1) < len($2) THEN trino_common($2, $1) ELSE trino_common($1, $2) END
array_union(array(T), array(T)) -> array(T) | CASE WHEN $1 IS NOT NULL AND $2 IS NOT NULL THEN trino_distinct(list_concat($1, $2)) END
array_max(array(T)) -> T | CASE WHEN len(list_filter($1, lambda _e: _e IS NULL)) > 0 THEN NULL ELSE list_max($1) END
array_min(array(T)) -> T | CASE WHEN len(list_filter($1, lambda _e: _e IS NULL)) > 0 THEN NULL ELSE list_min($1) END
arrays_overlap(array(T), array(T)) -> boolean | CASE WHEN len(list_filter($1, lambda _e: _e IS NOT NULL AND list_contains($2, _e))) > 0 THEN true WHEN $1 IS NULL OR $2 IS NULL OR (len($1) > 0 AND len($2) > 0 AND (len(list_filter($1, lambda _e: _e IS NULL)) > 0 OR len(list_filter($2, lambda _e: _e IS NULL)) > 0)) THEN NULL ELSE false END
combinations(array(T), bigint) -> array(array(T)) | list_transform(trino_combinations(CAST(len($1) AS BIGINT), $2), lambda _c: list_transform(_c, lambda _i: CAST($1[_i] AS $T)))
filter(array(T), function(T, boolean)) -> array(T) | list_filter($1, $2)
transform(array(T), function(T, U)) -> array(U) | list_transform($1, $2)
apply(T, function(T, U)) -> U | list_transform([$1], $2)[1]
flatten(array(array(T))) -> array(T) | flatten(list_filter($1, lambda _e: _e IS NOT NULL))
ngrams(array(T), bigint) -> array(array(T)) | CASE WHEN $2 <= 0 THEN $fail(INVALID_FUNCTION_ARGUMENT: N must be positive)INTEGER::VARCHAR::$T[][] WHEN $2 >= len($1) THEN [$1] ELSE list_transform(range(1, len($1) - $2 + 2), lambda _i: $1[_i:_i + $2 - 1]) END
shuffle(array(T)) -> array(T) | list_transform(list_sort(list_transform(range(1, len($1) + 1), lambda _i: struct_pack(r := random(), i := _i))), lambda _s: $1[_s.i])
slice(array(T), bigint, bigint) -> array(T) | CASE WHEN $2 = 0 THEN $fail(INVALID_FUNCTION_ARGUMENT: SQL array indices start at 1)INTEGER::VARCHAR::$T[] WHEN $3 < 0 THEN $fail(INVALID_FUNCTION_ARGUMENT: length must be greater than or equal to 0)INTEGER::VARCHAR::$T[] WHEN $2 < -len($1) THEN CAST([] AS $T[]) WHEN $3 = 0 THEN CAST([] AS $T[]) WHEN $2 > len($1) THEN CAST([] AS $T[]) WHEN $2 > 0 THEN list_slice($1, $2, $2 - 1 + least($3, len($1))) ELSE list_slice($1, len($1) + $2 + 1, len($1) + $2 + least($3, len($1))) END
trim_array(array(T), bigint) -> array(T) | CASE WHEN $2 < 0 THEN CAST('INVALID_FUNCTION_ARGUMENT: size must not be negative: ' || $2 AS INTEGER)::VARCHAR::$T[] WHEN $2 > len($1) THEN CAST('INVALID_FUNCTION_ARGUMENT: size must not exceed array cardinality ' || len($1) || ': ' || $2 AS INTEGER)::VARCHAR::$T[] ELSE list_slice($1, 1, len($1) - $2) END
any_match(array(T), function(T, boolean)) -> boolean | trino_any(list_transform($1, $2))
all_match(array(T), function(T, boolean)) -> boolean | trino_all(list_transform($1, $2))
none_match(array(T), function(T, boolean)) -> boolean | NOT trino_any(list_transform($1, $2))
"""


def _element_at(call: Call) -> Value:
    call.arity(2)
    base, index = call.values()
    if base.type == UNKNOWN:
        return Value("NULL", UNKNOWN)
    if base.type.name == "array" and index.type == UNKNOWN:
        index = coerce(index, BIGINT)
    if base.type.name == "map":
        met = _met(base, index)
        if met is None:
            raise call.mismatch("element_at(array(E), bigint), element_at(map(K,V), K)")
        m, k = met
        return Value(once(k.sql, lambda x: _looked_up(m.sql, x, m.type)), m.type.args[1])
    if base.type.name != "array" or not index.type.is_integer:
        raise call.mismatch("element_at(array(E), bigint), element_at(map(K,V), K)")
    if isinstance(index.const, int) and index.const != 0:
        return Value(f"({base.sql})[{index.const}]", base.type.element)
    failed = raise_sql("INVALID_FUNCTION_ARGUMENT", "SQL array indices start at 1", held(base.type.element))
    return Value(f"CASE WHEN {index.sql} = 0 THEN {failed} ELSE ({base.sql})[{index.sql}] END", base.type.element)


def _subscript(call: Call) -> Value:
    """``a[i]``, ``m[k]``, ``r[1]``: unlike element_at, what is not there is an error."""
    base, index = call.values()
    if base.type.name == "row":
        parts = rows.parts_of(base)
        return parts[_place(call, index, len(parts)) - 1]
    if base.type.name == "map" and (met := _met(base, index)):
        mapped, k = met
        t = mapped.type
        return Value(once(mapped.sql, lambda m: once(k.sql, lambda x: _map_value(m, x, t))), t.args[1])
    if base.type.name != "array" or not (index.type.is_integer or index.type == UNKNOWN):
        raise type_mismatch(f"Cannot use {index.type} for subscript of {base.type}", call.node)
    index = coerce(index, BIGINT)
    sql = once(base.sql, lambda a: once(index.sql, lambda i: _array_value(a, i, index, base.type)))
    return Value(sql, base.type.element)


def _met(base: Value, index: Value) -> tuple[Value, Value] | None:
    """A map and a key in the type that both its keys and *index* are cast to."""
    kind, value = base.type.args
    t = common(index.type, kind)
    if t is None:
        return None
    found = base if t == kind else coerce(base, map_of(t, value))
    key = strict(coerce(index, t))
    return found, replace(key, sql=zones.as_key_of(found.sql, key.sql, t)) if t.name == ZONED else key


def _place(call: Call, index: Value, last: int) -> int:
    """Which field of a row *index* means."""
    place = call.node.expressions[0]
    if not isinstance(index.const, int):
        message = "Subscript expression on ROW requires a constant index"
        raise failure("EXPRESSION_NOT_CONSTANT", message, place)
    if index.type != INTEGER:
        message = f"Subscript expression on ROW requires integer index, found {index.type}"
        raise type_mismatch(message, place)
    if index.const < 1:
        message = f"Invalid subscript index: {index.const}. ROW indices start at 1"
        raise failure("INVALID_FUNCTION_ARGUMENT", message, place)
    if index.const > last:
        message = f"Subscript index out of bounds: {index.const}, max value is {last}"
        raise failure("INVALID_FUNCTION_ARGUMENT", message, place)
    return index.const


def _looked_up(base: str, k: str, t: Type) -> str:
    """The value of the key that equals *k*, or NULL: NaN equals nothing, not even the key NaN."""
    found = f"map_extract_value({base}, {k})"
    return f"CASE WHEN NOT isnan({k}) THEN {found} END" if t.args[0].is_float else found


def _map_value(base: str, k: str, t: Type) -> str:
    failed = raise_with(
        "INVALID_FUNCTION_ARGUMENT", f"'Key not present in map: ' || CAST({k} AS VARCHAR)", held(t.args[1])
    )
    has = f"map_contains({base}, {k})" + (f" AND NOT isnan({k})" if t.args[0].is_float else "")
    found = f"WHEN {has} THEN map_extract_value({base}, {k})"
    return f"CASE {found} WHEN {base} IS NOT NULL AND {k} IS NOT NULL THEN {failed} END"


def _array_value(base: str, i: str, index: Value, t: Type) -> str:
    kind = held(t.element)
    message = f"'Array subscript must be less than or equal to array length: ' || {i} || ' > ' || len({base})"
    checks = f"WHEN {i} > len({base}) THEN {raise_with('INVALID_FUNCTION_ARGUMENT', message, kind)}"
    if not (isinstance(index.const, int) and index.const > 0):
        checks += f" WHEN {i} = 0 THEN {raise_sql('INVALID_FUNCTION_ARGUMENT', 'SQL array indices start at 1', kind)}"
        negative = f"'Array subscript is negative: ' || {i}"
        checks += f" WHEN {i} < 0 THEN {raise_with('INVALID_FUNCTION_ARGUMENT', negative, kind)}"
    return f"CASE {checks} ELSE ({base})[{i}] END"


def _array_join(call: Call) -> Value:
    call.arity(2, 3)
    base, *texts = call.values()
    base = coerce(base, array(UNKNOWN)) if base.type == UNKNOWN else base
    if base.type.name != "array" or not all(v.type.is_text or v.type == UNKNOWN for v in texts):
        raise call.mismatch()
    separator = texts[0]
    try:
        shown = cast_sql("_e", base.type.element, VARCHAR) if not base.type.element.is_text else "_e"
    except KeyError:
        message = f"Cannot cast {base.type.element} to varchar"
        raise failure("OPERATOR_NOT_FOUND", message, call.node) from None
    if len(call.args) == 3:
        items = f"list_transform({base.sql}, lambda _e: coalesce({shown}, {call.value(2).sql}))"
    else:
        items = f"list_filter(list_transform({base.sql}, lambda _e: {shown}), lambda _s: _s IS NOT NULL)"  # also JSON's null
    given = " AND ".join(f"{v.sql} IS NOT NULL" for v in (base, *texts))
    if separator.const is not None:
        joined = f"coalesce(array_to_string(CAST({items} AS VARCHAR[]), {separator.sql}), '')"
    else:  # DuckDB's function takes a constant only
        led = f"array_to_string(list_transform(CAST({items} AS VARCHAR[]), lambda _s: {separator.sql} || _s), '')"
        joined = f"coalesce(substr({led}, length({separator.sql}) + 1), '')"
    return Value(f"CASE WHEN {given} THEN {joined} END", VARCHAR)


def _orderable(call: Call) -> None:
    """Refuse arrays whose elements have no order. None: their signatures say the rest."""
    t = call.value(0).type
    if t.name == "array" and not t.ordered:
        raise call.mismatch()


def _extreme(call: Call, greatest: bool) -> Value | None:
    """Of arrays and rows; all others by their signatures."""
    _orderable(call)
    base = call.value(0)
    if base.type.name != "array" or base.type.element.name not in ("array", "row", ZONED, TIME_ZONED):
        return None

    def found(x: str) -> str:
        nulls = f"len(list_filter({x}, lambda _e: _e IS NULL))"
        return f"CASE WHEN len({x}) > 0 AND {nulls} = 0 THEN {extreme(x, base.type.element, greatest)} END"

    return Value(once(base.sql, found), base.type.element)


def _array_min(call: Call) -> Value | None:
    return _extreme(call, greatest=False)


def _array_max(call: Call) -> Value | None:
    """Of floats the greatest number, NaN where there is none: Trino ranks NaN lowest here, DuckDB highest."""
    base = call.value(0)
    if base.type.name != "array" or not base.type.element.is_float:
        return _extreme(call, greatest=True)

    def greatest(x: str) -> str:
        number = f"list_max(list_filter({x}, lambda _e: NOT isnan(_e)))"
        return f"CASE WHEN len(list_filter({x}, lambda _e: _e IS NULL)) = 0 THEN coalesce({number}, list_max({x})) END"

    return Value(once(base.sql, greatest), base.type.element)


def _array_sort(call: Call) -> Value:
    call.arity(1, 2)
    base = call.value(0)
    base = coerce(base, array(UNKNOWN)) if base.type == UNKNOWN else base
    compare = call.args[-1]
    if base.type.name != "array" or (len(call.args) > 1 and not isinstance(compare, exp.Lambda)):
        raise call.mismatch()
    if not isinstance(compare, exp.Lambda):
        _orderable(call)
        sorted_ = _sorted(base)
        if base.type.element.name in ("array", "row"):
            sorted_ = once(f"CAST({sorted_} AS {held(base.type)})", lambda s: _comparable(s, base.type))
        return Value(sorted_, base.type)
    (a, b), body = call.lambda_text(compare, [base.type.element] * 2)
    if not coercible(body.type, INTEGER):
        raise call.mismatch()
    wrong = raise_sql("INVALID_FUNCTION_ARGUMENT", "Lambda comparator must return either -1, 0, or 1", "INTEGER")
    order = coerce(body, INTEGER).sql
    return _insertion(base, a, b, f"(CASE {order} WHEN -1 THEN -1 WHEN 0 THEN 0 WHEN 1 THEN 1 ELSE {wrong} END)")


def _sorted(base: Value) -> str:
    """An array in order; equal values that are not the same stay as they stood."""
    form = ordering.form("_e", base.type.element, nan_first=False)
    if form == "_e":
        return f"list_sort({base.sql}, 'ASC', 'NULLS LAST')"
    place = f"CASE WHEN _e IS NOT NULL THEN struct_pack(k := {form}, i := _i, v := _e) END"
    keyed = f"list_transform({base.sql}, lambda _e, _i: {place})"
    return f"CAST(list_transform(list_sort({keyed}, 'ASC', 'NULLS LAST'), lambda _e: _e.v) AS {held(base.type)})"


def _comparable(ordered: str, t: Type) -> str:
    """A sorted array of arrays or rows, or Trino's failure where the order of two neighbours hangs on a NULL inside them."""
    sign = sign_of(f"({ordered})[_n]", f"({ordered})[_n + 1]", t.element)
    pairs = f"list_filter(range(1, len({ordered})), lambda _n: ({ordered})[_n + 1] IS NOT NULL)"
    return f"CASE WHEN len(list_filter({pairs}, lambda _n: {sign} > 0)) = 0 THEN {ordered} END"


def _insertion(base: Value, a: str, b: str, body: str) -> Value:
    """Insertion sort by a comparator of *a* and *b*: Trino asks no more of it than that it is consistent.

    It is asked of a later element and an earlier one, in this order, as Java's sort does.
    """
    wrapped = f"list_transform({base.sql}, lambda _w: [_w])"
    kept = f"list_filter(_x, lambda {b}: list_transform(_y, lambda {a}: {body})[1] >= 0)"
    after = f"list_filter(_x, lambda {b}: list_transform(_y, lambda {a}: {body})[1] < 0)"
    sorted_ = f"list_reduce({wrapped}, lambda _x, _y: list_concat(list_concat({kept}, _y), {after}))"
    return Value(f"CASE WHEN len({base.sql}) = 0 THEN {base.sql} ELSE {sorted_} END", base.type)


_LONGEST = 10_000
_TOO_LONG = f"result of sequence function must not have more than {_LONGEST} entries"
_AWAY = (
    "sequence stop value should be greater than or equal to start value if step is greater than zero "
    "otherwise stop should be less than or equal to start"
)


def _stepped(a: str, b: str, step: str, series: str, kind: str) -> str:
    """*series*, a list of DuckDB type *kind*, or Trino's failure where *step*, a number, does not lead from *a* to *b*."""
    zero = raise_sql("INVALID_FUNCTION_ARGUMENT", "step must not be zero", kind)
    away = raise_sql("INVALID_FUNCTION_ARGUMENT", _AWAY, kind)
    wrong = f"({step} > 0 AND {a} > {b}) OR ({step} < 0 AND {a} < {b})"
    return f"CASE WHEN {step} = 0 THEN {zero} WHEN {wrong} THEN {away} ELSE {series} END"


def _sequence(call: Call) -> Value:
    call.arity(2, 3)
    start, stop = (coerce(v, BIGINT) if v.type == UNKNOWN else v for v in call.values()[:2])
    step = call.value(2) if len(call.args) == 3 else None
    if start.type.is_integer and stop.type.is_integer:
        if step is not None and not coercible(step.type, BIGINT):
            raise call.mismatch()
        a, b = coerce(start, BIGINT).sql, coerce(stop, BIGINT).sql
        by = coerce(step, BIGINT).sql if step is not None else f"CASE WHEN {a} <= {b} THEN 1 ELSE -1 END"
        long = raise_sql("INVALID_FUNCTION_ARGUMENT", _TOO_LONG, "BIGINT[]")
        apart = f"(CAST({b} AS HUGEINT) - {a}) // {by}"  # the ends may be further apart than a bigint reaches
        series = f"CASE WHEN {apart} >= {_LONGEST} THEN {long} ELSE generate_series({a}, {b}, {by}) END"
        return Value(_stepped(a, b, by, series, "BIGINT[]"), array(BIGINT))
    t = common(start.type, stop.type)
    if t is None or t.name not in ("date", "timestamp"):
        raise call.mismatch()
    a, b = coerce(start, t).sql, coerce(stop, t).sql
    if step is None:
        if t != DATE:
            raise call.mismatch()
        return Value(_moments(a, b, f"(CASE WHEN {a} <= {b} THEN {DAY} ELSE {-DAY} END)", t), array(t))
    if step.type.name == MONTHS:
        return Value(_stepped(a, b, step.sql, _months(a, b, step.sql, t), f"{held(t)}[]"), array(t))
    if step.type.name != DAYS:
        raise call.mismatch()
    by = step.sql
    if t == DATE:
        whole = "sequence step must be a day interval if start and end values are dates"
        if isinstance(step.const, int) and step.const % DAY:
            raise failure("INVALID_FUNCTION_ARGUMENT", whole)
        if not isinstance(step.const, int):
            failed = raise_sql("INVALID_FUNCTION_ARGUMENT", whole, "BIGINT")
            by = f"CASE WHEN {step.sql} % {DAY} = 0 THEN {step.sql} ELSE {failed} END"
    return Value(_stepped(a, b, step.sql, _moments(a, b, by, t), f"{held(t)}[]"), array(t))


def _moments(a: str, b: str, by: str, t: Type) -> str:
    """Moments *by* milliseconds apart, which are counted before they are made."""
    long = raise_sql("INVALID_FUNCTION_ARGUMENT", _TOO_LONG, "TIMESTAMP[]")
    first, last = (f"CAST({moment} AS TIMESTAMP)" for moment in (a, b))
    apart = f"(CAST(epoch_us({last}) AS HUGEINT) - epoch_us({first})) // (CAST({by} AS HUGEINT) * 1000)"
    series = f"generate_series({first}, {last}, to_milliseconds({by}))"
    return f"CAST(CASE WHEN {apart} >= {_LONGEST} THEN {long} ELSE {series} END AS {held(t)}[])"


def _months(a: str, b: str, step: str, t: Type) -> str:
    long = raise_sql("INVALID_FUNCTION_ARGUMENT", _TOO_LONG, "BIGINT[]")
    last = f"abs(datediff('month', {a}, {b})) // abs({step})"
    steps = f"CASE WHEN {last} >= {_LONGEST} THEN {long} ELSE range(0, {last} + 1) END"
    moved = f"list_transform({steps}, lambda _i: CAST({a} + to_months(CAST(_i * {step} AS INTEGER)) AS {held(t)}))"
    return f"list_filter({moved}, lambda _m: CASE WHEN {step} > 0 THEN _m <= {b} ELSE _m >= {b} END)"


def _zip(call: Call) -> Value:
    call.arity(2, 5)
    values = [coerce(v, array(UNKNOWN)) if v.type == UNKNOWN else v for v in call.values()]
    if any(v.type.name != "array" for v in values):
        raise call.mismatch()
    t = row(*(v.type.element for v in values))
    longest = f"greatest({', '.join(f'len({v.sql})' for v in values)})"
    fields = ", ".join(
        f"{ident(n)} := CAST(({v.sql})[_i] AS {held(v.type.element)})"
        for n, v in zip(field_names(t), values, strict=True)
    )
    missing = " OR ".join(f"{v.sql} IS NULL" for v in values)
    return Value(
        f"CASE WHEN {missing} THEN NULL ELSE list_transform(range(1, {longest} + 1), lambda _i: struct_pack({fields})) END",
        array(t),
    )


def _zip_with(call: Call) -> Value:
    call.arity(3)
    left, right = (coerce(v, array(UNKNOWN)) if v.type == UNKNOWN else v for v in (call.value(0), call.value(1)))
    function = call.args[2]
    if left.type.name != "array" or right.type.name != "array" or not isinstance(function, exp.Lambda):
        raise call.mismatch()
    (a, b), body = call.lambda_text(function, [left.type.element, right.type.element])
    first, second = (f"CAST(({v.sql})[_i] AS {held(v.type.element)})" for v in (left, right))
    made = f"list_transform([{first}], lambda {a}: list_transform([{second}], lambda {b}: {strict(body).sql})[1])[1]"
    sql = f"list_transform(range(1, greatest(len({left.sql}), len({right.sql})) + 1), lambda _i: {made})"
    return Value(f"CASE WHEN {left.sql} IS NOT NULL AND {right.sql} IS NOT NULL THEN {sql} END", array(body.type))


SPECIALS = {
    "element_at": _element_at, "$subscript": _subscript, "array_join": _array_join, "array_sort": _array_sort,
    "sequence": _sequence, "zip": _zip, "zip_with": _zip_with, "array_max": _array_max, "array_min": _array_min,
}  # fmt: skip
