"""Items of SQL/JSON paths that have an SQL type: literals, parameters and what is computed, as opposed to parts of the JSON input.

Types and operators are those of SQL, so that ``2147483647 + 1`` overflows and ``1.5`` is a decimal:
https://trino.io/docs/current/functions/json.html#arithmetic-binary-expressions.
"""

from __future__ import annotations

import math
import operator
import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from struct import pack, unpack
from typing import Any

from local_athena.dialect.udf.failures import Failure
from local_athena.dialect.udf.numbers import double_text

type SqlType = tuple[Any, ...]
"""The name of a type and its numbers: ``("decimal", 3, 1)``."""

BITS = {"tinyint": 7, "smallint": 15, "integer": 31, "bigint": 63}
_DIGITS = {"tinyint": 3, "smallint": 5, "integer": 10, "bigint": 19}
_NUMBERS = (*BITS, "decimal", "real", "double")
"""Each is coerced to those behind it."""
TEXTS = ("varchar", "char")
MOMENTS = {
    "date": "date",
    "time": "time without time zone",
    "time with time zone": "time with time zone",
    "timestamp": "timestamp without time zone",
    "timestamp with time zone": "timestamp with time zone",
}
"""Types of dates and times, and what the method ``type()`` calls them."""
_MAX_PRECISION = 38
_EXACT = Context(prec=200)
_SIGNS = {"+": ("ADD", "addition"), "-": ("SUBTRACT", "subtraction"), "*": ("MULTIPLY", "multiplication"),
          "/": ("DIVIDE", "division"), "%": ("MODULUS", "modulus")}  # fmt: skip


class PathError(Exception):
    """A path that does not fit the data, in Trino's words:
    https://github.com/trinodb/trino/blob/master/core/trino-main/src/main/java/io/trino/json/PathEvaluationException.java
    """


@dataclass(frozen=True, slots=True)
class Typed:
    """A value of SQL: an int, float (real and double), Decimal, bool or str (a text, a date or a time)."""

    type: SqlType
    value: Any


def spelled(t: SqlType) -> str:
    """A type as Trino's messages show it."""
    name, *numbers = t
    if numbers and name.endswith(" with time zone"):
        return f"{name.split()[0]}({numbers[0]}) with time zone"
    return f"{name}({','.join(map(str, numbers))})" if numbers else name


def is_number(t: SqlType) -> bool:
    return t[0] in _NUMBERS


def number(item: Any) -> Typed | None:
    """*item* as a number of SQL, None if it is no number. Raises PathError for a whole number beyond 64 bits."""
    if isinstance(item, Typed):
        return item if is_number(item.type) else None
    if isinstance(item, bool):
        return None
    if isinstance(item, int):
        return Typed((whole_type(item),), item)
    return Typed(("double",), item) if isinstance(item, float) else None


def whole_type(value: int) -> str:
    """The type of a whole number as JSON and paths write it. Raises PathError beyond 64 bits."""
    for name in ("integer", "bigint"):
        if fits(value, name):
            return name
    raise PathError(f"cannot convert {value} to Trino value (value too big)")


def fits(value: int, name: str) -> bool:
    return -(1 << BITS[name]) <= value < 1 << BITS[name]


def text_of(item: Any) -> str | None:
    """*item* as a text, a char with its blanks; None if it is none."""
    if isinstance(item, Typed):
        if item.type[0] == "char":
            return str(item.value).ljust(item.type[1])
        return str(item.value) if item.type[0] == "varchar" else None
    return item if isinstance(item, str) else None


_DOUBLE = re.compile(
    r"\s*([+-]?(?:NaN|Infinity|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?=[dDfF]?\s*\Z)))[dDfF]?\s*", re.ASCII
)


def parsed_double(text: str) -> float | None:
    """A text as a cast to double reads it; None if it is no number."""
    found = _DOUBLE.fullmatch(text)
    return float(found[1]) if found else None


# ---- arithmetic


def _as_decimal(t: SqlType) -> SqlType:
    return t if t[0] == "decimal" else ("decimal", _DIGITS[t[0]], 0)


def _common(left: SqlType, right: SqlType) -> str:
    return str(max(left[0], right[0], key=_NUMBERS.index))


