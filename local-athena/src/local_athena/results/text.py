"""The text of a value, as Athena's GetQueryResults and its CSV files show it.

Numbers are written as Java writes them (``1.0E10``, ``Infinity``), nested values as Java's collections
(``{a=1, b=[1, 2]}``, ``{1, 2}`` of fields without names), binary as spaced hexadecimal. NULL has no text at top level and is
``null`` inside another value.

One function renders a whole Arrow array, because a result may have millions of rows; what Arrow prints as Trino does
is left to Arrow.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import uuid
import zlib
from collections.abc import Callable
from ctypes import c_float
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from sqlglot import exp

from local_athena.results.columns import type_parameters
from local_athena.results.map_order import hash_codes, order

T = exp.DataType.Type
Texts = list[str | None]

_JAVA_DECIMAL_RANGE = (1e-3, 1e7)
_TIMESTAMP_PRECISION = 3
_CLOCK = re.compile(r"(.*\d\d:\d\d:\d\d)(?:\.(\d+))?(.*)", re.S)
_MILLIS_A_DAY = 86_400_000


def render(array: pa.Array, type_: exp.DataType) -> Texts:
    """The text of every value of *array*, whose Trino type is *type_*; None for NULL."""
    if array.null_count == len(
        array
    ):  # of whatever type: DuckDB makes a NULL that nothing tells the type of an INTEGER
        return [None] * len(array)
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    if pa.types.is_interval(array.type) or pa.types.is_duration(array.type):
        months = type_.sql("trino").upper().startswith("INTERVAL YEAR")
        return _each(array, _year_to_month if months else _day_to_second)
    renderer = _RENDERERS.get(type_.this)
    if renderer is not None:
        return renderer(array, type_)
    return _plain(array, type_)


def java_double(value: float) -> str:
    """*value* as ``Double.toString`` writes it: https://docs.oracle.com/javase/8/docs/api/java/lang/Double.html#toString-double-"""
    return _java(value, repr(float(value)))


def java_float(value: float) -> str:
    """*value*, a 32-bit float, as ``Float.toString`` writes it: the fewest digits that name that float."""
    # Nine digits name every such float, often fewer do.
    texts = (f"{value:.{digits}g}" for digits in range(1, 10))
    return _java(value, next((text for text in texts if c_float(float(text)).value == value), "nan"))


def _java(value: float, shortest: str) -> str:
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if value == 0:
        return "-0.0" if math.copysign(1, value) < 0 else "0.0"
    sign, digits, exponent = Decimal(shortest).normalize().as_tuple()
    if len(digits) == 1:  # Java writes two digits at least, and then the two that are nearest
        sign, digits, exponent = Decimal(f"{value:.1e}").normalize().as_tuple()
    assert isinstance(exponent, int)
    prefix = "-" if sign else ""
    text = "".join(map(str, digits))
    point = len(text) + exponent  # the value is 0.<text> * 10**point
    low, high = _JAVA_DECIMAL_RANGE
    if not low <= abs(value) < high:
        return f"{prefix}{text[0]}.{text[1:] or '0'}E{point - 1}"
    if point <= 0:
        return f"{prefix}0.{'0' * -point}{text}"
    if point >= len(text):
        return f"{prefix}{text}{'0' * (point - len(text))}.0"
    return f"{prefix}{text[:point]}.{text[point:]}"


def _each(array: pa.Array, text: Callable[[Any], str]) -> Texts:
    return [None if value is None else text(value) for value in array.to_pylist()]


_YEAR_10000 = (dt.date(9999, 12, 31) - dt.date(1970, 1, 1)).days + 1


_CYCLE = 146_097
"""Days of 400 years, after which the calendar repeats itself."""
_TICKS = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
_BEYOND = "<value out of range"
"""Arrow's text for what lies before the year -32767 or after 32767."""


def _moments(array: pa.Array) -> Texts:
    """Dates and timestamps without a zone: Java writes a plus before a year of five digits, Arrow does not."""
    texts = pc.cast(array, pa.string()).to_pylist()
    days = pc.min_max(pc.cast(pc.cast(array, pa.date32(), safe=False), pa.int32())).as_py()
    if days["max"] is None or (days["max"] < _YEAR_10000 and days["min"] > -_CYCLE * 80):
        return texts  # type: ignore[no-any-return]
    if any(text and text.startswith(_BEYOND) for text in texts):
        ticks = pc.cast(array, pa.int32() if pa.types.is_date(array.type) else pa.int64()).to_pylist()
        texts = [
            _far(tick, array.type) if text and text.startswith(_BEYOND) else text
            for text, tick in zip(texts, ticks, strict=True)
        ]
    return [f"+{text}" if text and text[0] != "-" and text[4] != "-" else text for text in texts]


