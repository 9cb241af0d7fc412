"""Literals: https://trino.io/docs/current/language/types.html, with Athena's reading of ``1.5`` as a double."""

from __future__ import annotations

import re
from calendar import monthrange

from sqlglot import exp

from local_athena.dialect.errors import failure
from local_athena.dialect.macros import BLANKS, FLOAT_PATTERN, HEX_FLOAT_PATTERN, UUID_PATTERN
from local_athena.dialect.scope import Value
from local_athena.dialect.sqltext import text
from local_athena.dialect.udf import addresses, jsons
from local_athena.dialect.udf.failures import Failure
from local_athena.dialect.values import clocks, zones
from local_athena.dialect.values.types import (
    BIGINT,
    BOOLEAN,
    DAY_INTERVAL,
    DOUBLE,
    INTEGER,
    MONTH_INTERVAL,
    UNKNOWN,
    VARBINARY,
    varchar,
)
from local_athena.errors import AthenaError

DAY = 86_400_000
_MILLISECONDS = {"SECOND": 1000, "MINUTE": 60_000, "HOUR": 3_600_000, "DAY": DAY}


def string(value: str) -> Value:
    return Value(text(value), varchar(len(value)), value)


def number(literal: str, node: exp.Expr | None = None) -> Value:
    """An integer, a bigint where it is too large for one, or a double: Athena reads every other number as a double."""
    if literal.isdigit():
        value = int(literal)
        if value > 2**63 - 1:
            raise too_large(literal)
        return Value(literal, INTEGER if value < 2**31 else BIGINT, value)
    try:
        return double(float(literal), literal)
    except ValueError:  # .1.2
        raise failure("SYNTAX_ERROR", f"Invalid numeric literal: {literal}", node) from None


def too_large(literal: str) -> AthenaError:
    """A whole number beyond a bigint, of which Trino's parser tells no place.

    https://github.com/trinodb/trino/blob/master/core/trino-parser/src/test/java/io/trino/sql/parser/TestSqlParserErrorHandling.java
    """
    return AthenaError("SYNTAX_ERROR", f"line 1:1: Invalid numeric literal: {literal}")


def double(value: float, literal: str | None = None) -> Value:
    shown = repr(value)
    return Value(
        f"CAST('{shown}' AS DOUBLE)" if "e" in shown or "n" in shown else f"CAST({shown} AS DOUBLE)",
        DOUBLE,
        literal or shown,
    )


def null() -> Value:
    return Value("NULL", UNKNOWN)


def boolean(value: bool) -> Value:
    return Value("true" if value else "false", BOOLEAN, value)


def binary(hexadecimal: str, node: exp.Expr | None = None) -> Value:
    if len(hexadecimal) % 2:
        raise failure("SYNTAX_ERROR", "Binary literal must contain an even number of digits", node)
    return Value(f"unhex('{hexadecimal}')", VARBINARY)


def unicode_string(value: str, escape: str, node: exp.Expr | None = None) -> Value:
    """``U&'\\0041'``, with the escape character of its UESCAPE clause."""
    if not escape:
        raise failure("SYNTAX_ERROR", "Empty Unicode escape character", node)
    if not re.fullmatch(r"[!-~]", escape) or re.match(r"[+\"'0-9a-fA-F]", escape):
        raise failure("SYNTAX_ERROR", f"Invalid Unicode escape character: {escape}", node)
    mark = re.escape(escape)

    def meant(m: re.Match[str]) -> str:
        if m[1]:
            return escape
        digits = m[2] or m[3]
        if digits is None:
            raise failure("SYNTAX_ERROR", _unfinished(value[m.end() :]), node)
        point = int(digits, 16)
        if point > _LAST_CODE_POINT or point in _SURROGATES:
            why = _SURROGATE if point in _SURROGATES else ""
            raise failure("SYNTAX_ERROR", f"Invalid escaped character: {digits}{why}", node)
        return chr(point)

    return string(re.sub(rf"{mark}(?:({mark})|\+([0-9a-fA-F]{{6}})|([0-9a-fA-F]{{4}}))?", meant, value))


