"""Arithmetic by type: https://trino.io/docs/current/functions/math.html, .../decimal.html, .../datetime.html."""

from __future__ import annotations

from contextvars import ContextVar
from decimal import Decimal

from sqlglot import exp

from local_athena.dialect.errors import failure, raise_sql, raise_with, type_mismatch
from local_athena.dialect.expressions import unknowns
from local_athena.dialect.scope import Value
from local_athena.dialect.sqltext import once
from local_athena.dialect.values import clocks, fine, intervals, zones
from local_athena.dialect.values.coercion import coerce, common, zero_guard
from local_athena.dialect.values.literals import DAY
from local_athena.dialect.values.types import (
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
    as_decimal,
    decimal,
    held,
)

SYMBOLS = {exp.Add: "+", exp.Sub: "-", exp.Mul: "*", exp.Div: "/", exp.Mod: "%"}


def arithmetic(symbol: str, left: Value, right: Value, node: exp.Expr) -> Value:
    """``left symbol right``. Raises TYPE_MISMATCH where Trino has no such operator."""
    a, b = left.type, right.type
    if a == UNKNOWN:
        a = unknowns.operand(symbol, b, False, node)
    if b == UNKNOWN:
        b = unknowns.operand(symbol, a, True, node)
    x, y = coerce(left, a), coerce(right, b)
    result = _numbers(symbol, x, y, node) if a.is_number and b.is_number else _temporal(symbol, x, y)
    if result is None:
        raise type_mismatch(f"Cannot apply operator: {left.type} {symbol} {right.type}", node)
    return result


def _numbers(symbol: str, left: Value, right: Value, node: exp.Expr) -> Value:
    t = common(left.type, right.type)
    assert t is not None
    if t.name == "decimal":
        return _decimals(symbol, left, right, node)
    left, right = coerce(left, t), coerce(right, t)
    if t.is_float:
        # DuckDB keeps float arithmetic IEEE (`ieee_floating_point_ops`): x/0 is Infinity or NaN, as in Trino.
        return Value(f"({left.sql} {symbol} {right.sql})", t)
    if symbol in "/%":
        word = "//" if symbol == "/" else "%"

        def divided(divisor: str) -> str:
            made = f"({left.sql} {word} {divisor})"
            # The smallest integer by -1 overflows in DuckDB; its remainder is 0.
            overflows = symbol == "%" and (not isinstance(right.const, int) or right.const == -1)
            return f"(CASE WHEN {divisor} = -1 THEN {left.sql} * 0 ELSE {made} END)" if overflows else made

        return Value(zero_guard(right, divided, t), t)
    return Value(f"({left.sql} {symbol} {right.sql})", t)


def _decimals(symbol: str, left: Value, right: Value, node: exp.Expr) -> Value:
    """Decimal arithmetic keeps Trino's precision and scale: https://trino.io/docs/current/functions/decimal.html."""
    (p1, s1), (p2, s2) = as_decimal(left.type).params, as_decimal(right.type).params
    scale = max(s1, s2)
    if symbol == "/":
        return _divide_decimals(left, right, decimal(p1 + s2 + max(s2 - s1, 0), scale))
    if symbol == "%":
        t = decimal(min(p1 - s1, p2 - s2) + scale, scale)
        a, b = coerce(left, as_decimal(left.type)), coerce(right, as_decimal(right.type))
        if max(p1 - s1, p2 - s2) + scale > _LONGEST:
            return _long_remainder(a, b, t)
        return Value(zero_guard(b, lambda divisor: f"({a.sql} % {divisor})", t), t, loose=True)
    if symbol == "*" and s1 + s2 > _LONGEST:
        message = f"DECIMAL scale must be in range [0, precision ({_LONGEST})]: {s1 + s2}"
        raise failure("INVALID_FUNCTION_ARGUMENT", message, node)
    if symbol in "+-" and max(p1 - s1, p2 - s2) + scale > _LONGEST:
        return _long_sum(symbol, left, right, scale)
    t = decimal(p1 + p2, s1 + s2) if symbol == "*" else decimal(max(p1 - s1, p2 - s2) + scale + 1, scale)
    wide = t.params[0] > 18 and (WIDE.get() or node.find(exp.Column) is None)
    operands = _operand(left, wide), _operand(right, False)
    return Value(f"({operands[0]} {symbol} {operands[1]})", t, loose=True)