def _far(ticks: int, type_: pa.DataType) -> str:
    """A date or timestamp in Arrow's form, of any year."""
    second = 0 if pa.types.is_date(type_) else _TICKS[type_.unit]
    days, clock = divmod(ticks, 86_400 * second) if second else (ticks, 0)
    cycles, days = divmod(days, _CYCLE)
    day = dt.date(1970, 1, 1) + dt.timedelta(days)
    year = day.year + 400 * cycles
    shown = f"{'-' if year < 0 else ''}{abs(year):04d}-{day:%m-%d}"
    if not second:
        return shown
    seconds, fraction = divmod(clock, second)
    digits = len(str(second)) - 1
    time = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return f"{shown} {time}.{fraction:0{digits}d}" if digits else f"{shown} {time}"


def _plain(array: pa.Array, type_: exp.DataType) -> Texts:
    if pa.types.is_date(array.type) or pa.types.is_timestamp(array.type):
        return _moments(array)
    if pa.types.is_string(array.type) or pa.types.is_large_string(array.type):
        return array.to_pylist()  # type: ignore[no-any-return]
    if pa.types.is_binary(array.type) or pa.types.is_large_binary(array.type):
        return _each(array, lambda value: value.decode("utf-8", "replace"))
    return pc.cast(array, pa.string()).to_pylist()  # type: ignore[no-any-return]


def _float(array: pa.Array, type_: exp.DataType) -> Texts:
    return _each(pc.cast(array, pa.float32(), safe=False), java_float)


def _double(array: pa.Array, type_: exp.DataType) -> Texts:
    return _each(pc.cast(array, pa.float64(), safe=False), java_double)


def _integer(array: pa.Array, type_: exp.DataType) -> Texts:
    return _each(array, lambda value: str(int(value)))


def _decimal(array: pa.Array, type_: exp.DataType) -> Texts:
    parameters = type_parameters(type_)
    digits = parameters[1] if len(parameters) > 1 else getattr(array.type, "scale", 0)
    return _each(array, lambda value: f"{Decimal(value):.{digits}f}")


def _char(array: pa.Array, type_: exp.DataType) -> Texts:
    length = (type_parameters(type_) or [1])[0]
    return [None if value is None else value.ljust(length) for value in _plain(array, type_)]


def _varbinary(array: pa.Array, type_: exp.DataType) -> Texts:
    return _each(array, lambda value: value.hex(" "))


def _uuid(array: pa.Array, type_: exp.DataType) -> Texts:
    storage = array.storage if isinstance(array, pa.ExtensionArray) else array
    if pa.types.is_fixed_size_binary(storage.type):
        return _each(storage, lambda value: str(uuid.UUID(bytes=value)))
    return _plain(storage, type_)


def _fraction(texts: Texts, type_: exp.DataType) -> Texts:
    """Times of day with as many digits of a second's fraction as their type has, as Trino's own values print themselves.

    ``time '13:24:11'`` is ``13:24:11``, says ``test_athena_time_type`` of awswrangler's suite against AWS:
    https://github.com/aws/aws-sdk-pandas/blob/main/tests/unit/test_athena.py
    """
    digits = (type_parameters(type_) or [_TIMESTAMP_PRECISION])[0]

    def fit(text: str) -> str:
        match = _CLOCK.fullmatch(text)
        if match is None:
            return text
        whole, fraction, zone = match.groups(default="")
        return f"{whole}.{fraction[:digits].ljust(digits, '0')}{zone}" if digits else f"{whole}{zone}"

    return [None if text is None else fit(text) for text in texts]


def _clock(array: pa.Array, type_: exp.DataType) -> Texts:
    return _fraction(_plain(array, type_), type_)


def _timestamp_with_time_zone(array: pa.Array, type_: exp.DataType) -> Texts:
    if not pa.types.is_timestamp(array.type):
        return _clock(array, type_)  # the dialect's own text, with the zone in which the value was written
    zone = array.type.tz or "UTC"
    name = "UTC" if zone in ("Etc/UTC", "+00:00", "Z") else zone
    local = pc.local_timestamp(array) if array.type.tz else array
    return [None if text is None else f"{text} {name}" for text in _clock(local, type_)]


def _year_to_month(value: Any) -> str:
    sign, months = ("-" if value.months < 0 else ""), abs(value.months)
    return f"{sign}{months // 12}-{months % 12}"


