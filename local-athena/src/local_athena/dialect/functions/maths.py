"""Numbers: https://trino.io/docs/current/functions/math.html, .../bitwise.html, .../decimal.html."""

from __future__ import annotations

from local_athena.dialect.errors import raise_sql
from local_athena.dialect.expressions import comparisons, operators
from local_athena.dialect.expressions.call import Call
from local_athena.dialect.scope import Value, strict
from local_athena.dialect.sqltext import once
from local_athena.dialect.values import ordering
from local_athena.dialect.values.coercion import coerce, coercible, common_all
from local_athena.dialect.values.types import (
    BIGINT,
    DOUBLE,
    INTEGER,
    TIME_ZONED,
    UNKNOWN,
    ZONED,
    Type,
    as_decimal,
    decimal,
    held,
)

SCALARS = """
abs(N) -> N | abs($1)

degrees(double) -> double | degrees($1)
radians(double) -> double | radians($1)
e() -> double | CAST(2.718281828459045 AS DOUBLE)
pi() -> double | pi()
nan() -> double | CAST('NaN' AS DOUBLE)
infinity() -> double | CAST('Infinity' AS DOUBLE)
is_nan(double) -> boolean | isnan($1)
is_nan(real) -> boolean | isnan($1)
is_finite(double) -> boolean | isfinite($1)
is_infinite(double) -> boolean | isinf($1)
power(double, double) -> double | CASE WHEN abs($1) = 1 AND NOT isfinite($2) THEN CAST('NaN' AS DOUBLE) ELSE pow($1, $2) END
pow(double, double) -> double | CASE WHEN abs($1) = 1 AND NOT isfinite($2) THEN CAST('NaN' AS DOUBLE) ELSE pow($1, $2) END
exp(double) -> double | exp($1)
sqrt(double) -> double | CASE WHEN $1 < 0 THEN CAST('NaN' AS DOUBLE) ELSE sqrt($1) END
cbrt(double) -> double | trino_cbrt($1)
ln(double) -> double | trino_ln($1)
log2(double) -> double | (trino_ln($1) / CAST('0.6931471805599453' AS DOUBLE))
log10(double) -> double | CASE WHEN $1 = 0 THEN CAST('-Infinity' AS DOUBLE) WHEN $1 < 0 THEN CAST('NaN' AS DOUBLE) ELSE log10($1) END
log(double, double) -> double | (trino_ln($2) / trino_ln($1))
sin(double) -> double | sin($1)
cos(double) -> double | cos($1)
tan(double) -> double | tan($1)
asin(double) -> double | CASE WHEN abs($1) > 1 THEN CAST('NaN' AS DOUBLE) ELSE asin($1) END
acos(double) -> double | CASE WHEN abs($1) > 1 THEN CAST('NaN' AS DOUBLE) ELSE acos($1) END
atan(double) -> double | atan($1)
atan2(double, double) -> double | atan2($1, $2)
sinh(double) -> double | sinh($1)
cosh(double) -> double | cosh($1)
tanh(double) -> double | tanh($1)
rand() -> double | random()
random() -> double | random()
bitwise_and(bigint, bigint) -> bigint | ($1 & $2)
bitwise_or(bigint, bigint) -> bigint | ($1 | $2)
bitwise_xor(bigint, bigint) -> bigint | xor($1, $2)
bitwise_not(bigint) -> bigint | (~$1)
bit_count(bigint, bigint) -> bigint | CASE WHEN $1 IS NULL THEN NULL WHEN $2 = 64 THEN CAST(bit_count($1) AS BIGINT) ELSE trino_bit_count($1, $2) END
to_base(bigint, bigint) -> varchar(64) | CASE WHEN $1 IS NULL THEN NULL WHEN $1 >= 0 AND $2 BETWEEN 2 AND 36 THEN lower(to_base($1, CAST($2 AS INTEGER))) ELSE trino_to_base($1, $2) END
from_base(varchar, bigint) -> bigint | CASE WHEN $1 IS NULL THEN NULL WHEN $2 = 10 AND regexp_full_match($1, '[+-]?[0-9]{1,18}') THEN CAST($1 AS BIGINT) WHEN $2 = 16 AND regexp_full_match($1, '[0-9a-fA-F]{1,15}') THEN CAST('0x' || $1 AS BIGINT) ELSE trino_from_base($1, $2) END
width_bucket(double, double, double, bigint) -> bigint | CASE WHEN $1 IS NULL THEN NULL WHEN $4 BETWEEN 1 AND 2147483647 AND $2 < $3 AND isfinite($2) AND isfinite($3) AND NOT isnan($1) THEN CASE WHEN $1 < $2 THEN 0 WHEN $1 >= $3 THEN $4 + 1 ELSE CAST(floor(CAST($4 AS DOUBLE) * ($1 - $2) / ($3 - $2) + 1) AS BIGINT) END ELSE trino_width_bucket($1, $2, $3, $4) END
width_bucket(double, array(double)) -> bigint | trino_bin_of($1, $2)
normal_cdf(double, double, double) -> double | trino_normal_cdf($1, $2, $3)
inverse_normal_cdf(double, double, double) -> double | trino_inverse_normal_cdf($1, $2, $3)
beta_cdf(double, double, double) -> double | trino_beta_cdf($1, $2, $3)
inverse_beta_cdf(double, double, double) -> double | trino_inverse_beta_cdf($1, $2, $3)
t_cdf(double, double) -> double | trino_t_cdf($1, $2)
t_pdf(double, double) -> double | trino_t_pdf($1, $2)
wilson_interval_lower(bigint, bigint, double) -> double | trino_wilson_lower($1, $2, $3)
wilson_interval_upper(bigint, bigint, double) -> double | trino_wilson_upper($1, $2, $3)
dot_product(array(double), array(double)) -> double | trino_dot_product($1, $2)
euclidean_distance(array(double), array(double)) -> double | trino_euclidean_distance($1, $2)
cosine_similarity(array(double), array(double)) -> double | trino_cosine($1, $2)
cosine_distance(array(double), array(double)) -> double | (1 - trino_cosine($1, $2))
cosine_similarity(map(varchar, double), map(varchar, double)) -> double | trino_sparse_cosine($1, $2)
cosine_distance(map(varchar, double), map(varchar, double)) -> double | (1 - trino_sparse_cosine($1, $2))
"""


