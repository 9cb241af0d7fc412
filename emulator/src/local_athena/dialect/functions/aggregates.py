"""Aggregates: https://trino.io/docs/current/functions/aggregate.html."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from local_athena.dialect import windows
from local_athena.dialect.coercion import coerce
from local_athena.dialect.comparisons import key
from local_athena.dialect.errors import failure, raise_sql
from local_athena.dialect.operators import decimal_quotient
from local_athena.dialect.scope import Value, strict
from local_athena.dialect.types import BIGINT, DOUBLE, REAL, UNKNOWN, VARCHAR, array, decimal, held, map_of
from local_athena.errors import NotSupported

if TYPE_CHECKING:
    from local_athena.dialect.calls import Call

_STATISTICS = ["stddev", "stddev_samp", "stddev_pop", "variance", "var_samp", "var_pop", "kurtosis"]
_NATIVE = {"variance": "var_samp", "stddev": "stddev_samp"}
_TWO = [
    "corr",
    "covar_pop",
    "covar_samp",
    "regr_slope",
    "regr_intercept",
]

AGGREGATES = (
    "\n".join(
        [f"{n}(double) -> double | {_NATIVE.get(n, n)}($D$1$O)$W" for n in _STATISTICS]
        + [f"{n}(double, double) -> {'double'} | {n}($D$1, $2$O)$W" for n in _TWO]
    )
    # DuckDB's is the sample's skewness, Trino's the population's.
    + """
