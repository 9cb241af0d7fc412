"""Avro schemas to Arrow's and back. fastavro reads and writes the records."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

import pyarrow as pa
from sqlglot import exp

from local_athena.errors import AthenaError, NotSupported
from local_athena.model import Column
from local_athena.tables.hive.lines.values import TEXT

_PRIMITIVE: dict[str, pa.DataType] = {
    "boolean": pa.bool_(), "int": pa.int32(), "long": pa.int64(), "float": pa.float32(), "double": pa.float64(),
    "bytes": pa.binary(), "string": pa.string(), "null": pa.null(), "enum": pa.string(), "fixed": pa.binary(),
}  # fmt: skip
_LOGICAL: dict[tuple[Any, Any], pa.DataType] = {
    ("int", "date"): pa.date32(), ("string", "uuid"): pa.string(),
    ("long", "timestamp-millis"): pa.timestamp("ms"), ("long", "timestamp-micros"): pa.timestamp("us"),
    ("long", "local-timestamp-millis"): pa.timestamp("ms"), ("long", "local-timestamp-micros"): pa.timestamp("us"),
    ("int", "time-millis"): pa.time32("ms"), ("long", "time-micros"): pa.time64("us"),
}  # fmt: skip


type Names = dict[str, Any]
"""Definitions by name, with their namespace and without: files refer to types that they have defined before."""


def arrow_schema(record: Mapping[str, Any]) -> pa.Schema:
    """The Arrow schema of a record's fields.

    :raises ValueError: for an unknown type.
    :raises NotSupported: for a union of several types, or a record inside itself.
    """
    names: Names = {}
    _define(record, names)
    return pa.schema([(field["name"], _arrow(field["type"], names, ())) for field in record["fields"]])


def _define(kind: Mapping[str, Any], names: Names) -> None:
    name = kind["name"]
    names[name] = kind
    names[name.rpartition(".")[2]] = kind
    if "namespace" in kind:
        names[f"{kind['namespace']}.{name}"] = kind


def _arrow(kind: Any, names: Names, inside: tuple[str, ...]) -> pa.DataType:
    """*inside* are the names of the records around."""
    if isinstance(kind, Sequence) and not isinstance(kind, str):
        branches = [branch for branch in kind if branch != "null"]
        if len(branches) > 1:
            raise NotSupported("An Avro union of several types")
        return _arrow(branches[0] if branches else "null", names, inside)
    if isinstance(kind, str):
        if kind in _PRIMITIVE and kind not in ("enum", "fixed"):
            return _PRIMITIVE[kind]
        found = names.get(kind) or names.get(kind.rpartition(".")[2])
        if found is None:
            raise ValueError(f"unknown Avro type {kind}")
        return _arrow(found, names, inside)
    logical = kind.get("logicalType")
    name = kind["type"]
    if isinstance(name, str) and name in ("record", "error", "enum", "fixed"):
        _define(kind, names)
    if logical == "decimal":
        return pa.decimal128(kind["precision"], kind.get("scale", 0))
    if (name, logical) in _LOGICAL:
        return _LOGICAL[name, logical]
    if name == "array":
        return pa.list_(_arrow(kind["items"], names, inside))
    if name == "map":
        return pa.map_(pa.string(), _arrow(kind["values"], names, inside))
    if name in ("record", "error"):
        if kind["name"] in inside:
            raise NotSupported(f"An Avro record inside itself ({kind['name']})")
        around = (*inside, kind["name"])
        return pa.struct([(field["name"], _arrow(field["type"], names, around)) for field in kind["fields"]])
    return _PRIMITIVE[name] if isinstance(name, str) and name in _PRIMITIVE else _arrow(name, names, inside)


def resolved(literal: str, written: Any) -> Any:
    """The schema of *literal* for a reader of files of the schema *written*: Java resolves records whatever their names are.

    https://github.com/apache/avro/blob/release-1.11.1/lang/java/avro/src/main/java/org/apache/avro/Resolver.java
    """
    reader = json.loads(literal)
    names = sorted({record["name"].rpartition(".")[2] for record in _records(written)})
    for record in _records(reader):
        record["aliases"] = [*(record.get("aliases") or ()), *names]
    return reader


def _records(schema: Any) -> Iterator[dict[str, Any]]:
    if isinstance(schema, list):
        for branch in schema:
            yield from _records(branch)
    elif isinstance(schema, dict):
        if schema.get("type") in ("record", "error"):
            yield schema
        for part in ("items", "values", "type"):
            yield from _records(schema.get(part))
        for field in schema.get("fields") or ():
            yield from _records(field["type"])


def column_names(fields: Sequence[str], given: bool) -> list[str]:
    """The columns that a table knows these fields as. Columns are in lower case, and Avro's schema resolution minds the case: only
    in a schema that the table was *given* a field is found in any case, if no other is called so.

    https://github.com/trinodb/trino/blob/440/plugin/trino-hive/src/main/java/io/trino/plugin/hive/avro/AvroHiveFileUtils.java
    """
    there = [*map(str.lower, fields)]
    found = given and len({*there}) == len(there)
    return [
        low if low == name or found else f"{name} at {at}"
        for at, (name, low) in enumerate(zip(fields, there, strict=True))
    ]


def check_schema(literal: str | None, columns: Sequence[Column], used: Collection[str]) -> None:
    """Refuse to read files by a schema that Avro does not have, or that *literal* has not.

    :raises AthenaError: ``HIVE_CANNOT_OPEN_SPLIT`` for maps whose keys are no text in any of *columns*, of which the schema is made
        where none was given; for one of those *used* that *literal* lacks.
    """
    if literal is None:
        for column in columns:
            maps = column.type.find_all(exp.DataType)
            if any(kind.this == exp.DType.MAP and kind.expressions[0].this not in TEXT for kind in maps):
                raise AthenaError("HIVE_CANNOT_OPEN_SPLIT", f"Key of Map must be a String ({column.name})")
        return
    schema = json.loads(literal)
    there = {str(field["name"]).lower() for field in schema["fields"]}
    lacking = next((column.name for column in columns if column.name in used and column.name not in there), None)
    if lacking is not None:
        full = ".".join(filter(None, (schema.get("namespace"), schema["name"])))
        raise AthenaError("HIVE_CANNOT_OPEN_SPLIT", f"Unable to find column {lacking} in table Avro schema {full}")


def raw(value: Any) -> Any:
    """*value* with UUIDs as text, at any depth."""
    if isinstance(value, dict):
        return {key: raw(item) for key, item in value.items()}
    if isinstance(value, list):
        return [raw(item) for item in value]
    return str(value) if isinstance(value, UUID) else value


def has_uuids(schema: Any) -> bool:
    """Whether ``raw`` changes anything in the rows of a file of this schema."""
    if isinstance(schema, Mapping):
        return schema.get("logicalType") == "uuid" or any(has_uuids(part) for part in schema.values())
    return isinstance(schema, list) and any(has_uuids(part) for part in schema)


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