def _whole(sql: str, name: str, t: Type) -> Value:
    """ceil, floor, round and truncate to a whole number keep their type; decimals lose their scale."""
    if t.is_integer:
        return Value(sql, t)
    if t.name == "decimal":
        p, s = t.params
        kept = decimal(p - s + (min(s, 1) if name != "trunc" else 0) or 1, 0)
        return Value(f"CAST({name}({sql}) AS {held(kept)})", kept)
    return Value(f"{name}({sql})", t)


def _rounder(name: str) -> object:
    def special(call: Call) -> Value:
        call.arity(1, 1 if name in ("ceil", "floor") else 2)
        value = strict(call.value(0))
        t = value.type
        if t == UNKNOWN:
            t = decimal(1) if name == "trunc" and len(call.args) > 1 else DOUBLE
            value = coerce(value, t)
        if not t.is_number:
            raise call.mismatch()
        if (
            name == "trunc" and t.is_integer
        ):  # Trino truncates decimals, reals and doubles; a decimal is what an integer fits
            t = as_decimal(t)
            value = coerce(value, t)
        if len(call.args) == 1:
            return _whole(value.sql, name, t)
        digits = call.value(1)
        if name == "trunc" and t.is_float:
            raise call.mismatch(
                "truncate(double), truncate(real), truncate(decimal(p,s)), truncate(decimal(p,s), integer)"
            )
        if digits.type == UNKNOWN:
            digits = coerce(digits, BIGINT)
        if not digits.type.is_integer or (digits.type == BIGINT and call.value(1).type != UNKNOWN):
            raise call.mismatch()
        return _to_digits(value, digits, name)

    return special


