"""Numbers: https://trino.io/docs/current/functions/math.html, .../bitwise.html, .../decimal.html."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local_athena.dialect import operators
from local_athena.dialect.coercion import coerce, common_all
from local_athena.dialect.errors import raise_sql, type_mismatch
from local_athena.dialect.scope import Value, strict
from local_athena.dialect.types import BIGINT, DOUBLE, REAL, UNKNOWN, Type, decimal, held

if TYPE_CHECKING:
    from local_athena.dialect.calls import Call

SCALARS = """
abs(N) -> N | abs($1)
sign(double) -> double | CASE WHEN isnan($1) THEN $1 ELSE CAST(sign($1) AS DOUBLE) END
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
power(double, double) -> double | pow($1, $2)
pow(double, double) -> double | pow($1, $2)
exp(double) -> double | exp($1)
sqrt(double) -> double | CASE WHEN $1 < 0 THEN CAST('NaN' AS DOUBLE) ELSE sqrt($1) END
cbrt(double) -> double | cbrt($1)
ln(double) -> double | CASE WHEN $1 = 0 THEN CAST('-Infinity' AS DOUBLE) WHEN $1 < 0 THEN CAST('NaN' AS DOUBLE) ELSE ln($1) END
log2(double) -> double | CASE WHEN $1 = 0 THEN CAST('-Infinity' AS DOUBLE) WHEN $1 < 0 THEN CAST('NaN' AS DOUBLE) ELSE log2($1) END
log10(double) -> double | CASE WHEN $1 = 0 THEN CAST('-Infinity' AS DOUBLE) WHEN $1 < 0 THEN CAST('NaN' AS DOUBLE) ELSE log10($1) END
log(double, double) -> double | CASE WHEN $2 = 0 THEN CAST('-Infinity' AS DOUBLE) WHEN $1 <= 0 OR $2 < 0 THEN CAST('NaN' AS DOUBLE) ELSE ln($2) / ln($1) END
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
bit_count(bigint, bigint) -> bigint | trino_bit_count($1, $2)
to_base(bigint, bigint) -> varchar(64) | trino_to_base($1, $2)
from_base(varchar, bigint) -> bigint | trino_from_base($1, $2)
width_bucket(double, double, double, bigint) -> bigint | trino_width_bucket($1, $2, $3, $4)
width_bucket(double, array(double)) -> bigint | CASE WHEN len($2) = 0 THEN $fail(INVALID_FUNCTION_ARGUMENT: Bins cannot be an empty array)BIGINT WHEN list_sort($2) <> $2 THEN $fail(INVALID_FUNCTION_ARGUMENT: Bin values are not sorted in ascending order)BIGINT ELSE CAST(len(list_filter($2, lambda _b: _b <= $1)) AS BIGINT) END
normal_cdf(double, double, double) -> double | trino_normal_cdf($1, $2, $3)
inverse_normal_cdf(double, double, double) -> double | trino_inverse_normal_cdf($1, $2, $3)
cosine_similarity(array(double), array(double)) -> double | list_cosine_similarity($1, $2)
cosine_similarity(map(varchar, double), map(varchar, double)) -> double | trino_cosine_similarity($1, $2)
"""

REFUSED = """
beta_cdf inverse_beta_cdf binomial_cdf cauchy_cdf inverse_cauchy_cdf chi_squared_cdf inverse_chi_squared_cdf f_cdf inverse_f_cdf
gamma_cdf inverse_gamma_cdf laplace_cdf inverse_laplace_cdf poisson_cdf inverse_poisson_cdf t_cdf t_pdf weibull_cdf
inverse_weibull_cdf wilson_interval_lower wilson_interval_upper cosine_distance euclidean_distance dot_product
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
            value, t = coerce(value, DOUBLE), DOUBLE
        if not t.is_number:
            raise call.mismatch()
        if len(call.args) == 1:
            return _whole(value.sql, name, t)
        digits = call.value(1)
        if digits.type == UNKNOWN:
            digits = coerce(digits, BIGINT)
        if not digits.type.is_integer:
            raise call.mismatch()
        return _to_digits(value, digits, name)

    return special