def _day_to_second(value: Any) -> str:
    if isinstance(value, dt.timedelta):
        millis = round(value / dt.timedelta(milliseconds=1))
    else:
        millis = value.days * _MILLIS_A_DAY + int(value.nanoseconds / 1_000_000)
    sign, millis = ("-" if millis < 0 else ""), abs(millis)
    days, rest = divmod(millis, _MILLIS_A_DAY)
    seconds, fraction = divmod(rest, 1000)
    return f"{sign}{days} {seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{fraction:03d}"


def _inside(array: pa.Array, type_: exp.DataType) -> Texts:
    """The text of values inside others: there, bytes are Java's array of them, of which no text can be made but its class and a
    number. Equal bytes have the same number here.

    https://github.com/aoyagikouhei/athena-local/blob/main/docs/dev/measurements/result-files.md (#146)
    """
    if type_.this is T.VARBINARY:
        return _each(array, lambda value: f"[B@{zlib.crc32(value) & 0x7FFFFFFF:x}")
    return render(array, type_)


def _null(text: str | None) -> str:
    return "null" if text is None else text


def _array(array: pa.Array, type_: exp.DataType) -> Texts:
    element = type_.expressions[0] if type_.expressions else exp.DataType.build("varchar")
    return _lists(array, [_null(text) for text in _inside(_items(array), element)], "[{}]")


def _map(array: pa.Array, type_: exp.DataType) -> Texts:
    key, value = type_.expressions if len(type_.expressions) == 2 else [exp.DataType.build("varchar")] * 2
    entries = _items(array)
    keys = _inside(entries.field(0), key)
    pairs = zip(keys, _inside(entries.field(1), value), strict=True)
    items = [f"{_null(k)}={_null(v)}" for k, v in pairs]
    if len(items) > 1 and (codes := hash_codes(entries.field(0), keys, key)):
        offsets = array.offsets.to_pylist()
        for start, end in pairwise(offsets):
            if end - start > 1:
                items[start:end] = [items[start + index] for index in order(codes[start:end])]
    return _lists(array, items, "{{{}}}")


def _row(array: pa.Array, type_: exp.DataType) -> Texts:
    names, columns = [], []
    for index in range(array.type.num_fields):
        declared = type_.expressions[index] if index < len(type_.expressions) else exp.DataType.build("varchar")
        named = isinstance(declared, exp.ColumnDef)
        names.append(f"{declared.name}=" if named else "")
        kind = declared.args["kind"] if named else declared
        columns.append([_null(text) for text in _inside(array.field(index), kind)])
    rows = zip(*columns, strict=True) if columns else [()] * len(array)
    return [
        "{" + ", ".join(f"{name}{text}" for name, text in zip(names, row, strict=True)) + "}" if valid else None
        for row, valid in zip(rows, array.is_valid().to_pylist(), strict=True)
    ]


def _items(array: pa.Array) -> pa.Array:
    """The child array that a list's offsets (which are absolute, whatever the slice) point into."""
    if isinstance(array, pa.FixedSizeListArray):
        return array.values
    return (
        array.values
        if not isinstance(array, pa.MapArray)
        else pa.StructArray.from_arrays([array.keys, array.items], ["key", "value"])
    )


def _lists(array: pa.Array, items: list[str], braces: str) -> Texts:
    if isinstance(array, pa.FixedSizeListArray):
        size = array.type.list_size
        offsets = [(array.offset + index) * size for index in range(len(array) + 1)]
    else:
        offsets = array.offsets.to_pylist()
    valid = array.is_valid().to_pylist()
    return [
        braces.format(", ".join(items[offsets[index] : offsets[index + 1]])) if valid[index] else None
        for index in range(len(array))
    ]


_RENDERERS: dict[Any, Callable[[pa.Array, exp.DataType], Texts]] = {
    T.TINYINT: _integer,
    T.SMALLINT: _integer,
    T.INT: _integer,
    T.BIGINT: _integer,
    T.FLOAT: _float,
    T.DOUBLE: _double,
    T.DECIMAL: _decimal,
    T.CHAR: _char,
    T.VARBINARY: _varbinary,
    T.UUID: _uuid,
    T.TIME: _clock,
    T.TIMETZ: _clock,
    T.TIMESTAMP: _clock,
    T.TIMESTAMPTZ: _timestamp_with_time_zone,
    T.ARRAY: _array,
    T.MAP: _map,
    T.STRUCT: _row,
}
