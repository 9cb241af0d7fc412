"""Which types a column of a Parquet, ORC or Avro file is read as, at any depth.

* https://github.com/trinodb/trino/blob/423/lib/trino-orc/src/main/java/io/trino/orc/reader/ColumnReaders.java, and
  ``OrcTypeTranslator`` of the Hive connector for text and moments
* https://avro.apache.org/docs/1.11.1/specification/#schema-resolution, the reader's schema being the table's columns
"""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
from sqlglot import exp

from local_athena.dialect.values.types import from_datatype
from local_athena.errors import AthenaError, NotSupported
from local_athena.tables.hive.columnar.footers import FileColumn

_TEXT = {exp.DType.VARCHAR, exp.DType.TEXT, exp.DType.CHAR, exp.DType.NCHAR, exp.DType.VARBINARY}
_MOMENTS = {exp.DType.TIMESTAMP, exp.DType.TIMESTAMPNTZ, exp.DType.TIMESTAMPTZ}
_INTEGERS = {exp.DType.TINYINT, exp.DType.SMALLINT, exp.DType.INT, exp.DType.BIGINT}
_WHOLE = {exp.DType.SMALLINT, exp.DType.INT, exp.DType.BIGINT}
_ORC: dict[str, tuple[str, set[exp.DType]]] = {
    "bool": ("BOOLEAN", {exp.DType.BOOLEAN}),
    "int8": ("BYTE", {exp.DType.TINYINT}),
    "int16": ("SHORT", _WHOLE),
    "int32": ("INT", _WHOLE),
    "int64": ("LONG", _WHOLE),
    "float": ("FLOAT", {exp.DType.FLOAT, exp.DType.DOUBLE}),
    "double": ("DOUBLE", {exp.DType.DOUBLE}),
    "string": ("STRING", {*_TEXT, *_MOMENTS}),
    "binary": ("BINARY", _TEXT),
    "date32": ("DATE", {exp.DType.DATE}),
    "timestamp": ("TIMESTAMP", {*_MOMENTS, exp.DType.VARCHAR, exp.DType.TEXT}),
    "decimal128": ("DECIMAL", {exp.DType.DECIMAL}),
    "list": ("LIST", {exp.DType.ARRAY, exp.DType.LIST}),
    "map": ("MAP", {exp.DType.MAP}),
    "struct": ("STRUCT", {exp.DType.STRUCT}),
}
"""By the beginning of Arrow's name: ORC's own, and the types of a table."""
_NUMBERS = {exp.DType.BIGINT, exp.DType.FLOAT, exp.DType.DOUBLE}
_AVRO: dict[str, set[exp.DType]] = {
    **{name: types for name, (_, types) in _ORC.items()},
    "int32": {exp.DType.TINYINT, exp.DType.SMALLINT, exp.DType.INT, *_NUMBERS},
    "int64": _NUMBERS,
    "string": _TEXT,
    "timestamp": _MOMENTS,
    "time32": set(),
    "time64": set(),
}
_AS_NUMBERS: dict[str, set[exp.DType]] = {
    "int32": {exp.DType.DATE},
    "int64": _MOMENTS,
    "timestamp": {exp.DType.BIGINT},
    "date32": {exp.DType.INT},
    "time32": {exp.DType.INT},
    "time64": {exp.DType.BIGINT},
}
"""Dates, moments and times of day over their numbers, and back: Avro has it, local Athena does not."""


_PARQUET: dict[str, set[exp.DType]] = {
    "BOOLEAN": {exp.DType.BOOLEAN},
    "INT32": {*_INTEGERS, exp.DType.DECIMAL, exp.DType.FLOAT, exp.DType.DOUBLE},
    "INT32 (DATE)": {exp.DType.DATE, *_MOMENTS},
    "INT64": {*_INTEGERS, exp.DType.DECIMAL, exp.DType.DOUBLE, exp.DType.FLOAT},
    "INT64 (TIMESTAMP)": _MOMENTS,
    "INT32 (TIME)": set(),
    "INT64 (TIME)": set(),
    "INT96": _MOMENTS,
    "FLOAT": {exp.DType.FLOAT, exp.DType.DOUBLE},
    "DOUBLE": {exp.DType.DOUBLE, exp.DType.FLOAT},
    "BYTE_ARRAY": _TEXT,
    "FIXED_LEN_BYTE_ARRAY": _TEXT,
    "LIST": {exp.DType.ARRAY, exp.DType.LIST},
    "MAP": {exp.DType.MAP},
    "STRUCT": {exp.DType.STRUCT},
}
"""By the physical Parquet type, or Arrow's name of a nested one."""
_PHYSICAL = {
    **dict.fromkeys(("int8", "int16", "int32", "uint8", "uint16"), "INT32"),
    **dict.fromkeys(("int64", "uint32", "uint64"), "INT64"),
    "bool": "BOOLEAN", "float": "FLOAT", "double": "DOUBLE", "date32": "INT32 (DATE)", "timestamp": "INT64 (TIMESTAMP)",
    "time32": "INT32 (TIME)", "time64": "INT64 (TIME)",
    "string": "BYTE_ARRAY", "binary": "BYTE_ARRAY", "fixed_size_binary": "FIXED_LEN_BYTE_ARRAY",
}  # fmt: skip