def result_type(sign: str, left: SqlType, right: SqlType) -> SqlType | None:
    """The type of *left* *sign* *right*; None where SQL has no such operator."""
    if not (is_number(left) and is_number(right)):
        return None
    name = _common(left, right)
    if name != "decimal":
        return (name,)
    (_, p, s), (_, q, r) = _as_decimal(left), _as_decimal(right)
    scale = s + r if sign == "*" else max(s, r)
    precision = {
        "*": p + q,
        "/": p + r + max(r - s, 0),
        "%": min(p - s, q - r) + scale,
    }.get(sign, max(p - s, q - r) + scale + 1)
    return ("decimal", min(precision, _MAX_PRECISION), scale)


def computed(sign: str, left: Typed, right: Typed) -> Typed:
    """*left* *sign* *right*. Raises PathError where SQL has no such operator or its result does not fit."""
    t = result_type(sign, left.type, right.type)
    if t is None:
        raise PathError(
            f"invalid operand types to {_SIGNS[sign][0]} operator ({spelled(left.type)}, {spelled(right.type)})"
        )
    if t[0] in ("real", "double"):
        value = _floats(sign, float(left.value), float(right.value))
        return Typed(t, single(value) if t[0] == "real" else value)
    if sign in "/%" and right.value == 0:
        raise PathError("Division by zero")
    return (
        _decimals(sign, left.value, right.value, t) if t[0] == "decimal" else _wholes(sign, left.value, right.value, t)
    )


def _wholes(sign: str, a: int, b: int, t: SqlType) -> Typed:
    quotient = abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1) if sign in "/%" else 0
    value = {"+": a + b, "-": a - b, "*": a * b, "/": quotient, "%": a - b * quotient}[sign]
    if not fits(value, t[0]):
        raise PathError(f"{t[0]} {_SIGNS[sign][1]} overflow: {a} {sign} {b}")
    return Typed(t, value)


def _decimals(sign: str, left: Any, right: Any, t: SqlType) -> Typed:
    a, b = Decimal(left), Decimal(right)
    value = {"+": _EXACT.add, "-": _EXACT.subtract, "*": _EXACT.multiply, "/": _EXACT.divide, "%": _EXACT.remainder}[
        sign
    ](a, b)
    value = value.quantize(Decimal(1).scaleb(-t[2]), rounding=ROUND_HALF_UP, context=_EXACT)
    if len(value.as_tuple().digits) > _MAX_PRECISION:
        raise PathError("Decimal overflow")
    return Typed(t, value)


def _floats(sign: str, a: float, b: float) -> float:
    """As Java computes, which divides by zero."""
    if sign == "%":
        return math.nan if b == 0 or math.isinf(a) else math.fmod(a, b)
    if sign == "/":
        if b == 0:
            return math.nan if a == 0 or math.isnan(a) else math.copysign(math.inf, a) * math.copysign(1, b)
        return a / b
    return float({"+": operator.add, "-": operator.sub, "*": operator.mul}[sign](a, b))


def single(value: float) -> float:
    """*value* as a real holds it."""
    try:
        return float(unpack("f", pack("f", value))[0])
    except OverflowError:
        return math.copysign(math.inf, value)


def negated(x: Typed) -> Typed:
    value: Any = -x.value if not isinstance(x.value, Decimal) else x.value.copy_negate() if x.value else x.value
    if x.type[0] in BITS and not fits(value, x.type[0]):
        raise PathError(f"{x.type[0]} negation overflow: {x.value}")
    return Typed(x.type, value)


def absolute(x: Typed) -> Typed:
    if x.type[0] in BITS and not fits(abs(x.value), x.type[0]):
        raise PathError(f"Value {x.value} is out of range for abs({x.type[0]})")
    return Typed(x.type, abs(x.value))


def rounded_type(t: SqlType) -> SqlType:
    """The type of ``floor()`` and ``ceiling()``."""
    return ("decimal", t[1] - t[2] + min(t[2], 1), 0) if t[0] == "decimal" else t


