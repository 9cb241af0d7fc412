"""Columns of a table: types of the wire format for Debezium's, and its values written as the wire format wants them.

| PostgreSQL | wire | value |
|---|---|---|
| boolean | boolean | |
| smallint, integer | int | |
| bigint, oid | bigint | |
| real, double precision | float, double | |
| numeric(p, s), p up to 38 | decimal(p,s) | exact; NaN and Infinity, which Iceberg lacks, go on as such |
| date | date | ISO 8601 |
| timestamp | timestamp | ISO 8601; infinity goes on as such |
| timestamptz | timestamptz | ISO 8601 in UTC; infinity goes on as such |
| bytea | varbinary | base64 |
| time | varchar | PostgreSQL's text |
| timetz | varchar | in UTC, with Z |
| interval | varchar | ISO 8601: P1Y2M3DT4H5M6.789S |
| arrays | varchar | PostgreSQL's text, {1,NULL,3} |
| point | varchar | PostgreSQL's text |
| bit(n) | varchar | ones and zeros |
| numeric without precision, with more than 38, in a domain | varchar | exact |
| all others (text, uuid, json, enum, inet, money, ranges, ...) | varchar | PostgreSQL's text |

Debezium's side: https://debezium.io/documentation/reference/stable/connectors/postgresql.html#postgresql-data-types
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from lakeloop_changes import Column
from lakeloop_changes.types import MAX_PRECISION

_EPOCH = datetime(1970, 1, 1)
_EPOCH_DAY = date(1970, 1, 1).toordinal()
# https://www.postgresql.org/docs/current/datatype-datetime.html: no day is before 4713 BC. Debezium's infinities are, and are
# others in a snapshot than in the log (recorded: 3.6.3).
_FIRST_DAY = -2_440_588
_INFINITE_DAYS = {
    -622_191_234: "infinity",
    -625_821_272: "-infinity",
    -2_147_472_692: "infinity",
    -2_147_472_691: "-infinity",
}
_INFINITE_MICROS = {9_223_372_036_825_200_000: "infinity", -9_223_372_036_832_400_000: "-infinity"}
_SPECIAL_NUMBERS = {"NAN": "NaN", "POSITIVE_INFINITY": "Infinity", "NEGATIVE_INFINITY": "-Infinity"}
# PostgreSQL keeps a scale in 11 bits with a sign: numeric(5, -2) is shown as 2046.
_SCALES = 2048
_QUOTED_IN_ARRAYS = set('{}",\\ \t\n\r\v\f')

Convert = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Field:
    """A column as Debezium describes it.

    ``kind`` is Kafka Connect's type (INT32, STRING, ...), ``meaning`` its semantic name (io.debezium.time.Date), None for none;
    ``source`` is PostgreSQL's type in capitals, ``length`` and ``scale`` are its modifiers; ``element`` is that of an array.
    """

    name: str
    kind: str
    meaning: str | None = None
    optional: bool = True
    source: str = ""
    length: int = 0
    scale: int = 0
    element: Field | None = None


@dataclass(frozen=True, slots=True)
class Shape:
    """The columns of a table at a moment, and what its values go through; a column without an entry stays as it is."""

    columns: tuple[Column, ...]
    converters: dict[str, Convert]

    def row(self, values: dict[str, Any] | None) -> dict[str, Any] | None:
        """Wire values of *values*, an image or a key as Debezium writes it; None stays None."""
        if values is None:
            return None
        row = dict(values)
        for name, convert in self.converters.items():
            value = row.get(name)
            if value is not None:
                row[name] = convert(value)
        return row


def shape(fields: Sequence[Field]) -> Shape:
    """The columns of *fields* and their converters."""
    made = [(field, *_converted(field)) for field in fields]
    return Shape(
        tuple(Column(field.name, word, field.optional) for field, word, _ in made),
        {field.name: convert for field, _, convert in made if convert is not None},
    )


def _converted(field: Field) -> tuple[str, Convert | None]:
    """The wire's type of *field*, and the function for its values."""
    if field.meaning in _BY_MEANING:
        return _BY_MEANING[field.meaning]
    if field.source == "BIT" and field.kind == "BOOLEAN":
        return "varchar", lambda value: "1" if value else "0"
    if field.kind in _BY_KIND:
        return _BY_KIND[field.kind], None
    if field.kind == "STRING":
        return _number(field) if field.source == "NUMERIC" else ("varchar", None)
    if field.kind == "BYTES":
        if field.meaning == "io.debezium.data.Bits":
            return "varchar", lambda value: _bits(value, field.length)
        return ("varbinary", None) if field.source == "BYTEA" else ("varchar", _text_of_bytes)
    if field.kind == "ARRAY" and field.element is not None:
        # The type is the column's (_BYTEA), and the element says nothing of it.
        inner = replace(field.element, source=field.source.removeprefix("_"), length=field.length, scale=field.scale)
        element = _text_of(inner)
        return "varchar", lambda values: _array(values, element)
    return "varchar", lambda value: json.dumps(value, ensure_ascii=False)


