"""ColumnInfo: how Athena describes a result's columns.

https://docs.aws.amazon.com/athena/latest/APIReference/API_ColumnInfo.html
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlglot import exp

from local_athena.model import Column, trino_type

T = exp.DataType.Type

_NAMES = {
    T.FLOAT: "float",  # never "real": clients know no such result type
    T.INT: "integer",
    T.STRUCT: "row",
    T.TEXT: "varchar",
    T.TIMETZ: "time with time zone",
    T.TIMESTAMPTZ: "timestamp with time zone",
    T.GEOGRAPHY: "sphericalgeography",
    T.OBJECT: "bingtile",
}
_VARCHAR_UNBOUNDED = 2_147_483_647
_PRECISIONS = {
    T.TINYINT: 3,
    T.SMALLINT: 5,
    T.INT: 10,
    T.BIGINT: 19,
    T.FLOAT: 17,
    T.DOUBLE: 17,
    T.DECIMAL: 38,
    T.CHAR: 1,
    T.VARCHAR: _VARCHAR_UNBOUNDED,
    T.TEXT: _VARCHAR_UNBOUNDED,
    T.VARBINARY: 1_073_741_824,
    T.TIME: 3,
    T.TIMETZ: 3,
    T.TIMESTAMP: 3,
    T.TIMESTAMPTZ: 3,
}
_CASE_SENSITIVE = {T.VARCHAR, T.CHAR, T.TEXT}
_EXACT = {T.DECIMAL, T.VARCHAR, T.CHAR}

ROWS_COLUMN = Column("rows", trino_type("bigint"))
"""The only column of what INSERT, CTAS and their like answer: no row, but this description."""


def type_parameters(type_: exp.DataType) -> list[int]:
    """The numbers in a type's parentheses: ``[10, 2]`` for ``decimal(10, 2)``."""
    return [int(p.name) for p in type_.expressions if isinstance(p, exp.DataTypeParam)]


def type_name(type_: exp.DataType) -> str:
    """The name without parameters that Athena gives for *type_*, such as ``integer`` or ``array``."""
    kind = type_.this
    if kind == T.USERDEFINED:  # a type that sqlglot does not know
        return str(type_.args.get("kind")).lower()
    if isinstance(kind, exp.DataType.Type):
        return _NAMES.get(kind) or kind.value.lower()
    return str(type_.sql("trino")).lower()


def column_info(column: Column) -> dict[str, Any]:
    """The ColumnInfo of *column*."""
    kind = column.type.this
    parameters = type_parameters(column.type)
    precision, scale = _PRECISIONS.get(kind, 0), 0
    if kind in _EXACT and parameters:
        precision = parameters[0]
        scale = parameters[1] if len(parameters) > 1 else 0
    return {
        "CatalogName": "hive",
        "SchemaName": "",
        "TableName": "",
        "Name": column.name,
        "Label": column.name,
        "Type": type_name(column.type),
        "Precision": precision,
        "Scale": scale,
        "Nullable": "UNKNOWN",
        "CaseSensitive": kind in _CASE_SENSITIVE,
    }


def column_infos(columns: Sequence[Column]) -> list[dict[str, Any]]:
    """ColumnInfo for every one of *columns*, in order."""
    return [column_info(column) for column in columns]
