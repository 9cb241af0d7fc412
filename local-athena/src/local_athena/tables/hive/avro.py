"""Avro schemas to Arrow's and back. fastavro reads and writes the records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from local_athena.errors import AthenaError

_PRIMITIVE: dict[str, pa.DataType] = {
    "boolean": pa.bool_(), "int": pa.int32(), "long": pa.int64(), "float": pa.float32(), "double": pa.float64(),
    "bytes": pa.binary(), "string": pa.string(), "null": pa.null(), "enum": pa.string(), "fixed": pa.binary(),
}  # fmt: skip
_LOGICAL: dict[str, pa.DataType] = {
    "date": pa.date32(), "timestamp-millis": pa.timestamp("ms"), "timestamp-micros": pa.timestamp("us"),
    "local-timestamp-millis": pa.timestamp("ms"), "local-timestamp-micros": pa.timestamp("us"), "uuid": pa.string(),
}  # fmt: skip


def arrow_schema(record: Mapping[str, Any]) -> pa.Schema:
    """The Arrow schema of a record's fields.

    :raises ValueError: for a union of several types or an unknown type.
    """
    return pa.schema([(field["name"], _arrow(field["type"])) for field in record["fields"]])


def _arrow(kind: Any) -> pa.DataType:
    if isinstance(kind, Sequence) and not isinstance(kind, str):
        branches = [branch for branch in kind if branch != "null"]
        if len(branches) != 1:
            raise ValueError(f"a union of several types cannot be read: {kind}")
        return _arrow(branches[0])
    if isinstance(kind, str):
        if kind not in _PRIMITIVE:
            raise ValueError(f"unknown Avro type {kind}")
        return _PRIMITIVE[kind]
    logical = kind.get("logicalType")
    if logical == "decimal":
        return pa.decimal128(kind["precision"], kind.get("scale", 0))
    if logical in _LOGICAL:
        return _LOGICAL[logical]
    name = kind["type"]
    if name == "array":
        return pa.list_(_arrow(kind["items"]))
    if name == "map":
        return pa.map_(pa.string(), _arrow(kind["values"]))
    if name == "record":
        return pa.struct([(field["name"], _arrow(field["type"])) for field in kind["fields"]])
    return _arrow(name)


def avro_schema(schema: pa.Schema) -> dict[str, Any]:
    """The inverse, every field nullable, as Hive writes it."""
    return _record("row", schema, [0])


def _record(name: str, fields: Any, counter: list[int]) -> dict[str, Any]:
    return {
        "type": "record",
        "name": name,
        "fields": [
            {"name": field.name, "type": ["null", _avro(field.type, counter)], "default": None} for field in fields
        ],
    }


def _avro(kind: pa.DataType, counter: list[int]) -> Any:
    if pa.types.is_decimal(kind):
        return {"type": "bytes", "logicalType": "decimal", "precision": kind.precision, "scale": kind.scale}
    if pa.types.is_date(kind):
        return {"type": "int", "logicalType": "date"}
    if pa.types.is_timestamp(kind):
        return {"type": "long", "logicalType": "timestamp-millis"}
    if pa.types.is_struct(kind):
        counter[0] += 1
        return _record(f"record{counter[0]}", kind, counter)
    if pa.types.is_map(kind):
        if not pa.types.is_string(kind.key_type):
            raise AthenaError("NOT_SUPPORTED", f"Avro maps have string keys, not {kind.key_type}")
        return {"type": "map", "values": ["null", _avro(kind.item_type, counter)]}
    if pa.types.is_list(kind):
        return {"type": "array", "items": ["null", _avro(kind.value_type, counter)]}
    if pa.types.is_integer(kind):
        return "long" if kind.bit_width == 64 else "int"
    for name, arrow in _PRIMITIVE.items():
        if kind == arrow and name not in ("enum", "fixed"):
            return name
    raise AthenaError("NOT_SUPPORTED", f"Avro has no type for {kind}")