WIDE: ContextVar[bool] = ContextVar("WIDE", default=False)
"""Whether decimals that may need more than 18 digits are computed in 128 bits. DuckDB is some four times faster in
64, where it fails
for a result that does not fit; then the query is translated again with this set. See ``errors.DecimalOverflow``."""


def _operand(value: Value, wide: bool) -> str:
    """An operand as a decimal. Integer literals stay short, so that DuckDB keeps narrow decimals narrow (and fast)."""
    t = as_decimal(value.type)
    if wide:
        return f"CAST({value.sql} AS DECIMAL({max(t.params[0], 19)},{t.params[1]}))"
    if isinstance(value.const, int) and value.type.is_integer:
        return f"CAST({value.sql} AS DECIMAL({max(len(str(abs(value.const))), 1)},0))"
    return value.sql if value.type == t else f"CAST({value.sql} AS {held(t)})"


def _divide_decimals(left: Value, right: Value, t: Type) -> Value:
    s1, s2 = as_decimal(left.type).params[1], as_decimal(right.type).params[1]
    scale = t.params[1]
    if as_decimal(left.type).params[0] + scale - s1 + s2 > _LONGEST:
        return _divide_long(left, right, t)
    n = f"({_unscaled(left, s1)} * CAST({10 ** (scale - s1 + s2)} AS HUGEINT))"
    unguarded = isinstance(right.const, int) and right.const != 0
    failed = raise_sql("DIVISION_BY_ZERO", "Division by zero", held(t))

    def quotient(d: str) -> str:
        made = decimal_quotient(n, d, scale, held(t))
        return made if unguarded else f"(CASE WHEN {d} = 0 THEN {failed} ELSE {made} END)"

    return Value(once(_unscaled(right, s2), quotient), t)


_SHORT, _LONGEST = 18, 38


def _divide_long(left: Value, right: Value, t: Type) -> Value:
    """A quotient on whose way there are more digits than 128 bits hold."""
    a, b = (coerce(v, as_decimal(v.type)) for v in (left, right))
    failed = raise_sql("DIVISION_BY_ZERO", "Division by zero", held(t))

    def quotient(d: str) -> str:
        made = f"trino_decimal_quotient(CAST({a.sql} AS VARCHAR), CAST({d} AS VARCHAR), {t.params[1]})"
        long = raise_sql("NUMERIC_VALUE_OUT_OF_RANGE", "Decimal overflow", held(t))
        fitting = f"TRY_CAST({made} AS {held(t)})"
        overflows = f"{fitting} IS NULL AND {a.sql} IS NOT NULL AND {d} IS NOT NULL"
        return f"(CASE WHEN {d} = 0 THEN {failed} WHEN {overflows} THEN {long} ELSE {fitting} END)"

    return Value(once(b.sql, quotient), t)


def _long_remainder(left: Value, right: Value, t: Type) -> Value:
    """A remainder of decimals that no type of 128 bits holds both of: DuckDB would cut their fractions off."""

    def remainder(d: str) -> str:
        return f"CAST(trino_decimal_remainder(CAST({left.sql} AS VARCHAR), CAST({d} AS VARCHAR)) AS {held(t)})"

    return Value(zero_guard(right, remainder, t), t)


def _long_sum(symbol: str, left: Value, right: Value, scale: int) -> Value:
    """A sum of decimals that no type of 38 digits holds both of. Trino adds them as whole numbers of 127 bits, too:
    https://github.com/trinodb/trino/blob/master/core/trino-main/src/main/java/io/trino/type/DecimalOperators.java
    """
    t = decimal(_LONGEST, scale)
    scales = [as_decimal(v.type).params[1] for v in (left, right)]
    wholes = [
        f"({_unscaled(v, s)} * CAST({10 ** (scale - s)} AS HUGEINT))"
        for v, s in zip((left, right), scales, strict=True)
    ]
    failed = raise_sql("NUMERIC_VALUE_OUT_OF_RANGE", "Decimal overflow", held(t))

    def made(n: str) -> str:
        return f"(CASE WHEN abs({n}) > {10**_LONGEST - 1} THEN {failed} ELSE {_pointed(n, scale, held(t))} END)"

    return Value(once(f"({wholes[0]} {symbol} {wholes[1]})", made), t)


def _unscaled(value: Value, scale: int) -> str:
    """The whole number that a decimal is held as: 1.50 is 150."""
    digits = as_decimal(value.type).params[0]
    # DuckDB multiplies two decimals of up to 18 digits in 64 bits, whatever their product may be.
    fits = digits + scale < _SHORT or digits + scale > _LONGEST or not scale
    return unscaled(value.sql if fits else f"CAST({value.sql} AS DECIMAL({_LONGEST},{scale}))", digits, scale)