def _name(arrow: str) -> str:
    return arrow.partition("<")[0].partition("[")[0].partition("(")[0].removeprefix("large_")


def _parts(column: FileColumn, kind: exp.DataType) -> Iterator[tuple[str, str, exp.DataType]]:
    """The column and all inside it: a name as ORC's, Arrow's type, and the type that it is read as."""
    yield column.name, column.arrow, kind
    if column.nested is not None:
        yield from _inside(column.name, column.nested, kind)


def _inside(name: str, arrow: pa.DataType, kind: exp.DataType) -> Iterator[tuple[str, str, exp.DataType]]:
    pairs: list[tuple[str, pa.DataType, exp.DataType]] = []
    if pa.types.is_struct(arrow) and kind.this == exp.DType.STRUCT:
        there = {field.name.lower(): field.type for field in arrow}
        fields = [(field.name, field.args["kind"]) for field in kind.expressions]
        pairs = [(field, there[field.lower()], own) for field, own in fields if field.lower() in there]
    elif pa.types.is_map(arrow) and kind.this == exp.DType.MAP:
        pairs = [("key", arrow.key_type, kind.expressions[0]), ("value", arrow.item_type, kind.expressions[1])]
    elif (pa.types.is_list(arrow) or pa.types.is_large_list(arrow)) and kind.this in (exp.DType.ARRAY, exp.DType.LIST):
        pairs = [("item", arrow.value_type, kind.expressions[0])]
    for own, inner, wanted in pairs:
        yield f"{name}.{own}", str(inner), wanted
        yield from _inside(f"{name}.{own}", inner, wanted)


def check_avro(column: FileColumn, kind: exp.DataType, uri: str, _size: int) -> None:
    """As ``check_orc``, for Avro, whose numbers only grow.

    :raises AthenaError: ``HIVE_CANNOT_OPEN_SPLIT``; ``NOT_SUPPORTED`` for moments over their numbers.
    """
    for place, arrow, own in _parts(column, kind):
        name = _name(arrow)
        if own.this in _AS_NUMBERS.get(name, ()):
            raise NotSupported(f"An Avro column of type {name} as {from_datatype(own)} ({place} in {uri})")
        types = _AVRO.get(name)
        if types is not None and own.this not in types:
            raise AthenaError(
                "HIVE_CANNOT_OPEN_SPLIT",
                f"Avro type resolution error when initializing split from {uri}: column {place} of type {arrow} is not "
                f"read as {from_datatype(own)}",
            )


def check_orc(column: FileColumn, kind: exp.DataType, uri: str, size: int) -> None:
    """Refuse a file of *size* bytes whose column cannot be of the table's type.

    :raises AthenaError: ``HIVE_CANNOT_OPEN_SPLIT``, worded as Trino does.
    """
    for place, arrow, own in _parts(column, kind):
        name, types = _ORC.get(_name(arrow), ("", set()))
        if name and own.this not in types:
            raise AthenaError(
                "HIVE_CANNOT_OPEN_SPLIT",
                f"Error opening Hive split {uri} (offset=0, length={size}): Malformed ORC file. Cannot read SQL type "
                f"'{from_datatype(own)}' from ORC stream '.{place}' of type {name} with attributes {{}} [{uri}]",
            )


def _decimals(arrow: str) -> set[exp.DType]:
    """Whole ones are read as integers, too."""
    return {exp.DType.DECIMAL, *(_INTEGERS if arrow.endswith(", 0)") else ())}


def check_parquet(column: FileColumn, kind: exp.DataType, uri: str, _size: int) -> None:
    """Refuse a file whose column cannot be of the table's type.

    :raises AthenaError: ``HIVE_BAD_DATA``, worded as Athena does.
    """
    for place, arrow, own in _parts(column, kind):
        root = place == column.name
        told = (column.physical if root else _PHYSICAL.get(_name(arrow))) or arrow.partition("<")[0].upper()
        if arrow.startswith("decimal256"):  # beyond 38 digits, which DuckDB would misread
            told = arrow
        types = _decimals(arrow) if arrow.startswith("decimal128") else _PARQUET.get(told)
        if own.this not in (types or ()) and (types is not None or root):
            raise AthenaError(
                "HIVE_BAD_DATA",
                f"Field {place}'s type {told} in parquet file {uri} is incompatible with type "
                f"{from_datatype(own)} defined in table schema",
            )