def _to_digits(value: Value, digits: Value, name: str) -> Value:
    t = value.type
    n = f"CAST({digits.sql} AS INTEGER)"
    if t.is_integer:
        if isinstance(digits.const, int) and digits.const >= 0:
            return value
        failed = raise_sql("NUMERIC_VALUE_OUT_OF_RANGE", "numerical overflow", held(t))
        power = f"CAST(pow(10, -{n}) AS HUGEINT)"
        half = f"(CASE WHEN {value.sql} < 0 THEN -1 ELSE 1 END) * ({power} // 2)"
        moved = f"(CAST({value.sql} AS HUGEINT) + {half}) // {power} * {power}"
        sql = f"CASE WHEN {n} >= 0 THEN {value.sql} WHEN {n} < -18 THEN {failed} ELSE CAST({moved} AS {held(t)}) END"
        return Value(sql, t)
    if t.name == "decimal":
        return _decimal_to_digits(value, digits, name)
    # Past the whole numbers of 64 bits there is nothing left to round; DuckDB would lose the last digit on its way.
    return Value(
        once(
            value.sql,
            lambda x: (
                f"CAST(CASE WHEN abs({x}) >= 9.2e18 / pow(10, {n}) THEN {x} ELSE round({x}, {n}) END AS {held(t)})"
            ),
        ),
        t,
    )


def _decimal_to_digits(value: Value, digits: Value, name: str) -> Value:
    p, s = value.type.params
    n = f"CAST({digits.sql} AS INTEGER)"
    if name == "trunc":
        exact = f"trino_decimal_truncate(CAST({value.sql} AS VARCHAR), {n})"
        return Value(f"CAST({exact} AS {held(value.type)})", value.type)
    kept = decimal(p + 1, s)
    if isinstance(digits.const, int) and 0 <= digits.const <= s:
        return Value(f"CAST(round({value.sql}, {digits.const}) AS {held(kept)})", kept)
    sql = f"trino_decimal_round(CAST({value.sql} AS VARCHAR), {n}, {kept.params[0]})"
    # Trino's short decimals are 0 where no digit is left, though 99 rounds to 100 as a long one.
    if kept.params[0] <= _SHORT:
        sql = f"CASE WHEN {p - s} + {n} <= 0 AND {value.sql} IS NOT NULL THEN '0' ELSE {sql} END"
    return Value(f"CAST({sql} AS {held(kept)})", kept)


_SHORT = 18  # digits of a decimal that Trino holds in 64 bits


def _sign(call: Call) -> Value:
    call.arity(1)
    value = strict(call.value(0))
    if value.type.is_integer or value.type.name == "decimal":
        t = value.type if value.type.is_integer else decimal(1)
        return Value(f"CAST(sign({value.sql}) AS {held(t)})", t)
    value = coerce(value, DOUBLE) if value.type == UNKNOWN else value
    if not value.type.is_float:
        raise call.mismatch()
    signed = f"CAST(sign({value.sql}) AS {held(value.type)})"
    return Value(f"CASE WHEN isnan({value.sql}) OR {value.sql} = 0 THEN {value.sql} ELSE {signed} END", value.type)


def _mod(call: Call) -> Value:
    call.arity(2)
    left, right = call.values()
    if not all(v.type.is_number or v.type == UNKNOWN for v in (left, right)):
        numbers = ("bigint", "decimal(a_precision, a_scale)", "double", "integer", "real", "smallint", "tinyint")
        raise call.mismatch(", ".join(f"mod({n}, {n.replace('a_', 'b_')})" for n in numbers))
    return operators.arithmetic("%", left, right, call.node)


