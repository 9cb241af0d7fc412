"""Which types an ORC column is read as.

https://github.com/trinodb/trino/blob/423/lib/trino-orc/src/main/java/io/trino/orc/reader/ColumnReaders.java, and
``OrcTypeTranslator`` of the Hive connector for text and moments.
"""

from __future__ import annotations

from sqlglot import exp

from local_athena.dialect.types import from_datatype
from local_athena.errors import AthenaError
from local_athena.tables.hive.footers import FileColumn

_TEXT = {exp.DType.VARCHAR, exp.DType.TEXT, exp.DType.CHAR, exp.DType.NCHAR, exp.DType.VARBINARY}
_MOMENTS = {exp.DType.TIMESTAMP, exp.DType.TIMESTAMPNTZ, exp.DType.TIMESTAMPTZ}
_WHOLE = {exp.DType.SMALLINT, exp.DType.INT, exp.DType.BIGINT}
_READABLE: dict[str, tuple[str, set[exp.DType]]] = {
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


def check_orc(column: FileColumn, kind: exp.DataType, uri: str, size: int) -> None:
    """Refuse a file of *size* bytes whose column cannot be of the table's type; types inside nested ones are not looked at.

    :raises AthenaError: ``HIVE_CANNOT_OPEN_SPLIT``, worded as Trino does.
    """
    name, types = _READABLE.get(column.arrow.partition("<")[0].partition("[")[0].partition("(")[0], ("", set()))
    if name and kind.this not in types:
        raise AthenaError(
            "HIVE_CANNOT_OPEN_SPLIT",
            f"Error opening Hive split {uri} (offset=0, length={size}): Malformed ORC file. Cannot read SQL type "
            f"'{from_datatype(kind)}' from ORC stream '.{column.name}' of type {name} with attributes {{}} [{uri}]",
        )