def rounded(x: Typed, up: bool) -> Typed:
    if x.type[0] in BITS or (isinstance(x.value, float) and not math.isfinite(x.value)):
        return x
    whole = math.ceil(x.value) if up else math.floor(x.value)
    if isinstance(x.value, float):
        return Typed(x.type, math.copysign(float(whole), x.value))
    return Typed(rounded_type(x.type), Decimal(whole))


def index(item: Any) -> int:
    """An array's subscript: a number of the input is cut off, one of SQL is rounded."""
    x = number(item)
    if x is None:
        raise unsuited("NUMBER", item)
    if x.type[0] in BITS:
        return int(x.value)
    if isinstance(x.value, float) and not abs(x.value) < 2.0**63:
        text = double_text(x.value)
        raise PathError(
            f"Unable to cast {text} to bigint" if isinstance(item, Typed) else f"cannot convert value {text} to long"
        )
    if not isinstance(item, Typed):
        return int(x.value)
    return int(Decimal(x.value).quantize(Decimal(1), rounding=ROUND_HALF_UP, context=_EXACT))


# ---- types of items


def kind(item: Any) -> str:
    """The answer of the method ``type()`` of *item*."""
    if isinstance(item, Typed):
        name = str(item.type[0])
        return "number" if is_number(item.type) else "string" if name in TEXTS else MOMENTS.get(name, name)
    names = ((bool, "boolean"), (str, "string"), (list, "array"), (dict, "object"))
    return "null" if item is None else next((name for k, name in names if isinstance(item, k)), "number")


def unsuited(expected: str, item: Any) -> PathError:
    actual = spelled(item.type) if isinstance(item, Typed) else kind(item).upper()
    return PathError(f"invalid item type. Expected: {expected}, actual: {actual}")


# ---- comparison


def compared(sign: str, left: Any, right: Any) -> bool | None:
    """Whether *left* *sign* *right* holds for two scalars; None where they cannot be compared."""
    try:
        a, b = number(left), number(right)
    except PathError:
        return None
    pair: tuple[Any, Any] | None
    if a and b:
        pair = _alike(a, b)
    elif a or b:
        return None
    elif isinstance(left, bool | Typed) or isinstance(right, bool | Typed):
        pair = _scalars(left, right)
    else:
        pair = left, right
    return None if pair is None else bool(_COMPARED[sign](*pair))


def _alike(a: Typed, b: Typed) -> tuple[Any, Any]:
    """Two numbers as the type that both are coerced to."""
    name = _common(a.type, b.type)
    if name == "double":
        return float(a.value), float(b.value)
    return (single(float(a.value)), single(float(b.value))) if name == "real" else (a.value, b.value)


def _scalars(left: Any, right: Any) -> tuple[Any, Any] | None:
    """Two texts, booleans or moments; None where one is of another kind than the other."""
    a, b = text_of(left), text_of(right)
    if a is not None and b is not None:
        chars = any(isinstance(x, Typed) and x.type[0] == "char" for x in (left, right))
        return (a.rstrip(" "), b.rstrip(" ")) if chars else (a, b)
    if a is not None or b is not None:
        return None
    truths = [x.value if isinstance(x, Typed) and x.type[0] == "boolean" else x for x in (left, right)]
    if isinstance(truths[0], bool) and isinstance(truths[1], bool):
        return truths[0], truths[1]
    return _moments(left, right) if isinstance(left, Typed) and isinstance(right, Typed) else None


def _moments(a: Typed, b: Typed) -> tuple[str, str] | None:
    """Two dates or times as texts that are ordered as they are: a date is midnight, and zeros that end a fraction are cut off."""
    names = {a.type[0], b.type[0]}
    if not names <= {"date", "timestamp"} and (len(names) > 1 or not names <= set(MOMENTS)):
        return None
    if any(name.endswith("zone") for name in names):
        raise Failure("NOT_SUPPORTED: A comparison of times with zones in a JSON path is not supported by local Athena")
    x, y = (m.value + " 00:00:00" if m.type[0] == "date" else re.sub(r"[.]?0*$", "", m.value) if "." in m.value else m.value
            for m in (a, b))  # fmt: skip
    return x, y


_COMPARED = {"==": operator.eq, "<>": operator.ne, "!=": operator.ne, "<": operator.lt, "<=": operator.le,
             ">": operator.gt, ">=": operator.ge}  # fmt: skip
