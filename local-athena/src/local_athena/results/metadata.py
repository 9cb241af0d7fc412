"""The ``.metadata`` file beside a result: column descriptions in Protocol Buffers' wire format.

AWS does not document it (https://docs.aws.amazon.com/athena/latest/ug/querying-finding-output-files.html); the field
numbers are those that public readers of the file rely on, such as the parser of burtcorp's athena-jdbc: message field 1
is the query's id, each field 4 is a column with catalog (1), name (4), label (5), type (6), precision (7), scale (8),
nullable (9; 1 not null, 2 nullable, 3 unknown) and case sensitivity (10). What writes has its kind in field 2 and its count
in field 3. Which types have which fields was measured:
https://github.com/aoyagikouhei/athena-local/blob/main/docs/dev/measurements/metadata.md. https://protobuf.dev/programming-guides/encoding/
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

_NULLABLE = {"NOT_NULL": 1, "NULLABLE": 2, "UNKNOWN": 3}
_BARE = {"array", "map", "row", "json", "string", "uuid", "ipaddress"}
_UNSIZED = {"boolean", "interval day to second", "interval year to month"}


def encode(
    query_id: str, columns: Sequence[Mapping[str, Any]], update_type: str = "", count: int | None = None
) -> bytes:
    """The file's bytes for the ColumnInfo dicts in *columns*; *update_type* is Trino's, *count* that of rows written."""
    head = _text(1, query_id)
    if update_type:
        head += _text(2, update_type)
    if count is not None:
        head += _number(3, count)
    return head + b"".join(_bytes(4, _column(column)) for column in columns)


def _column(info: Mapping[str, Any]) -> bytes:
    kind, sized = info["Type"], info["Type"] not in _BARE | _UNSIZED
    parts = [_text(1, info["CatalogName"]), _text(4, info["Name"]), _text(5, info["Label"]), _text(6, kind)]
    if sized and kind != "date":
        parts.append(_number(7, info["Precision"]))
    if sized:
        parts.append(_number(8, info["Scale"]))
    parts.append(_number(9, _NULLABLE[info["Nullable"]]))
    if kind not in _BARE:
        parts.append(_number(10, int(info["CaseSensitive"])))
    return b"".join(parts)


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _bytes(field: int, value: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(value)) + value


def _text(field: int, value: str) -> bytes:
    return _bytes(field, value.encode())
