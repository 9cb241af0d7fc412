"""Which types a column of an ORC or Avro file is read as.

* https://github.com/trinodb/trino/blob/423/lib/trino-orc/src/main/java/io/trino/orc/reader/ColumnReaders.java, and
  ``OrcTypeTranslator`` of the Hive connector for text and moments
* https://avro.apache.org/docs/1.11.1/specification/#schema-resolution, the reader's schema being the table's columns
"""

from __future__ import annotations

from sqlglot import exp

from local_athena.dialect.values.types import from_datatype
from local_athena.errors import AthenaError, NotSupported
from local_athena.tables.hive.footers import FileColumn

_TEXT = {exp.DType.VARCHAR, exp.DType.TEXT, exp.DType.CHAR, exp.DType.NCHAR, exp.DType.VARBINARY}
_MOMENTS = {exp.DType.TIMESTAMP, exp.DType.TIMESTAMPNTZ, exp.DType.TIMESTAMPTZ}
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


def _arrow(column: FileColumn) -> str:
    return column.arrow.partition("<")[0].partition("[")[0].partition("(")[0]


def check_avro(column: FileColumn, kind: exp.DataType, uri: str, _size: int) -> None:
    """As ``check_orc``, for Avro, whose numbers only grow.

    :raises AthenaError: ``HIVE_CANNOT_OPEN_SPLIT``; ``NOT_SUPPORTED`` for moments over their numbers.
    """
    name = _arrow(column)
    if kind.this in _AS_NUMBERS.get(name, ()):
        raise NotSupported(f"An Avro column of type {name} as {from_datatype(kind)} ({column.name} in {uri})")
    types = _AVRO.get(name)
    if types is not None and kind.this not in types:
        raise AthenaError(
            "HIVE_CANNOT_OPEN_SPLIT",
            f"Avro type resolution error when initializing split from {uri}: column {column.name} of type {column.arrow} is not "
            f"read as {from_datatype(kind)}",
        )


def check_orc(column: FileColumn, kind: exp.DataType, uri: str, size: int) -> None:
    """Refuse a file of *size* bytes whose column cannot be of the table's type; types inside nested ones are not looked at.

    :raises AthenaError: ``HIVE_CANNOT_OPEN_SPLIT``, worded as Trino does.
    """
    name, types = _ORC.get(_arrow(column), ("", set()))
    if name and kind.this not in types:
        raise AthenaError(
            "HIVE_CANNOT_OPEN_SPLIT",
            f"Error opening Hive split {uri} (offset=0, length={size}): Malformed ORC file. Cannot read SQL type "
            f"'{from_datatype(kind)}' from ORC stream '.{column.name}' of type {name} with attributes {{}} [{uri}]",
        )