def _unfinished(behind: str) -> str:
    """The message about an escape character with *behind* after it, which has too few digits."""
    if behind and not re.match("[+0-9a-fA-F]", behind):
        return f"Invalid hexadecimal digit: {behind[0]}"
    return f"Incomplete escape sequence: {re.match('[0-9a-fA-F]*', behind.removeprefix('+'))[0]}"  # type: ignore[index]


_LAST_CODE_POINT = 0x10FFFF
_SURROGATES = range(0xD800, 0xE000)
_SURROGATE = ". Escaped character is a surrogate. Use '\\+123456' instead."


_DIGITS = r"[0-9](?:_?[0-9])*"
_DECIMAL = re.compile(rf"[+-]?(?:{_DIGITS}(?:\.(?:{_DIGITS})?)?|\.{_DIGITS})")
_CLOCK = r"(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.\d+)?)?"
_MOMENT = re.compile(rf"[+-]?(\d{{4,}})-(\d{{1,2}})-(\d{{1,2}})(?: (?:{_CLOCK})?\s*(.*))?")


def is_decimal(written: str) -> bool:
    """Whether *written* is a decimal of no more than 38 digits, those of its fraction and those behind leading zeros."""
    whole, _, fraction = written.lstrip("+-").replace("_", "").partition(".")
    return bool(_DECIMAL.fullmatch(written)) and len(whole.lstrip("0")) + len(fraction) <= 38


def is_moment(written: str, clock_only: bool) -> bool:
    """Whether *written* is a time, or a timestamp of the calendar, and its zone is one."""
    if clock_only:  # its type tells of too many digits
        return clocks.parsed(re.sub(r"([.]\d{12})\d+", r"\1", written), clocks.FINEST) is not None
    found = _MOMENT.fullmatch(written)
    if not found:
        return False
    hour, minute, second = (int(part or 0) for part in found.groups()[3:6])
    if hour > 23 or minute > 59 or second > 59:
        return False
    if found[7] and not zones.is_zone(found[7].rstrip()):
        return False
    year, month, day = int(found[1]), int(found[2]), int(found[3])
    if found[7] and year > _LAST_ZONED_YEAR:
        return False
    return _in_calendar(year, month, day)


def is_date(written: str) -> bool:
    found = _DATE.fullmatch(written.strip(BLANKS))
    day = tuple(map(int, found.groups())) if found else ()
    return bool(day) and day <= _LAST_DAY and _in_calendar(*day)


def _in_calendar(year: int, month: int, day: int) -> bool:
    # Years beyond Python's repeat those of 400 years before.
    return 1 <= month <= 12 and 1 <= day <= monthrange(year % 400 + 2000, month)[1]


_LAST_ZONED_YEAR = 73_326
"""https://github.com/trinodb/trino/blob/master/core/trino-spi/src/main/java/io/trino/spi/type/DateTimeEncoding.java"""
_DATE = re.compile(r"[+-]?(\d+)-(\d{1,2})-(\d{1,2})", re.ASCII)
_LAST_DAY = (5_881_580, 7, 11)
_BITS = {exp.DType.TINYINT: 8, exp.DType.SMALLINT: 16, exp.DType.INT: 32, exp.DType.BIGINT: 64}


def is_plain(written: str, kind: exp.DType) -> bool:
    """Whether *written* can be cast to a type whose literals are casts."""
    if kind in _BITS:
        least = -(2 ** (_BITS[kind] - 1))
        return bool(re.fullmatch(r"[+-]?\d+", written, re.ASCII)) and least <= int(written) < -least
    if kind == exp.DType.DATE:
        return is_date(written)
    if kind == exp.DType.BOOLEAN:
        return written.lower() in ("t", "true", "1", "f", "false", "0")
    if kind in (exp.DType.FLOAT, exp.DType.DOUBLE):
        return bool(re.fullmatch(f"{FLOAT_PATTERN}|{HEX_FLOAT_PATTERN}", written))
    if kind == exp.DType.UUID:
        return bool(re.fullmatch(UUID_PATTERN, written))
    reader = {exp.DType.IPADDRESS: addresses.parse, exp.DType.JSON: jsons.parse}.get(kind)
    try:
        return reader is None or reader(written) is not None
    except Failure:
        return False