def _number(field: Field) -> tuple[str, Convert]:
    scale = field.scale - _SCALES if field.scale >= _SCALES // 2 else field.scale
    precision = max(field.length, scale) - min(scale, 0)
    scale = max(scale, 0)
    if not field.length or precision > MAX_PRECISION:
        return "varchar", lambda value: _plain(value, None)
    return f"decimal({precision},{scale})", lambda value: _plain(value, scale)


def _plain(value: str, scale: int | None) -> str:
    """A number without an exponent, and without the zeros beyond *scale* that Debezium adds where the scale is negative."""
    if value in _SPECIAL_NUMBERS:
        return _SPECIAL_NUMBERS[value]
    if "E" in value:
        value = f"{Decimal(value):f}"
    return value.partition(".")[0] if scale == 0 else value


def _date(days: int) -> str:
    if days < _FIRST_DAY:
        return _INFINITE_DAYS.get(days, f"{days} days from 1970")
    try:
        return date.fromordinal(_EPOCH_DAY + days).isoformat()
    except (ValueError, OverflowError):
        return f"{days} days from 1970"


def _timestamp(micros: int) -> str:
    if micros in _INFINITE_MICROS:
        return _INFINITE_MICROS[micros]
    try:
        return (_EPOCH + timedelta(microseconds=micros)).isoformat()
    except OverflowError:
        return f"{micros} microseconds from 1970"


def _time(micros: int) -> str:
    seconds, micros = divmod(micros, 1_000_000)
    text = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return f"{text}.{micros:06}".rstrip("0") if micros else text


def _bits(value: str, length: int) -> str:
    """Bits of base64: the last of them is the lowest of the first byte."""
    return f"{int.from_bytes(base64.b64decode(value), 'little'):0{length}b}"


def _text_of_bytes(value: str) -> str:
    """PostgreSQL's text of a type that Debezium does not know and gives as bytes."""
    data = base64.b64decode(value)
    try:
        return data.decode()
    except UnicodeDecodeError:
        return f"\\x{data.hex()}"


def _point(value: dict[str, Any]) -> str:
    x, y = (f"{value[name]!r}".removesuffix(".0") for name in ("x", "y"))
    return f"({x},{y})"


def _text_of(element: Field) -> Convert:
    """PostgreSQL's text of an array's *element*, without quotes."""
    word, convert = _converted(element)

    def text(value: Any) -> str:
        if word == "varbinary":
            return f"\\x{base64.b64decode(value).hex()}"
        value = value if convert is None else convert(value)
        if isinstance(value, bool):
            return "t" if value else "f"
        if word == "timestamptz" and isinstance(value, str):
            value = _unpadded(value.removesuffix("Z")) + "+00"
        if word in ("timestamp", "timestamptz"):
            return str(value).replace("T", " ")
        return f"{value!r}".removesuffix(".0") if isinstance(value, float) else str(value)

    return text


def _unpadded(timestamp: str) -> str:
    return timestamp.rstrip("0").removesuffix(".") if "." in timestamp else timestamp


def _array(values: Sequence[Any], element: Convert) -> str:
    """https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO"""
    return "{" + ",".join("NULL" if value is None else _quoted(element(value)) for value in values) + "}"


def _quoted(text: str) -> str:
    if text and text.upper() != "NULL" and not _QUOTED_IN_ARRAYS & set(text):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


_BY_MEANING: dict[str | None, tuple[str, Convert | None]] = {
    "io.debezium.time.Date": ("date", _date),
    "io.debezium.time.MicroTimestamp": ("timestamp", _timestamp),
    "io.debezium.time.MicroTime": ("varchar", _time),
    "io.debezium.time.ZonedTimestamp": ("timestamptz", None),
    "io.debezium.data.geometry.Point": ("varchar", _point),
}
_BY_KIND = {
    "BOOLEAN": "boolean",
    "INT16": "int",
    "INT32": "int",
    "INT64": "bigint",
    "FLOAT32": "float",
    "FLOAT64": "double",
}
