"""Numbers: bases, shifts, rounding, exact decimals, and the text of a double."""

from __future__ import annotations

import itertools
import math
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from functools import cache
from statistics import NormalDist
from struct import pack, unpack

from local_athena.dialect.udf.failures import Failure, invalid

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_EXACT = Context(prec=100)


def to_base(value: int, radix: int) -> str:
    if not 2 <= radix <= 36:
        raise invalid("Radix must be between 2 and 36")
    digits, rest = "", abs(value)
    while rest:
        rest, digit = divmod(rest, radix)
        digits = _DIGITS[digit] + digits
    return ("-" if value < 0 else "") + (digits or "0")


def from_base(text: str, radix: int) -> int:
    if not 2 <= radix <= 36:
        raise invalid("Radix must be between 2 and 36")
    digits = (text[1:] if text[:1] in ("+", "-") else text).lower()
    # Python's int() would take prefixes (0x1f), spaces and underscores besides.
    if not digits or not set(digits) <= set(_DIGITS[:radix]) or not -(2**63) <= int(text, radix) < 2**63:
        raise invalid(f"Not a valid base-{radix} number: {text}")
    return int(text, radix)


def hex_float(text: str) -> float:
    """``0x1.8p1`` is 3.0, as java.lang.Double reads it; a letter of a type may stand behind."""
    number = text.strip().rstrip("dDfF")
    try:
        return float.fromhex(number)
    except OverflowError:
        return -math.inf if number.startswith("-") else math.inf


def bit_count(value: int, bits: int) -> int:
    if not 2 <= bits <= 64:
        raise invalid("Bits specified in bit_count must be between 2 and 64, got " + str(bits))
    if not -(2 ** (bits - 1)) <= value < 2 ** (bits - 1):
        raise invalid(
            f"Number must be representable with the bits specified. {value} cannot be represented with {bits} bits"
        )
    return int(value & ((1 << bits) - 1)).bit_count()


def _signed(value: int, bits: int) -> int:
    value &= 2**bits - 1
    return value - 2**bits if value >= 2 ** (bits - 1) else value


_LONG_BITS = 63  # of the distance Java takes the lowest six bits: a shift by -1 is one by 63


def shift_left(value: int, by: int, bits: int) -> int:
    return 0 if by >= 64 else _signed(value << (by & _LONG_BITS), bits)


def shift_right(value: int, by: int, bits: int) -> int:
    return 0 if by >= 64 else _signed((value & (2**bits - 1)) >> (by & _LONG_BITS), bits)


def shift_arithmetic(value: int, by: int, bits: int) -> int:
    return value >> (63 if by >= 64 else by & _LONG_BITS)


def cbrt(value: float) -> float:
    """The nearest double to the cube root; the C library's may be three beside it."""
    if value == 0 or not math.isfinite(value):
        return value
    size, root = Fraction(abs(value)), math.cbrt(abs(value))
    while _halfway(root, over := math.nextafter(root, math.inf)) ** 3 < size:
        root = over
    while _halfway(root, under := math.nextafter(root, 0)) ** 3 > size:
        root = under
    return math.copysign(root, value)


def _halfway(one: float, other: float) -> Fraction:
    return (Fraction(one) + Fraction(other)) / 2


def width_bucket(x: float, low: float, high: float, buckets: int) -> int:
    if buckets <= 0:
        raise invalid("bucketCount must be greater than 0")
    if math.isnan(x):
        raise invalid("operand must not be NaN")
    if not math.isfinite(low):
        raise invalid("first bound must be finite")
    if not math.isfinite(high):
        raise invalid("second bound must be finite")
    if low == high:
        raise invalid("bounds cannot equal each other")
    lower, upper = min(low, high), max(low, high)
    if x < lower:
        bucket = 0
    elif x >= upper:
        bucket = buckets + 1
        if bucket == 2**63:
            raise Failure(f"NUMERIC_VALUE_OUT_OF_RANGE: Bucket for value {java_double(x)} is out of range")
    else:
        bucket = int(buckets * (x - lower) / (upper - lower) + 1)
    return bucket if low < high else buckets - bucket + 1


def bin_of(x: float, given: list[float | None]) -> int:
    """``width_bucket`` of given bins, by the same search as Trino's, which looks at no bin but those it passes and reads a bin
    that is NULL as 0.
    """
    if not given:
        raise invalid("Bins cannot be an empty array")
    bins = [bound or 0.0 for bound in given]
    if math.isnan(x):
        raise invalid("Operand cannot be NaN")
    lower, upper = 0, len(bins)
    while lower < upper:
        if bins[lower] > bins[upper - 1]:
            raise invalid("Bin values are not sorted in ascending order")
        index = (lower + upper) // 2
        if not math.isfinite(bins[index]):
            raise invalid(f"Bin value must be finite, got {double_text(bins[index])}")
        lower, upper = (lower, index) if x < bins[index] else (index + 1, upper)
    return lower