def unscaled(sql: str, digits: int, scale: int) -> str:
    """As ``_unscaled``, of a decimal in DuckDB's text that has no more than so many *digits*."""
    if scale == 0:
        return f"CAST({sql} AS HUGEINT)"
    if digits + scale > _LONGEST:  # too long to be multiplied
        return f"CAST(replace(CAST({sql} AS VARCHAR), '.', '') AS HUGEINT)"
    return f"CAST(({sql} * CAST({10**scale} AS DECIMAL({scale + 1},0))) AS HUGEINT)"


def decimal_quotient(n: str, d: str, scale: int, duckdb_type: str) -> str:
    """n/d, whole numbers, rounded half up, as a decimal of *scale* digits."""
    return _pointed(f"trino_half_up({n}, {d})", scale, duckdb_type)


def _pointed(whole: str, scale: int, duckdb_type: str) -> str:
    """*whole* as the decimal of *scale* digits that is held as it."""
    # the raw value of DECIMAL(s,s) 0.01 is 1, so this multiplication only moves the point
    made = (
        f"(CAST({whole} AS DECIMAL(38,0)) * CAST({Decimal(1).scaleb(-scale):f} AS DECIMAL({scale},{scale})))"
        if scale
        else whole
    )
    return f"CAST({made} AS {duckdb_type})"


def _temporal(symbol: str, left: Value, right: Value) -> Value | None:
    a, b = left.type, right.type
    kinds = (DAYS, MONTHS)
    if a.name in kinds and b.name in kinds and a == b and symbol in "+-":
        return Value(intervals.stored(f"({left.sql} {symbol} {right.sql})", a), a)
    if symbol == "*" and b.name in kinds and a.is_number:
        left, right, a, b = right, left, b, a
    if a.name in kinds and b.is_number and symbol in "*/":
        whole = symbol == "*" and b.is_integer
        made = f"({left.sql} * CAST({right.sql} AS BIGINT))" if whole else _scaled(left.sql, symbol, right)
        return Value(intervals.stored(made, a), a)
    if symbol == "+" and a.name in kinds:
        left, right, a, b = right, left, b, a
    if symbol == "-" and clocks.is_clock(a) and clocks.is_clock(b):
        t = common(a, b)
        assert t is not None
        return Value(clocks.difference(coerce(left, t).sql, coerce(right, t).sql, t), DAY_INTERVAL)
    if symbol == "-" and a.name == b.name and a.name in ("date", "timestamp"):
        return _difference(left, right)
    if symbol == "-" and ZONED in (a.name, b.name) and {a.name, b.name} <= {ZONED, "timestamp", "date"}:
        t = common(a, b)
        assert t is not None
        first, second = (zones.instant(coerce(v, t).sql) for v in (left, right))  # picoseconds count for nothing
        if t.precision > 3:
            return Value(f"trino_zoned_difference(epoch_us({first}), epoch_us({second}))", DAY_INTERVAL)
        return Value(f"(epoch_ms({first}) - epoch_ms({second}))", DAY_INTERVAL)
    if symbol == "-" and {a.name, b.name} == {"date", "timestamp"}:
        t = common(a, b)
        assert t is not None
        return _difference(coerce(left, t), coerce(right, t))
    if symbol in "+-" and b.name in kinds:
        return _shift(symbol, left, right)
    return None


def _difference(left: Value, right: Value) -> Value:
    left, right = (Value(fine.micros_of(v.sql), fine.MICROS) if fine.is_fine(v.type) else v for v in (left, right))
    if left.type == DATE:
        return Value(f"(CAST({left.sql} - {right.sql} AS BIGINT) * {DAY})", DAY_INTERVAL)
    between = f"epoch_us({left.sql}) - epoch_us({right.sql})"
    if max(left.type.precision, right.type.precision) > 3:
        return Value(f"trino_round_millis({between})", DAY_INTERVAL)
    return Value(f"(({between}) // 1000)", DAY_INTERVAL)


