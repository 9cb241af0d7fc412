"""Texts of partition values as values of their columns' types, strictly as Java reads them; DuckDB's casts would take more.

``parsePartitionValue`` of https://github.com/trinodb/trino/blob/423/plugin/trino-hive/src/main/java/io/trino/plugin/hive/util/HiveUtil.java
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal, localcontext

from sqlglot import exp

from local_athena.dialect.values.types import from_datatype, to_duckdb
from local_athena.errors import AthenaError
from local_athena.model import Column
from local_athena.tables.hive.lines.values import TEXT, TIMESTAMPS, literal, size

type _Reader = Callable[[str], str | None]
"""From a value's text to the text that DuckDB casts, None for what is none."""

_WHOLE = re.compile(r"[+-]?[0-9]+")
_NUMBER = re.compile(
    r"\s*([+-]?(?:NaN|Infinity|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?(?=[fFdD]?\s*$)))[fFdD]?\s*"
)
_DECIMAL = re.compile(r"([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)(?:BD)?")
_DATE = re.compile(r"(\d{1,4})-(\d\d?)-(\d\d?)(?: 00?:00?(?::00?(?:\.0{1,9})?)?)?", re.ASCII)
_TIMESTAMP = re.compile(
    r"([0-9]{1,4})-([0-9]{1,2})-([0-9]{1,2})(?: ([0-9]{1,2}):([0-9]{1,2})(?::([0-9]{1,2})(?:\.([0-9]{1,9}))?)?)?"
)
_BITS = {exp.DType.TINYINT: 8, exp.DType.SMALLINT: 16, exp.DType.INT: 32, exp.DType.BIGINT: 64}
_SAID = {exp.DType.FLOAT: "FLOAT", exp.DType.TIMESTAMP: "TIMESTAMP", exp.DType.TIMESTAMPNTZ: "TIMESTAMP"}
_SIZED = {exp.DType.DECIMAL, *TEXT}


def typed_values(key: Column, values: Sequence[str | None]) -> str:
    """A DuckDB array of a partition column's values.

    :raises AthenaError: ``HIVE_INVALID_PARTITION_VALUE``.
    """
    items = ", ".join("NULL" if value is None else literal(value) for value in _read(key, values))
    if key.type.this == exp.DType.VARBINARY:
        return f"list_transform(CAST([{items}] AS VARCHAR[]), lambda text: encode(text))"
    typed = f"CAST([{items}] AS {to_duckdb(key.type)}[])"
    if key.type.this == exp.DType.TIMESTAMPTZ:  # of Delta's, which has three digits
        return f"list_transform({typed}, lambda moment: date_trunc('millisecond', moment))"
    return typed


def check_values(keys: Sequence[Column], values: Iterable[Sequence[str | None]]) -> None:
    """:raises AthenaError: ``HIVE_INVALID_PARTITION_VALUE`` for a value that is not of its column's type."""
    for key, column in zip(keys, zip(*values, strict=True), strict=False):
        _read(key, column)


def _read(key: Column, values: Sequence[str | None]) -> Sequence[str | None]:
    reader = _reader(key.type)
    if reader is None:
        return values
    found: list[str | None] = []
    for value in values:
        read = None if value is None else reader(value)
        if value is not None and read is None:
            shown = _SAID.get(key.type.this) or str(from_datatype(key.type))
            kind = shown if key.type.this in _SIZED else shown.upper()
            raise AthenaError(
                "HIVE_INVALID_PARTITION_VALUE",
                f"Invalid partition value '{value}' for {kind} partition key: {key.name}",
            )
        found.append(read)
    return found


def _reader(kind: exp.DataType) -> _Reader | None:
    """None for a type whose texts are values as they stand: text of any length, and Delta's moments."""
    if bits := _BITS.get(kind.this):
        most = 1 << (bits - 1)
        return lambda text: text if _WHOLE.fullmatch(text) and -most <= int(text) < most else None
    if kind.this == exp.DType.BOOLEAN:
        return lambda text: text if text.lower() in ("true", "false") else None
    if kind.this in (exp.DType.FLOAT, exp.DType.DOUBLE):
        return _number
    if kind.this == exp.DType.DECIMAL:
        precision, scale = (int(part.name) for part in kind.expressions)
        return lambda text: _decimal(text, precision, scale)
    if kind.this == exp.DType.DATE:
        return _date
    if kind.this in TIMESTAMPS and (size(kind) or 3) <= 3:
        return _timestamp
    most_characters = size(kind) if kind.this in TEXT else None
    if most_characters is None:
        return None
    padded = kind.this in (exp.DType.CHAR, exp.DType.NCHAR)
    return lambda text: _sized(text.rstrip(" ") if padded else text, most_characters)


def _sized(text: str, most: int) -> str | None:
    return text if len(text) <= most else None


def _number(text: str) -> str | None:
    match = _NUMBER.fullmatch(text)
    return match[1] if match else None


def _decimal(text: str, precision: int, scale: int) -> str | None:
    match = _DECIMAL.fullmatch(text)
    if match is None:
        return None
    try:
        given = Decimal(match[1])
        with localcontext(prec=len(text)):
            value = given.normalize()
    except ArithmeticError:  # an exponent beyond all bounds
        return None
    if not given:
        return "0"
    fits = value and value.adjusted() < precision - scale and int(value.as_tuple().exponent) >= -scale
    return f"{value:f}" if fits else None


def _date(text: str) -> str | None:
    match = _DATE.fullmatch(text)
    return str(day) if match and (day := _day(match)) else None


def _day(match: re.Match[str]) -> dt.date | None:
    try:
        return dt.date(*map(int, match.groups()[:3]))
    except ValueError:
        return None


def _timestamp(text: str) -> str | None:
    """To the millisecond: what is finer is cut."""
    match = _TIMESTAMP.fullmatch(text)
    if match is None or (day := _day(match)) is None:
        return None
    hour, minute, second = (int(part or 0) for part in match.groups()[3:6])
    if hour > 23 or minute > 59 or second > 59:
        return None
    return f"{day} {hour:02}:{minute:02}:{second:02}.{(match[7] or '').ljust(3, '0')[:3]}"