def decimal_round(value: str, digits: int, precision: int) -> str:
    exact = Decimal(value)
    if digits >= -int(exact.as_tuple().exponent):
        return value
    rounded = exact.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP, context=_EXACT)
    shown = rounded.quantize(exact, context=_EXACT)
    if len(shown.as_tuple().digits) > precision:
        raise Failure(f"NUMERIC_VALUE_OUT_OF_RANGE: decimal overflow: {value}")
    return format(shown, "f")


def plain_number(text: str, digits: int) -> str:
    """``6.9e-07`` to *digits* digits after the point, rounded half up. A text that is no number stays as it is."""
    number = Decimal(text)
    if not number.is_finite() or number.adjusted() > _EXACT.prec // 2:
        return text
    return format(number.quantize(_unit(digits), rounding=ROUND_HALF_UP, context=_EXACT), "f")


@cache
def _unit(digits: int) -> Decimal:
    return Decimal(1).scaleb(-digits)


def decimal_truncate(value: str, digits: int) -> str:
    exact = Decimal(value)
    if digits >= -int(exact.as_tuple().exponent):
        return value
    return format(
        exact.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_DOWN, context=_EXACT).quantize(exact, context=_EXACT),
        "f",
    )


def _java(digits: str, special: float) -> str:
    """A float as ``1.5E0``: https://trino.io/docs/current/functions/conversion.html (casts to varchar)."""
    if math.isnan(special):
        return "NaN"
    if math.isinf(special):
        return "Infinity" if special > 0 else "-Infinity"
    sign, figures, exponent = Decimal(digits).normalize().as_tuple()
    minus = "-" if sign else ""
    if special == 0:  # SQL's text of zero, alone without a fraction
        return f"{minus}0E0"
    shown = "".join(map(str, figures))
    power = int(exponent) + len(shown) - 1
    return f"{minus}{shown[0]}.{shown[1:] or '0'}E{power}"


def java_double(value: float) -> str:
    """As Java shows a double: with an exponent below 0.001 and from ten million on."""
    return repr(value) if value == 0 or 1e-3 <= abs(value) < 1e7 else double_text(value)


def java_text(shortest: str) -> str:
    """As Java shows the double or float that *shortest*, the fewest digits that name it, is of."""
    value = float(shortest)
    return shortest if value == 0 or 1e-3 <= abs(value) < 1e7 else _java(shortest, value)


_SMALLEST = 5e-324  # Java writes two digits where one would do


def double_text(value: float) -> str:
    shown = repr(value) if abs(value) != _SMALLEST else repr(value).replace("5e", "4.9e")
    return _java(shown, value) if math.isfinite(value) else _java("0", value)


def shortest_real(value: float) -> str:
    """The shortest digits that read back as the same 32-bit float."""
    for digits in range(1, 10):
        shown = f"{value:.{digits}g}"
        if unpack("f", pack("f", float(shown)))[0] == value:
            return shown
    return repr(value)


_REAL_DIGITS = Context(prec=7, rounding=ROUND_HALF_EVEN)


def real_text(value: float) -> str:
    """With seven digits at most: not every real can be read back from its text."""
    if not math.isfinite(value):
        return _java("0", value)
    return _java(str(_REAL_DIGITS.create_decimal(Decimal(float(shortest_real(value))))), value)


def json_number(value: float) -> str:
    if not math.isfinite(value):
        return f'"{_java("0", value)}"'
    return java_double(value)


def decimal_text(value: str) -> str:
    try:
        number = Decimal(value.strip())
        if not number.is_finite():
            raise ValueError
    except (ArithmeticError, ValueError):
        raise Failure(f"INVALID_CAST_ARGUMENT: Cannot cast '{value}' to BIGINT") from None
    return format(number.quantize(Decimal("1e-10"), rounding=ROUND_HALF_UP, context=_EXACT), "f")


def normal_cdf(mean: float, deviation: float, value: float) -> float:
    if not deviation > 0:  # nor NaN
        raise invalid("standardDeviation must be > 0")
    return 0.5 * (1 + math.erf((value - mean) / (deviation * math.sqrt(2))))


def inverse_normal_cdf(mean: float, deviation: float, p: float) -> float:
    if not 0 < p < 1:
        raise invalid("p must be 0 > p > 1")
    if not deviation > 0:
        raise invalid("sd must be > 0")
    return NormalDist(mean, deviation).inv_cdf(p)