def _scaled(interval: str, symbol: str, number: Value) -> str:
    """An interval multiplied or divided by a number, as doubles; Trino refuses NaN, and zero as a divisor."""
    word = "multiply" if symbol == "*" else "divide"

    def made(x: str) -> str:
        failed = raise_with(
            "INVALID_FUNCTION_ARGUMENT", f"'Cannot {word} by double ' || trino_double_text({x})", "BIGINT"
        )
        zero = f" OR {x} = 0" if symbol == "/" else ""
        return f"CASE WHEN isnan({x}){zero} THEN {failed} ELSE CAST(trunc(CAST({interval} AS DOUBLE) {symbol} {x}) AS BIGINT) END"

    return once(f"CAST({number.sql} AS DOUBLE)", made)


def _shift(symbol: str, moment: Value, interval: Value) -> Value | None:
    """A date, time or timestamp moved by an interval; a date stays a date."""
    t = moment.type
    amount = interval.const if isinstance(interval.const, int) else None
    if interval.type == MONTH_INTERVAL:
        step = f"to_months(CAST({interval.sql} AS INTEGER))"
    elif t == DATE:
        if amount is not None:
            if amount % DAY:
                return Value(raise_sql("INVALID_FUNCTION_ARGUMENT", NO_CLOCK[symbol], "DATE"), DATE)
            return Value(f"({moment.sql} {symbol} {amount // DAY})", DATE)
        days = f"CAST({interval.sql} // {DAY} AS INTEGER)"
        failed = raise_sql("INVALID_FUNCTION_ARGUMENT", NO_CLOCK[symbol], "INTEGER")
        return Value(
            f"({moment.sql} {symbol} CASE WHEN {interval.sql} % {DAY} = 0 THEN {days} ELSE {failed} END)", DATE
        )
    else:
        step = f"to_milliseconds({interval.sql})"
    if t == DATE:
        return Value(f"CAST({moment.sql} {symbol} {step} AS DATE)", DATE)
    if fine.is_fine_zoned(t):
        moved_micros = _shift(
            symbol, Value(fine.zoned_micros(moment.sql), fine.ZONED_MICROS, zone=moment.zone), interval
        )
        assert moved_micros is not None
        return Value(fine.made_zoned(moved_micros.sql, fine.picos_of(moment.sql)), t, zone=moment.zone)
    if fine.is_fine(t):
        return Value(fine.shifted(moment.sql, symbol, step), t)
    if t.name == "timestamp":
        return Value(
            f"({moment.sql} {symbol} {step})",
            Type("timestamp", (max(t.precision, 3 if interval.type == DAY_INTERVAL else 0),)),
        )
    if t.name in ("time", TIME_ZONED) and interval.type == DAY_INTERVAL:
        later = Type(t.name, (max(t.precision, 3),))
        return Value(clocks.shifted(moment.sql, t, symbol, interval.sql, later), later)
    if t.name == ZONED:
        if interval.type == MONTH_INTERVAL:
            moved = f"trino_zoned(trino_local({moment.sql}) {symbol} {step}, ({moment.sql}).z)"
        else:
            moved = f"trino_moved({{'i': {zones.instant(moment.sql)} {symbol} {step}}}, ({moment.sql}).z)"
        precision = t.precision if interval.type == MONTH_INTERVAL else max(t.precision, 3)
        return Value(moved, Type(ZONED, (precision,)), zone=moment.zone)
    return None


NO_CLOCK = {
    "+": "Cannot add hour, minutes or seconds to a date",
    "-": "Cannot subtract hour, minutes or seconds from a date",
}
"""Why a date and a part of a day are not added, or subtracted."""
_LEAST = {"tinyint": -(2**7), "smallint": -(2**15), "integer": -(2**31), "bigint": -(2**63)}


def negate(value: Value, node: exp.Expr) -> Value:
    if value.type.is_integer and not isinstance(value.const, int):
        # DuckDB tells the number that overflows in a difference alone (``errors``).
        return Value(f"(CAST(0 AS {held(value.type)}) - {value.sql})", value.type)
    if value.type.is_integer and value.const == _LEAST[value.type.name]:
        message = f"{value.type} negation overflow: {value.const}"
        return Value(raise_sql("NUMERIC_VALUE_OUT_OF_RANGE", message, held(value.type)), value.type)
    if value.type.is_number or value.type.name in (DAYS, MONTHS):
        const = (
            -value.const
            if isinstance(value.const, int)
            else f"-{value.const}"
            if value.type == DOUBLE and value.const
            else None
        )
        return Value(intervals.stored(f"(-{value.sql})", value.type), value.type, const, loose=value.loose)
    raise unknowns.ambiguous(node) if value.type == UNKNOWN else type_mismatch(f"Cannot negate {value.type}", node)