def has_zone(written: str) -> bool:
    """Whether a timestamp is followed by a zone, be it a date alone that is."""
    found = _MOMENT.fullmatch(written)
    return bool(found and found[7])


def interval(node: exp.Interval) -> Value:
    """``interval '1' day``, ``interval -'3' month``, ``interval '1 2:03:04.567' day to second``."""
    sign, literal = 1, node.this
    while isinstance(literal, exp.Neg | exp.Paren):
        sign, literal = (-sign if isinstance(literal, exp.Neg) else sign), literal.this
    unit = node.args.get("unit")
    if not isinstance(literal, exp.Literal) or unit is None:
        raise failure("SYNTAX_ERROR", "Invalid interval literal", node)
    written = literal.name
    if written.startswith(("-", "+")):
        sign, written = (-sign if written[0] == "-" else sign), written[1:]
    span = isinstance(unit, exp.IntervalSpan)
    start = (unit.this if span else unit).name.upper().removesuffix("S")
    end = unit.expression.name.upper() if span else start
    parts = _MONTH_PARTS if start in _MONTH_PARTS else _PARTS
    if span and end not in parts[parts.index(start) + 1 :]:
        raise failure("INVALID_LITERAL", f"Invalid interval qualifier: {start} to {end}", node)
    try:
        if parts is _PARTS:
            return _interval(sign * _milliseconds(written, start, end), months=False)
        found = re.fullmatch("([0-9]+)(?:-([0-9]+))?" if span else "([0-9]+)()", written)
        if not found:
            raise ValueError(written)
        months = _number(found[1]) * {"YEAR": 12, "MONTH": 1}[start] + _number(found[2])
        if months > _GREATEST:
            raise ValueError(months)
        return _interval(sign * months, months=True)
    except ValueError as error:
        qualifier = f"{start} TO {end}" if span else start
        raise failure("INVALID_LITERAL", f"Invalid INTERVAL {qualifier} value: {literal.name}", node) from error


_GREATEST = 2**31 - 1


def _number(digits: str | None) -> int:
    """A part of an interval, which Joda reads as an ``int``; nothing is 0."""
    if int(digits or 0) > _GREATEST:
        raise ValueError(digits)
    return int(digits or 0)


def _interval(amount: int, months: bool) -> Value:
    return Value(f"CAST({amount} AS BIGINT)", MONTH_INTERVAL if months else DAY_INTERVAL, amount)


_MONTH_PARTS = ["YEAR", "MONTH"]
_PARTS = ["DAY", "HOUR", "MINUTE", "SECOND"]


def _milliseconds(written: str, start: str, end: str) -> int:
    """``1 2:03:04.567``: what is left out at the end is zero, and no part but the whole has a sign."""
    wanted = _PARTS[_PARTS.index(start) : _PARTS.index(end) + 1]
    shape = ""
    for unit in reversed(wanted):
        rest = f"(?:{' ' if unit == 'DAY' else ':'}{shape})?" if shape else ""
        shape = ("([0-9]+)(?:[.]([0-9]+))?" if unit == "SECOND" else "([0-9]+)") + rest
    found = re.fullmatch(shape, written)
    if not found:
        raise ValueError(written)
    fraction = int(((found[len(wanted) + 1] or "") + "000")[:3]) if wanted[-1] == "SECOND" else 0
    return sum(_number(found[i]) * _MILLISECONDS[unit] for i, unit in enumerate(wanted, 1)) + fraction
