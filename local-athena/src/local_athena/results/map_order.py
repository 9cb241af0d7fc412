"""The order in which Athena shows the entries of a map: that of Java's HashMap, whatever the order they were put in.

Trino hands a map out as one (``MapType.getObjectValue``), and AWS's own pages show it: ``MAP(ARRAY['first', 'last', 'age'],
...)`` is ``{last=Smith, first=Bob, age=35}``: https://docs.aws.amazon.com/athena/latest/ug/arrays-create-maps.html. Keys that
are timestamps with a zone, rows or other nested values stay in the order that they were put in, and so do maps in which
eight keys or more share a bucket, which Java makes a tree of.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from decimal import Context, Decimal
from functools import lru_cache
from typing import Any

import pyarrow as pa
from sqlglot import exp

from local_athena.results.columns import type_parameters

T = exp.DataType.Type

_BUCKETS = 16
_MILLIS = 3
_WIDE = Context(prec=38)


def hash_codes(keys: pa.Array, texts: Sequence[str | None], type_: exp.DataType) -> tuple[int, ...] | None:
    """Java's hash code of each key, as 32 bits without a sign; None for a type that keeps its order.

    *texts* are the keys' own texts.
    """
    if type_.this in (T.VARCHAR, T.TEXT, T.CHAR):
        return tuple(_text(text or "") for text in texts)
    if type_.this is T.DECIMAL:
        precision, scale = (*type_parameters(type_), 0, 0)[:2]
        return tuple(_objects(_big(_unscaled(key, scale)), precision, scale) for key in keys.to_pylist())
    if type_.this is T.TIMESTAMP and pa.types.is_timestamp(keys.type):
        digits = (type_parameters(type_) or [_MILLIS])[0]
        micros = keys.cast(pa.timestamp("us"), safe=False).cast(pa.int64()).to_pylist()
        return tuple(_objects(_long(value), 0, digits) for value in micros)
    if type_.this is T.DATE and pa.types.is_date32(keys.type):
        return tuple(map(_int, keys.cast(pa.int32()).to_pylist()))
    code = _CODES.get(type_.this)
    return None if code is None else tuple(map(code, keys.to_pylist()))


@lru_cache(4096)  # the maps of a column mostly have the same keys
def order(codes: tuple[int, ...]) -> list[int]:
    """Positions of keys of these hash codes in the order in which a HashMap gives them.

    https://github.com/openjdk/jdk/blob/master/src/java.base/share/classes/java/util/HashMap.java
    """
    buckets = _BUCKETS
    while len(codes) > buckets * 3 // 4:
        buckets *= 2
    return sorted(range(len(codes)), key=lambda index: (codes[index] ^ codes[index] >> 16) & (buckets - 1))


@lru_cache(4096)
def _text(text: str) -> int:
    """``String.hashCode``, of UTF-16 units."""
    code, data = 0, text.encode("utf-16-le", "surrogatepass")
    for unit in struct.unpack(f"<{len(data) // 2}H", data):
        code = code * 31 + unit & 0xFFFFFFFF
    return code


def _int(value: int) -> int:
    return int(value) & 0xFFFFFFFF


def _long(value: int) -> int:
    return (value ^ (value & 0xFFFFFFFFFFFFFFFF) >> 32) & 0xFFFFFFFF


def _objects(*codes: int) -> int:
    """``Objects.hash``."""
    result = 1
    for code in codes:
        result = 31 * result + code & 0xFFFFFFFF
    return result


def _big(value: int) -> int:
    """``BigInteger.hashCode``: of the magnitude's words, the first of them first."""
    code, magnitude = 0, abs(value)
    for shift in reversed(range(0, magnitude.bit_length(), 32)):
        code = 31 * code + (magnitude >> shift & 0xFFFFFFFF) & 0xFFFFFFFF
    return -code & 0xFFFFFFFF if value < 0 else code


def _unscaled(value: Decimal, scale: int) -> int:
    return int(_WIDE.scaleb(value, scale))


def _float(value: float) -> int:
    code: int = struct.unpack("<I", struct.pack("<f", value))[0]
    return code


def _double(value: float) -> int:
    return _long(struct.unpack("<Q", struct.pack("<d", value))[0])


_CODES: dict[Any, Callable[[Any], int]] = {
    T.BOOLEAN: lambda value: 1231 if value else 1237,
    T.TINYINT: _int,
    T.SMALLINT: _int,
    T.INT: _int,
    T.BIGINT: _long,
    T.FLOAT: _float,
    T.DOUBLE: _double,
}
