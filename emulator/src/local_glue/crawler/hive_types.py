"""Types of Glue's catalog: from Arrow, from values of JSON and CSV, and of two files together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

import pyarrow as pa

Column = tuple[str, str]
_WIDER = ("tinyint", "smallint", "int", "bigint", "float", "double")
_INT = 2**31
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_SIMPLE: dict[str, str] = {
    "bool": "boolean",
    "int8": "tinyint",
    "int16": "smallint",
    "int32": "int",
    "int64": "bigint",
    "uint8": "smallint",
    "uint16": "int",
    "uint32": "bigint",
    "uint64": "decimal(20,0)",
    "halffloat": "float",
    "float": "float",
    "double": "double",
    "string": "string",
    "large_string": "string",
    "binary": "binary",
    "large_binary": "binary",
}


def of_arrow(kind: Any) -> str:
    """The type of a column of Parquet or ORC."""
    if pa.types.is_decimal(kind):
        return f"decimal({kind.precision},{kind.scale})"
    if pa.types.is_timestamp(kind):
        return "timestamp"
    if pa.types.is_date(kind):
        return "date"
    if pa.types.is_map(kind):
        return f"map<{of_arrow(kind.key_type)},{of_arrow(kind.item_type)}>"
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return f"array<{of_arrow(kind.value_type)}>"
    if pa.types.is_struct(kind):
        return struct((field.name, of_arrow(field.type)) for field in kind)
    if pa.types.is_dictionary(kind):
        return of_arrow(kind.value_type)
    if pa.types.is_fixed_size_binary(kind):
        return "binary"
    return _SIMPLE.get(str(kind), "bigint" if pa.types.is_time(kind) else "string")


def of_json(value: Any) -> str | None:
    """The type of a value of JSON; None for null, which says nothing."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "int" if -_INT <= value < _INT else "bigint"
    if isinstance(value, float):
        return "double"
    if isinstance(value, list):
        inner: str | None = None
        for one in value:
            inner = together(inner, of_json(one))
        return f"array<{inner or 'string'}>"
    if isinstance(value, dict):
        return struct((name, of_json(one) or "string") for name, one in value.items())
    return "string"


def of_text(text: str) -> str | None:
    """The type of a field of CSV; None for an empty one."""
    if not text.strip():
        return None
    if text.strip().lower() in ("true", "false"):
        return "boolean"
    if re.fullmatch(r"[+-]?\d{1,18}", text.strip()):
        return "bigint"
    return "double" if _NUMBER.fullmatch(text.strip()) else "string"


def together(one: str | None, other: str | None) -> str | None:
    """The type that holds both."""
    if one == other or other is None:
        return one
    if one is None:
        return other
    if one in _WIDER and other in _WIDER:
        return max(one, other, key=_WIDER.index)
    if one.startswith("array<") and other.startswith("array<"):
        return f"array<{together(one[6:-1], other[6:-1])}>"
    if one.startswith("struct<") and other.startswith("struct<"):
        return struct(merged([fields(one), fields(other)]))
    return "string"


def merged(several: Iterable[Sequence[Column]]) -> list[Column]:
    """All columns of several files, in the order in which they are met."""
    found: dict[str, str | None] = {}
    for columns in several:
        for name, kind in columns:
            found[name] = together(found.get(name), kind)
    return [(name, kind or "string") for name, kind in found.items()]


def struct(parts: Iterable[Column]) -> str:
    """``struct<name:type,...>``."""
    return f"struct<{','.join(f'{name}:{kind}' for name, kind in parts)}>"


def fields(kind: str) -> list[Column]:
    """The parts of a struct."""
    found, depth, begin, text = [], 0, 0, kind[len("struct<") : -1] + ","
    for position, char in enumerate(text):
        depth += (char in "<(") - (char in ">)")
        if char == "," and depth == 0:
            name, _, inner = text[begin:position].partition(":")
            if name:
                found.append((name, inner))
            begin = position + 1
    return found
