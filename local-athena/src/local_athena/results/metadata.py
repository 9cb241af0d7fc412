"""The ``.metadata`` file beside a result: column descriptions in Protocol Buffers' wire format.

AWS does not document it (https://docs.aws.amazon.com/athena/latest/ug/querying-finding-output-files.html); the field
numbers are those that public readers of the file rely on, such as the parser of burtcorp's athena-jdbc: message field 1
is the query's id, each field 4 is a column with catalog (1), name (4), label (5), type (6), precision (7), scale (8),
nullable (9; 1 not null, 2 nullable, 3 unknown) and case sensitivity (10). https://protobuf.dev/programming-guides/encoding/
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

_NULLABLE = {"NOT_NULL": 1, "NULLABLE": 2, "UNKNOWN": 3}


def encode(query_id: str, columns: Sequence[Mapping[str, Any]]) -> bytes:
    """The file's bytes for the ColumnInfo dicts in *columns*."""
    return _text(1, query_id) + b"".join(_bytes(4, _column(column)) for column in columns)


def _column(info: Mapping[str, Any]) -> bytes:
    return b"".join(
        (
            _text(1, info["CatalogName"]),
            _text(4, info["Name"]),
            _text(5, info["Label"]),
            _text(6, info["Type"]),
            _number(7, info["Precision"]),
            _number(8, info["Scale"]),
            _number(9, _NULLABLE[info["Nullable"]]),
            _number(10, int(info["CaseSensitive"])),
        )
    )


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