skewness(double) -> double | (skewness($D$1)$W * (count($D$1)$W - 2) / sqrt(count($D$1)$W * (count($D$1)$W - 1)))
sum(tinyint) -> bigint | CAST(sum($D$1$O)$W AS BIGINT)
sum(smallint) -> bigint | CAST(sum($D$1$O)$W AS BIGINT)
sum(integer) -> bigint | CAST(sum($D$1$O)$W AS BIGINT)
sum(bigint) -> bigint | CAST(sum($D$1$O)$W AS BIGINT)
sum(decimal(p, s)) -> decimal(38, s) | CAST(sum($D$1$O)$W AS $R)
sum(double) -> double | sum($D$1$O)$W
sum(real) -> real | CAST(sum($D$1$O)$W AS FLOAT)
sum(interval day to second) -> interval day to second | CAST(sum($D$1$O)$W AS BIGINT)
sum(interval year to month) -> interval year to month | CAST(sum($D$1$O)$W AS BIGINT)
bool_and(boolean) -> boolean | bool_and($D$1$O)$W
bool_or(boolean) -> boolean | bool_or($D$1$O)$W
every(boolean) -> boolean | bool_and($D$1$O)$W
count_if(boolean) -> bigint | CAST(count(CASE WHEN $1 THEN 1 END)$W AS BIGINT)
arbitrary(T) -> T | any_value($D$1$O)$W
any_value(T) -> T | any_value($D$1$O)$W
max(T) -> T | max($D$1)$W
min(T) -> T | min($D$1)$W
max(T, bigint) -> array(T) | max($1, $2)$W
min(T, bigint) -> array(T) | min($1, $2)$W
max_by(T, U) -> T | arg_max_null($1, $2)$W
min_by(T, U) -> T | arg_min_null($1, $2)$W
max_by(T, U, bigint) -> array(T) | arg_max($1, $2, $3)$W
min_by(T, U, bigint) -> array(T) | arg_min($1, $2, $3)$W
array_agg(T) -> array(T) | array_agg($D$1$O)$W
bitwise_and_agg(bigint) -> bigint | bit_and($D$1)$W
bitwise_or_agg(bigint) -> bigint | bit_or($D$1)$W
bitwise_xor_agg(bigint) -> bigint | bit_xor($D$1)$W
geometric_mean(double) -> double | exp(avg(ln($1))$W)
approx_distinct(T) -> bigint | CAST(count(DISTINCT $1)$W AS BIGINT)
approx_distinct(T, double) -> bigint | CAST(count(DISTINCT $1)$W AS BIGINT)
"""
)

REFUSED = """
approx_set merge empty_approx_set approx_most_frequent approx_sample checksum evaluate_classifier_predictions make_set_digest
merge_set_digest qdigest_agg tdigest_agg value_at_quantile values_at_quantiles numeric_histogram convex_hull_agg
geometry_union_agg spatial_partitioning hash_counts intersection_cardinality jaccard_index quantile_at_value
"""

SPECIAL_AGGREGATES = """
count avg reduce_agg approx_percentile histogram map_agg multimap_agg map_union listagg grouping
"""


def _count(call: Call, arguments: list[exp.Expr]) -> Value:
    from local_athena.dialect import expressions

    c = windows.clauses(call)
    if not arguments or isinstance(arguments[0], exp.Star):
        return Value(f"count(*){c['W']}", BIGINT)
    if len(arguments) > 1:
        raise failure(
            "FUNCTION_NOT_FOUND", "Unexpected parameters for function count. Expected: count(), count(T)", call.node
        )
    value = expressions.expression(call.ctx, arguments[0], call.scope)
    return Value(f"count({c['D']}{key(value.sql, value.type)}){c['W']}", BIGINT)


_CERTAIN_DIGITS = 19
"""So many digits leave a sum of 38 room for more rows than can be counted."""


def _sum(call: Call) -> Value | None:
    """A sum of long decimals, which DuckDB would let grow beyond 38 digits; all others by their signatures."""
    call.arity(1)
    value = call.value(0)
    if value.type.name != "decimal" or value.type.params[0] <= _CERTAIN_DIGITS:
        return None
    c, t = windows.clauses(call), decimal(38, value.type.params[1])
    total = f"CAST(sum({c['D']}{value.sql}{c['O']}){c['W']} AS {held(t)})"
    failed = raise_sql("NUMERIC_VALUE_OUT_OF_RANGE", "Decimal overflow", held(t))
    digits = f"translate(CAST({total} AS VARCHAR), '-.', '')"
    return Value(f"(CASE WHEN length({digits}) > 38 THEN {failed} ELSE {total} END)", t)


def _avg(call: Call) -> Value:
    call.arity(1)
    value = call.value(0)
    c = windows.clauses(call)
    t = value.type
    if t.name == "decimal":
        # sum / count, rounded half up to the scale of the input
        p, s = t.params
        total = f"CAST((sum({c['D']}{value.sql}){c['W']} * CAST({10**s} AS DECIMAL({s + 1},0))) AS HUGEINT)"
        count = f"nullif(count({c['D']}{value.sql}){c['W']}, 0)"
        return Value(decimal_quotient(total, f"CAST({count} AS HUGEINT)", s, held(decimal(p, s))), t)
    if t.name in ("interval day to second", "interval year to month"):
        return Value(f"CAST(round(avg({c['D']}{value.sql}){c['W']}) AS BIGINT)", t)
    if not (t.is_number or t == UNKNOWN):
        raise call.mismatch("avg(bigint), avg(double), avg(real), avg(decimal(p,s))")
    if t == REAL:
        return Value(f"CAST(avg({c['D']}{value.sql}){c['W']} AS FLOAT)", REAL)
    return Value(f"avg({c['D']}{coerce(value, DOUBLE).sql if not t.is_integer else value.sql}){c['W']}", DOUBLE)


def _approx_percentile(call: Call) -> Value:
    """Exact here: the value at the asked rank. With weights, ranks count weights."""
    call.arity(2, 4)
    values = call.values()
    if len(values) > 2:
        return _weighted(call, values)
    value, at = strict(values[0]), values[1]
    if not value.type.is_number:
        raise call.mismatch("approx_percentile(double, double), approx_percentile(double, array(double))")
    c = windows.clauses(call)
    if at.type.name == "array":
        return Value(f"quantile_disc({value.sql}, {at.sql}){c['W']}", array(value.type))
    return Value(f"quantile_disc({value.sql}, {at.sql}){c['W']}", value.type)


def _weighted(call: Call, values: list[Value]) -> Value:
    value, weight, at = strict(values[0]), values[1], values[2]
    if not (value.type.is_number and weight.type.is_number):
        raise call.mismatch()
    c = windows.clauses(call)
    pairs = f"list_sort(array_agg(struct_pack(v := {value.sql}, w := CAST({weight.sql} AS DOUBLE))){c['W']})"
    pick = "list_filter({p}, lambda _e: list_sum(list_transform(list_filter({p}, lambda _f: _f.v <= _e.v), lambda _f: _f.w)) >= {at} * list_sum(list_transform({p}, lambda _f: _f.w)))[1].v"
    if at.type.name == "array":
        inner = pick.format(p=pairs, at="_a")
        return Value(f"list_transform({at.sql}, lambda _a: {inner})", array(value.type))
    return Value(pick.format(p=pairs, at=at.sql), value.type)


def _histogram(call: Call) -> Value:
    call.arity(1)
    value = call.value(0)
    t = map_of(value.type, BIGINT)
    c = windows.clauses(call)
    return Value(f"CAST(histogram({strict(value).sql}){c['W']} AS {held(t)})", t)


def _agg_pairs(call: Call) -> tuple[Value, Value, str]:
    call.arity(2)
    k, v = (strict(x) for x in call.values())
    c = windows.clauses(call)
    kept = f" FILTER (WHERE {k.sql} IS NOT NULL" + (
        f" AND {c['W'].removeprefix(' FILTER (WHERE ')}" if c["W"].startswith(" FILTER") else f"){c['W']}"
    )
    pairs = f"array_agg(struct_pack(k := {k.sql}, v := {v.sql}){c['O']}){kept}"
    return k, v, pairs


def _map_agg(call: Call) -> Value:
    """One value for each key, the first that came."""
    k, v, pairs = _agg_pairs(call)
    t = map_of(k.type, v.type)
    return Value(f"CAST(trino_first_entries({pairs}) AS {held(t)})", t)


def _multimap_agg(call: Call) -> Value:
    k, v, pairs = _agg_pairs(call)
    t = map_of(k.type, array(v.type))
    return Value(f"CAST(trino_all_entries({pairs}) AS {held(t)})", t)


def _map_union(call: Call) -> Value:
    call.arity(1)
    value = call.value(0)
    if value.type.name != "map":
        raise call.mismatch("map_union(map(K,V))")
    c = windows.clauses(call)
    entries = f"flatten(array_agg(map_entries({value.sql})){c['W']})"
    pairs = f"list_transform({entries}, lambda _e: struct_pack(k := _e.key, v := _e.value))"
    return Value(f"CAST(trino_first_entries({pairs}) AS {held(value.type)})", value.type)


def _reduce_agg(call: Call) -> Value:
    """``reduce_agg(x, initial, (s, x) -> ..., (a, b) -> ...)``: the values one by one; partial states never meet here."""
    call.arity(4)
    value, combine = call.value(0), call.args[3]
    if not isinstance(combine, exp.Lambda):
        raise call.mismatch()
    c = windows.clauses(call)
    if c["W"]:
        raise NotSupported("reduce_agg with FILTER or OVER")
    collected = Value(f"array_agg({strict(value).sql}) FILTER (WHERE {value.sql} IS NOT NULL)", array(value.type))
    finish = exp.Lambda(this=exp.to_identifier("s"), expressions=[exp.to_identifier("s")])
    return call.again("reduce", collected, call.value(1), call.args[2], finish)


def _listagg(call: Call) -> Value:
    call.arity(1, 2)
    value = call.value(0)
    separator = call.value(1).sql if len(call.args) == 2 else "''"
    if not (value.type.is_text or value.type == UNKNOWN):
        raise call.mismatch("listagg(varchar, varchar)")
    c = windows.clauses(call)
    return Value(f"string_agg({c['D']}{value.sql}, {separator}{c['O']}){c['W']}", VARCHAR)


def _min_max(name: str) -> object:
    def special(call: Call) -> Value:
        call.arity(1, 2)
        value = call.value(0)
        if value.type.name in ("map", "json"):
            raise call.mismatch()
        c = windows.clauses(call)
        if len(call.args) == 2:
            return Value(f"{name}({strict(value).sql}, {call.value(1).sql}){c['W']}", array(value.type))
        if value.type == UNKNOWN:
            return Value(f"{name}({value.sql}){c['W']}", UNKNOWN)
        return Value(f"{name}({c['D']}{value.sql}){c['W']}", value.type, loose=value.loose)

    return special


SPECIALS = {
    "sum": _sum, "avg": _avg, "reduce_agg": _reduce_agg, "approx_percentile": _approx_percentile, "histogram": _histogram, "map_agg": _map_agg,
    "multimap_agg": _multimap_agg, "map_union": _map_union, "listagg": _listagg, "max": _min_max("max"), "min": _min_max("min"),
}  # fmt: skip
RAW = {"count": _count}