def _to_digits(value: Value, digits: Value, name: str) -> Value:
    t = value.type
    n = f"CAST({digits.sql} AS INTEGER)"
    if t.is_integer:
        if isinstance(digits.const, int) and digits.const >= 0:
            return value
        power = f"CAST(pow(10, -{n}) AS BIGINT)"
        half = f"(CASE WHEN {value.sql} < 0 THEN -1 ELSE 1 END) * ({power} // 2)" if name == "round" else "0"
        moved = f"(CAST({value.sql} AS BIGINT) + {half}) // {power} * {power}"
        return Value(f"CASE WHEN {n} >= 0 THEN {value.sql} ELSE CAST({moved} AS {held(t)}) END", t)
    if t.name == "decimal":
        kept = decimal(t.params[0] + 1, t.params[1]) if name == "round" else t
        exact = f"trino_decimal_{'round' if name == 'round' else 'truncate'}(CAST({value.sql} AS VARCHAR), {n})"
        if name == "round" and isinstance(digits.const, int) and 0 <= digits.const <= t.params[1]:
            exact = f"round({value.sql}, {digits.const})"
        return Value(f"CAST({exact} AS {held(kept)})", kept)
    if name == "round":
        return Value(f"CAST(round({value.sql}, {n}) AS {held(t)})", t)
    return Value(f"CAST((trunc({value.sql} * pow(10, {n})) / pow(10, {n})) AS {held(t)})", t)


def _sign(call: Call) -> Value:
    call.arity(1)
    value = strict(call.value(0))
    if value.type.is_integer or value.type.name == "decimal":
        t = value.type if value.type.is_integer else decimal(1)
        return Value(f"CAST(sign({value.sql}) AS {held(t)})", t)
    value = coerce(value, DOUBLE) if value.type in (REAL, UNKNOWN) else value
    if value.type != DOUBLE:
        raise call.mismatch()
    return Value(f"CASE WHEN isnan({value.sql}) THEN {value.sql} ELSE CAST(sign({value.sql}) AS DOUBLE) END", DOUBLE)


def _mod(call: Call) -> Value:
    call.arity(2)
    return operators.arithmetic("%", call.value(0), call.value(1), call.node)


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
    drawn = f"CAST(floor({low} + random() * ({high} - {low})) AS {held(t)})"
    return Value(f"CASE WHEN {high} <= {low} THEN {failed} ELSE {drawn} END", t)


def _extreme(name: str) -> object:
    def special(call: Call) -> Value:
        call.arity(1, 127)
        values = call.values()
        t = common_all([v.type for v in values])
        if t is None:
            raise type_mismatch(
                "All arguments must be the same type: " + ", ".join(str(v.type) for v in values), call.node
            )
        if t.name in ("map", "json"):
            raise call.mismatch()
        values = [strict(coerce(v, t)) for v in values]
        missing = " OR ".join(f"{v.sql} IS NULL" for v in values if v.const is None)
        sql = f"{name}({', '.join(v.sql for v in values)})"
        if name == "greatest" and t.is_float:  # NaN is the greatest in DuckDB; in Trino any number is greater
            numbers = ", ".join(f"CASE WHEN NOT isnan({v.sql}) THEN {v.sql} END" for v in values)
            sql = f"coalesce(greatest({numbers}), CAST('NaN' AS {held(t)}))"
        return Value(f"CASE WHEN {missing} THEN NULL ELSE {sql} END" if missing else sql, t)

    return special


def _shift(template: str) -> object:
    def special(call: Call) -> Value:
        call.arity(2)
        value, by = call.value(0), coerce(call.value(1), BIGINT)
        if not value.type.is_integer:
            raise call.mismatch()
        bits = {"tinyint": 8, "smallint": 16, "integer": 32, "bigint": 64}[value.type.name]
        return Value(f"CAST({template.format(v=value.sql, s=by.sql, b=bits)} AS {held(value.type)})", value.type)

    return special


SPECIALS = {
    "ceil": _rounder("ceil"), "ceiling": _rounder("ceil"), "floor": _rounder("floor"), "round": _rounder("round"),
    "truncate": _rounder("trunc"), "sign": _sign, "mod": _mod, "random": _random, "rand": _random,
    "greatest": _extreme("greatest"), "least": _extreme("least"),
    "bitwise_left_shift": _shift("trino_shift_left({v}, {s}, {b})"),
    "bitwise_right_shift": _shift("trino_shift_right({v}, {s}, {b})"),
    "bitwise_right_shift_arithmetic": _shift("trino_shift_arithmetic({v}, {s}, {b})"),
}  # fmt: skip
