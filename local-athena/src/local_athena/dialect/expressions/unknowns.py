"""The operator that arithmetic with a bare NULL means. Trino looks for the one whose other operand keeps its type, and gives up
where several are left that do not give the same type:
https://github.com/trinodb/trino/blob/master/core/trino-main/src/main/java/io/trino/metadata/FunctionBinder.java
"""

from __future__ import annotations

from sqlglot import exp

from local_athena.dialect.errors import failure
from local_athena.dialect.values.types import (
    BIGINT,
    DATE,
    DAY_INTERVAL,
    DAYS,
    DOUBLE,
    MONTH_INTERVAL,
    MONTHS,
    TIME_ZONED,
    UNKNOWN,
    ZONED,
    Type,
)
from local_athena.errors import AthenaError

_CLOCKS = ("time", TIME_ZONED)
_MOMENTS = ("timestamp", ZONED)
_BESIDE_INTERVALS = {"*": ("bigint", "double"), "/": ("double",)}
"""Numbers that an interval, too, is multiplied with or divided by as they are: any other would be cast for that."""
_AS_FINE_AS_INTERVALS = 3
"""Digits of a second from which a moment keeps its type whichever interval is added to it."""


def operand(symbol: str, known: Type, first: bool, node: exp.Expr) -> Type:
    """The type of a NULL beside an operand of type *known*, which comes *first* or second; UNKNOWN where no operator takes them.

    :raises AthenaError: AMBIGUOUS_FUNCTION_CALL
    """
    if known == UNKNOWN:
        if symbol == "%":
            return Type("tinyint")
        raise ambiguous(node)
    if known.is_number:
        if known.name in _BESIDE_INTERVALS.get(symbol, ()) and not (symbol == "/" and first):
            raise ambiguous(node)
        return known
    if known.name in (DAYS, MONTHS):
        if symbol == "+" or (symbol == "-" and not first):
            raise ambiguous(node)
        return {"-": known, "*": BIGINT, "/": DOUBLE if first else UNKNOWN}.get(symbol, UNKNOWN)
    if symbol == "-" and known.name in (DATE.name, *_CLOCKS, *_MOMENTS):
        if first:
            raise ambiguous(node)
        return known
    if symbol == "+" and known.name in (DATE.name, *_CLOCKS, *_MOMENTS):
        if known.name in _MOMENTS and known.precision < _AS_FINE_AS_INTERVALS:
            raise ambiguous(node)
        return MONTH_INTERVAL if known == DATE else DAY_INTERVAL
    return UNKNOWN


def ambiguous(node: exp.Expr) -> AthenaError:
    message = "Could not choose a best candidate operator. Explicit type casts must be added."
    return failure("AMBIGUOUS_FUNCTION_CALL", message, node)