def _random(call: Call) -> Value:
    call.arity(0, 2)
    if not call.args:
        return Value("random()", DOUBLE)
    values = call.values()
    t = common_all([v.type for v in values])
    if t is None or not t.is_integer:
        raise call.mismatch()
    low = coerce(values[0], t).sql if len(values) == 2 else "0"
    high = coerce(values[-1], t).sql
    wrong = "bound must be positive" if len(values) == 1 else "start value must be less than stop value"
    failed = raise_sql("INVALID_FUNCTION_ARGUMENT", wrong, held(t))
    wide, narrow = (f"CAST({bound} AS DOUBLE)" for bound in (high, low))  # their difference may not fit into their type
    drawn = f"CAST(floor({narrow} + random() * ({wide} - {narrow})) AS {held(t)})"
    return Value(f"CASE WHEN {high} <= {low} THEN {failed} ELSE {drawn} END", t)


def _extreme(name: str) -> object:
    def special(call: Call) -> Value:
        call.arity(1, 127)
        values = call.values()
        t = common_all([v.type for v in values])
        if t is None or not t.ordered:
            raise call.mismatch(f"{name}(E)")
        values = [strict(coerce(v, t)) for v in values]
        missing = " OR ".join(f"{v.sql} IS NULL" for v in values if v.const is None)
        sql = f"{name}({', '.join(v.sql for v in values)})"
        if (
            name == "greatest" and t.is_float
        ):  # Trino ranks NaN lowest here, DuckDB highest: it is the answer if all are NaN
            numbers = ", ".join(f"CASE WHEN NOT isnan({v.sql}) THEN {v.sql} END" for v in values)
            sql = f"coalesce(greatest({numbers}), {values[0].sql})"
        zones = {v.zone for v in values}
        if ordering.nested(t) or (t.name in (ZONED, TIME_ZONED) and (len(zones) > 1 or None in zones)):
            sql = comparisons.extreme(f"[{', '.join(v.sql for v in values)}]", t, name == "greatest")
        return Value(f"CASE WHEN {missing} THEN NULL ELSE {sql} END" if missing else sql, t)

    return special


def _shift(template: str) -> object:
    def special(call: Call) -> Value:
        call.arity(2)
        value, by = call.value(0), call.value(1)
        if not value.type.is_integer or not coercible(by.type, INTEGER):
            raise call.mismatch()
        by = coerce(by, BIGINT)
        bits = {"tinyint": 8, "smallint": 16, "integer": 32, "bigint": 64}[value.type.name]
        return Value(f"CAST({template.format(v=value.sql, s=by.sql, b=bits)} AS {held(value.type)})", value.type)

    return special


SPECIALS = {
    "ceil": _rounder("ceil"), "ceiling": _rounder("ceil"), "floor": _rounder("floor"), "round": _rounder("round"),
    "truncate": _rounder("trunc"), "sign": _sign, "mod": _mod, "random": _random, "rand": _random,
    "greatest": _extreme("greatest"), "least": _extreme("least"),
    "bitwise_left_shift": _shift(
        "CASE WHEN {v} IS NULL THEN NULL WHEN {b} = 64 AND {v} >= 0 AND {s} BETWEEN 0 AND 30 AND {v} < 4294967296 THEN CAST({v} AS BIGINT) << {s} "
        "ELSE trino_shift_left({v}, {s}, {b}) END"
    ),
    "bitwise_right_shift": _shift(
        "CASE WHEN {v} IS NULL THEN NULL WHEN {v} >= 0 AND {s} BETWEEN 0 AND 62 THEN CAST({v} AS BIGINT) >> {s} ELSE trino_shift_right({v}, {s}, {b}) END"
    ),
    "bitwise_right_shift_arithmetic": _shift(
        "CASE WHEN {v} IS NULL THEN NULL WHEN {v} >= 0 AND {s} BETWEEN 0 AND 62 THEN CAST({v} AS BIGINT) >> {s} "
        "ELSE trino_shift_arithmetic({v}, {s}, {b}) END"
    ),
}  # fmt: skip
