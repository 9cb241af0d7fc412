"""Sketches: https://trino.io/docs/current/functions/hyperloglog.html, .../setdigest.html, .../tdigest.html, .../qdigest.html.

HyperLogLogs and set digests have the bytes, and so the estimates, of Trino's. Digests of quantiles hold every value that went in, so
that what they tell is exact; they live inside a query only: as bytes they would not be those of AWS.
"""

from __future__ import annotations

from local_athena.dialect.errors import placed, raise_with
from local_athena.dialect.expressions import windows
from local_athena.dialect.expressions.call import Call
from local_athena.dialect.functions.percentiles import digested
from local_athena.dialect.scope import Value, strict
from local_athena.dialect.values.coercion import coerce, coercible
from local_athena.dialect.values.types import (
    BIGINT,
    DATE,
    DOUBLE,
    HYPERLOGLOG,
    SET_DIGEST,
    SKETCHES,
    TDIGEST,
    VARCHAR,
    Type,
    array,
    held,
)
from local_athena.errors import NotSupported

SCALARS = """
jaccard_index(setdigest, setdigest) -> double | trino_set_digest_jaccard($1, $2)
intersection_cardinality(setdigest, setdigest) -> bigint | trino_set_digest_intersection($1, $2)
hash_counts(setdigest) -> map(bigint, smallint) | CAST(trino_set_digest_counts($1) AS $R)
"""

SPECIAL_AGGREGATES = "approx_set merge make_set_digest merge_set_digest tdigest_agg qdigest_agg"

_HASHED = (("longs", BIGINT), ("doubles", DOUBLE), ("texts", VARCHAR))


def _set(call: Call) -> Value:
    call.arity(1)
    value = strict(call.value(0))
    found = [(name, t) for name, t in _HASHED if coercible(value.type, t)]
    if not found:
        raise call.mismatch("approx_set(bigint), approx_set(double), approx_set(varchar(x))")
    name, t = found[0]
    tail = windows.present(value.sql, windows.clauses(call))
    return Value(f"trino_hll(array_agg(DISTINCT trino_murmur_{name}({coerce(value, t).sql})){tail})", HYPERLOGLOG)


def _empty_set(call: Call) -> Value:
    call.arity(0)
    return Value("trino_hll(CAST([] AS BIGINT[]))", HYPERLOGLOG)


def _cardinality(call: Call) -> Value | None:
    if len(call.args) != 1:
        return None
    value = call.value(0)
    if value.type == SET_DIGEST:
        return Value(f"trino_set_digest_cardinality({value.sql})", BIGINT)
    if value.type.name in ("HyperLogLog", "P4HyperLogLog"):
        return Value(f"trino_hll_cardinality({value.sql})", BIGINT)
    return None


def _merge(call: Call) -> Value:
    call.arity(1)
    value = call.value(0)
    if value.type.name not in SKETCHES or value.type == SET_DIGEST:
        raise call.mismatch("merge(HyperLogLog), merge(tdigest), merge(qdigest(T))")
    listed = f"array_agg({value.sql}){windows.present(value.sql, windows.clauses(call))}"
    if coercible(value.type, HYPERLOGLOG):
        return Value(f"trino_hll_merge({listed})", HYPERLOGLOG)
    return Value(f"flatten({listed})", value.type)


def _set_digest(call: Call) -> Value:
    """The digest of what Trino holds as a long or as bytes. A date is the number of its day.

    https://github.com/trinodb/trino/blob/master/core/trino-main/src/main/java/io/trino/type/setdigest/BuildSetDigestAggregation.java
    """
    call.arity(1)
    value = strict(call.value(0))
    if coercible(value.type, BIGINT):
        hashed = f"trino_murmur_longs({coerce(value, BIGINT).sql})"
    elif value.type == DATE:
        hashed = f"trino_murmur_longs({value.sql} - DATE '1970-01-01')"
    elif value.type.name == "varchar":
        hashed = f"trino_murmur_texts({value.sql})"
    else:
        raise placed(NotSupported(f"make_set_digest of {value.type}"), call.node)
    counted = f"histogram({hashed}){windows.present(value.sql, windows.clauses(call))}"
    made = "trino_set_digest(map_keys(_h), CAST(map_values(_h) AS BIGINT[]))"
    return Value(f"list_transform([{counted}], lambda _h: {made})[1]", SET_DIGEST)


def _merged_set_digest(call: Call) -> Value:
    call.arity(1)
    value = call.value(0)
    if not coercible(value.type, SET_DIGEST):
        raise call.mismatch("merge_set_digest(SetDigest)")
    tail = windows.present(value.sql, windows.clauses(call))
    return Value(f"trino_set_digest_merge(array_agg({coerce(value, SET_DIGEST).sql}){tail})", SET_DIGEST)


