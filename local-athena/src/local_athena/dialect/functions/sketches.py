"""Sketches: https://trino.io/docs/current/functions/hyperloglog.html, .../tdigest.html, .../qdigest.html.

Here they hold every value that went in, so that what they tell is exact. They live inside a query only: as bytes they would
not be those of AWS.
"""

from __future__ import annotations

from local_athena.dialect.expressions import windows
from local_athena.dialect.expressions.call import Call
from local_athena.dialect.functions.approximate import digested
from local_athena.dialect.scope import Value, strict
from local_athena.dialect.values.coercion import coerce, coercible
from local_athena.dialect.values.types import BIGINT, DOUBLE, HYPERLOGLOG, SKETCHES, TDIGEST, Type, array, held

REFUSED = "make_set_digest merge_set_digest intersection_cardinality jaccard_index hash_counts quantile_at_value"

SPECIAL_AGGREGATES = "approx_set merge tdigest_agg qdigest_agg"


def _set(call: Call) -> Value:
    call.arity(1, 2)
    value = strict(call.value(0))
    if value.type.args or value.type.name in SKETCHES:
        raise call.mismatch("approx_set(bigint), approx_set(double), approx_set(varchar)")
    tail = windows.present(value.sql, windows.clauses(call))
    return Value(f"array_agg(DISTINCT hash({value.sql})){tail}", HYPERLOGLOG)


def _empty_set(call: Call) -> Value:
    call.arity(0)
    return Value(f"CAST([] AS {held(HYPERLOGLOG)})", HYPERLOGLOG)


def _cardinality(call: Call) -> Value | None:
    if len(call.args) == 1 and call.value(0).type == HYPERLOGLOG:
        return Value(f"CAST(len({call.value(0).sql}) AS BIGINT)", BIGINT)
    return None


def _merge(call: Call) -> Value:
    call.arity(1)
    value = call.value(0)
    if value.type.name not in SKETCHES:
        raise call.mismatch("merge(HyperLogLog), merge(tdigest), merge(qdigest(T))")
    merged = f"flatten(array_agg({value.sql}){windows.present(value.sql, windows.clauses(call))})"
    return Value(f"list_distinct({merged})" if value.type == HYPERLOGLOG else merged, value.type)


def _digest(name: str) -> object:
    def special(call: Call) -> Value:
        call.arity(1, 2 if name == "tdigest" else 3)
        value, *rest = (strict(v) for v in call.values())
        if not all(v.type.is_number for v in (value, *rest)):
            raise call.mismatch(f"{name}_agg(double)")
        t = TDIGEST if name == "tdigest" else Type("qdigest", (), (digested(call, value.type),))
        weight = f"CAST({rest[0].sql} AS DOUBLE)" if rest else "CAST(1 AS DOUBLE)"
        number = BIGINT if t.args == (BIGINT,) else DOUBLE
        pair = f"struct_pack(v := CAST({value.sql} AS {held(number)}), w := {weight})"
        return Value(f"array_agg({pair}){windows.present(value.sql, windows.clauses(call))}", t)

    return special


def _at_quantile(several: bool) -> object:
    def special(call: Call) -> Value:
        call.arity(2)
        digest, at = call.values()
        wanted = array(DOUBLE) if several else DOUBLE
        if digest.type.name not in ("tdigest", "qdigest") or not coercible(at.type, wanted):
            raise call.mismatch("value_at_quantile(tdigest, double), value_at_quantile(qdigest(T), double)")
        t = DOUBLE if digest.type == TDIGEST else digest.type.element
        asked = coerce(at, wanted).sql if several else f"[{coerce(at, wanted).sql}]"
        values, weights = (f"list_transform({digest.sql}, lambda _d: _d.{part})" for part in "vw")
        whole = "_whole" if t == BIGINT else ""
        function = "trino_percentiles" if digest.type == TDIGEST else f"trino_quantiles{whole}"
        found = f"CAST({function}({values}, {weights}, {asked}) AS {held(t)}[])"
        return Value(found, array(t)) if several else Value(f"({found})[1]", t)

    return special


SPECIALS = {
    "approx_set": _set, "empty_approx_set": _empty_set, "cardinality": _cardinality, "merge": _merge,
    "tdigest_agg": _digest("tdigest"), "qdigest_agg": _digest("qdigest"),
    "value_at_quantile": _at_quantile(False), "values_at_quantiles": _at_quantile(True),
}  # fmt: skip