def decimal_quotient(left: str, right: str, scale: int) -> str:
    """For decimals too long for 128 bits on the way: left/right, rounded half up to *scale* digits."""
    quotient = Context(prec=200).divide(Decimal(left), Decimal(right))
    return format(quotient.quantize(Decimal(1).scaleb(-scale), rounding=ROUND_HALF_UP, context=Context(prec=200)), "f")


LIMB = 19
"""Digits of the lower part of a whole number that has more than 128 bits."""


def limbs_quotient(high: str, low: str, divisor: int, scale: int) -> str:
    """A whole number in two parts of either sign, over *divisor*, rounded half up, as a decimal of *scale* digits."""
    whole = int(high) * 10**LIMB + int(low)
    quotient, rest = divmod(abs(whole), divisor)
    rounded = Decimal(quotient + (2 * rest >= divisor)).scaleb(-scale, _EXACT)
    return format(rounded.copy_negate() if whole < 0 and rounded else rounded, "f")


def decimal_remainder(left: str, right: str) -> str:
    """For decimals too long for 128 bits together: left % right, with the sign of *left*."""
    return format(Context(prec=200).remainder(Decimal(left), Decimal(right)), "f")


def format_number(value: float) -> str:
    """``format_number(1234567)`` is ``1.23M``. A fraction counts for nothing, and a number below zero keeps two digits."""
    kept = 0.0 if math.isnan(value) else max(-(2.0**63), min(2.0**63, value))
    amount, unit = float(math.trunc(kept)), 0
    units = ["", "K", "M", "B", "T", "Q"]
    while abs(amount) >= 1000 and unit < len(units) - 1:
        amount, unit = amount / 1000, unit + 1
    digits = 2 if amount < 10 else 1 if amount < 100 else 0
    shown = f"{Decimal(amount).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP):f}"
    return (shown.rstrip("0").rstrip(".") if "." in shown else shown) + units[unit]


def combinations(size: int, n: int) -> list[list[int]]:
    if n < 0:
        raise invalid("combination size must not be negative: " + str(n))
    if n > 5:
        raise invalid("combination size must not exceed 5: " + str(n))
    if math.comb(size, n) * n > 100_000:
        raise invalid("combinations exceed max size")
    # Trino lists them by their last element first.
    return [list(c) for c in sorted(itertools.combinations(range(1, size + 1), n), key=lambda c: c[::-1])]


FUNCTIONS = (
    ("to_base", to_base, "BIGINT BIGINT", "VARCHAR"), ("from_base", from_base, "VARCHAR BIGINT", "BIGINT"),
    ("hex_float", hex_float, "VARCHAR", "DOUBLE"),
    ("bit_count", bit_count, "BIGINT BIGINT", "BIGINT"), ("shift_left", shift_left, "BIGINT BIGINT BIGINT", "BIGINT"),
    ("shift_right", shift_right, "BIGINT BIGINT BIGINT", "BIGINT"),
    ("shift_arithmetic", shift_arithmetic, "BIGINT BIGINT BIGINT", "BIGINT"),
    ("width_bucket", width_bucket, "DOUBLE DOUBLE DOUBLE BIGINT", "BIGINT"),
    ("bin_of", bin_of, "DOUBLE DOUBLE[]", "BIGINT"),
    ("decimal_round", decimal_round, "VARCHAR INTEGER INTEGER", "VARCHAR"),
    ("plain_number", plain_number, "VARCHAR INTEGER", "VARCHAR"),
    ("decimal_truncate", decimal_truncate, "VARCHAR INTEGER", "VARCHAR"),
    ("decimal_quotient", decimal_quotient, "VARCHAR VARCHAR INTEGER", "VARCHAR"),
    ("limbs_quotient", limbs_quotient, "VARCHAR VARCHAR BIGINT INTEGER", "VARCHAR"),
    ("decimal_remainder", decimal_remainder, "VARCHAR VARCHAR", "VARCHAR"),
    ("double_text_exact", double_text, "DOUBLE", "VARCHAR"),
    ("real_shortest", shortest_real, "FLOAT", "VARCHAR"),
    ("real_text_exact", real_text, "FLOAT", "VARCHAR"), ("json_number_exact", json_number, "DOUBLE", "VARCHAR"),
    ("to_decimal_text", decimal_text, "VARCHAR", "VARCHAR"), ("normal_cdf", normal_cdf, "DOUBLE DOUBLE DOUBLE", "DOUBLE"),
    ("inverse_normal_cdf", inverse_normal_cdf, "DOUBLE DOUBLE DOUBLE", "DOUBLE"),
    ("format_number", format_number, "DOUBLE", "VARCHAR"), ("combinations", combinations, "BIGINT BIGINT", "BIGINT[][]"),
)  # fmt: skip