def _digest(name: str) -> object:
    def special(call: Call) -> Value:
        call.arity(1, 2 if name == "tdigest" else 3)
        value, *rest = (strict(v) for v in call.values())
        wanted = (DOUBLE,) if name == "tdigest" else (BIGINT, DOUBLE)
        if not value.type.is_number or not all(coercible(v.type, t) for v, t in zip(rest, wanted, strict=False)):
            raise call.mismatch(f"{name}_agg(double)")
        t = TDIGEST if name == "tdigest" else Type("qdigest", (), (digested(call, value.type),))
        c, given = windows.clauses(call), " IS NOT NULL AND ".join(v.sql for v in (value, *rest))
        number, weight = (held(BIGINT if t.args == (BIGINT,) else DOUBLE), rest[0].sql if rest else "1")
        pair = f"struct_pack(v := CAST({value.sql} AS {number}), w := CAST({weight} AS DOUBLE))"
        if faults := (_of_tdigest if name == "tdigest" else _of_qdigest)(value, rest):
            counts = f"{given} IS NOT NULL" + (f" AND {c['F']}" if c["F"] else "")
            refused = " ".join(
                f"WHEN NOT ({right}) THEN {raise_with('INVALID_FUNCTION_ARGUMENT', said, held(t)[:-2])}"
                for right, said in faults
            )
            pair = f"CASE WHEN ({counts}) IS NOT TRUE THEN NULL {refused} ELSE {pair} END"
        return Value(f"array_agg({pair}){windows.present(given, c)}", t)

    return special


type Faults = list[tuple[str, str]]
"""Conditions that what goes into a digest has to meet, and the words where it does not."""


def _of_tdigest(value: Value, rest: list[Value]) -> Faults:
    faults = [(f"isfinite({value.sql})", _said("value must be finite; was ", value.sql))] if value.type.is_float else []
    for weight in rest:
        number = f"CAST({weight.sql} AS DOUBLE)"
        faults.append((f"isfinite({number})", _said("weight must be finite, was ", number)))
        faults.append((f"{number} >= 1", _said("weight must be >= 1, was ", number)))
    return faults


def _of_qdigest(_: Value, rest: list[Value]) -> Faults:
    if not rest:
        return []
    faults = [(f"{rest[0].sql} > 0", _said("Percentile weight must be > 0, was ", rest[0].sql))]
    for accuracy in rest[1:]:
        number = f"CAST({accuracy.sql} AS DOUBLE)"
        said = _said("Percentile accuracy must be exclusively between 0 and 1, was ", number)
        faults.append((f"{number} > 0 AND {number} < 1", said))
    return faults


def _said(words: str, sql: str) -> str:
    """*words* and a number."""
    return f"'{words}' || replace(replace(CAST({sql} AS VARCHAR), 'nan', 'NaN'), 'inf', 'Infinity')"


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
        function = "trino_digest_values" if digest.type == TDIGEST else f"trino_quantiles{whole}"
        found = f"CAST({function}({values}, {weights}, {asked}) AS {held(t)}[])"
        return (
            Value(found, array(t)) if several else Value(f"(CASE WHEN {at.sql} IS NOT NULL THEN ({found})[1] END)", t)
        )

    return special


def _at_value(call: Call) -> Value:
    """The share of weights below a value; NULL beyond the values that went in."""
    digest, value = call.values()
    if digest.type.name != "qdigest" or not coercible(value.type, digest.type.element):
        raise call.mismatch("quantile_at_value(qdigest(T), T)")
    t = held(digest.type.element)

    def weight(condition: str) -> str:
        below = f"list_filter(_q.d, lambda _p: {condition})"
        return f"list_sum(list_transform({below}, lambda _p: _p.w))"

    known = "_q.x BETWEEN list_min(list_transform(_q.d, lambda _p: _p.v)) AND list_max(list_transform(_q.d, lambda _p: _p.v))"
    share = f"coalesce({weight('_p.v < _q.x')}, 0) / {weight('true')}"
    pair = f"struct_pack(d := {digest.sql}, x := CAST({coerce(value, digest.type.element).sql} AS {t}))"
    return Value(f"list_transform([{pair}], lambda _q: CASE WHEN {known} THEN {share} END)[1]", DOUBLE)


SPECIALS = {
    "make_set_digest": _set_digest, "merge_set_digest": _merged_set_digest, "quantile_at_value": _at_value,
    "approx_set": _set, "empty_approx_set": _empty_set, "cardinality": _cardinality, "merge": _merge,
    "tdigest_agg": _digest("tdigest"), "qdigest_agg": _digest("qdigest"),
    "value_at_quantile": _at_quantile(False), "values_at_quantiles": _at_quantile(True),
}  # fmt: skip
