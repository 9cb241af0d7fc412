"""Columns of a columnar file that DuckDB casts otherwise, at any depth: bytes that a table has as text, text that it has as bytes,
and rows without a field in common.

Trino holds text and bytes alike, and only shows what is no UTF-8 otherwise; DuckDB's casts spell bytes out as ``\\xC3``, and read
them so.
"""

from __future__ import annotations

import pyarrow as pa
from sqlglot import exp

from local_athena.dialect.values.types import to_duckdb
from local_athena.errors import NotSupported
from local_athena.tables.hive.columnar.footers import FileColumn
from local_athena.tables.hive.lines.values import TEXT, identifier, literal

_LISTS = (exp.DType.ARRAY, exp.DType.LIST)
_BYTES = ("binary", "large_binary", "fixed_size_binary")
_TEXTS = ("string", "large_string", "dictionary<values=string", "dictionary<values=large_string")


def told(value: str, column: FileColumn, kind: exp.DataType, parquet: bool) -> str:
    """The DuckDB expression *value* of a file's *column*, which may be cast to *kind*.

    A row without a field that *kind* has is not there to Trino's reader of *parquet*, and one of NULLs to others:
    https://github.com/trinodb/trino/blob/423/lib/trino-parquet/src/main/java/io/trino/parquet/ParquetTypeUtils.java

    :raises NotSupported: for a row whose fields differ by their case alone.
    """
    if column.nested is not None:
        return _inside(value, column.nested, kind, parquet)
    return value if column.marked else _leaf(value, column.arrow, kind)


def _leaf(value: str, arrow: str, kind: exp.DataType) -> str:
    if kind.this in TEXT and arrow.startswith(_BYTES):
        return f"coalesce(TRY(decode({value})), trino_from_utf8({value}, chr(65533)))"
    return f"encode({value})" if kind.this == exp.DType.VARBINARY and arrow.startswith(_TEXTS) else value


def _inside(value: str, arrow: pa.DataType, kind: exp.DataType, parquet: bool) -> str:
    if pa.types.is_struct(arrow) and kind.this == exp.DType.STRUCT:
        wanted = {field.name.lower(): field.args["kind"] for field in kind.expressions}
        if len({field.name.lower() for field in arrow}) < arrow.num_fields:
            raise NotSupported("A row in a file whose fields differ by their case alone")
        parts = {
            field.name: _inside(f"({value}).{identifier(field.name)}", field.type, wanted[field.name.lower()], parquet)
            for field in arrow
            if field.name.lower() in wanted
        }
        if not parts:
            nothing = f"CAST(NULL AS {to_duckdb(kind)})"
            fields = ", ".join(f"{literal(name)}: CAST(NULL AS {to_duckdb(of)})" for name, of in wanted.items())
            return nothing if parquet else f"CASE WHEN {value} IS NOT NULL THEN {{{fields}}} END"
        if all(part == f"({value}).{identifier(name)}" for name, part in parts.items()):
            return value
        fields = ", ".join(f"{literal(name)}: {part}" for name, part in parts.items())
        return f"CASE WHEN {value} IS NOT NULL THEN {{{fields}}} END"
    if pa.types.is_map(arrow) and kind.this == exp.DType.MAP:
        sides = zip(("key", "value"), (arrow.key_type, arrow.item_type), kind.expressions, strict=True)
        key, item = (_inside(f"entry.{part}", of, own, parquet) for part, of, own in sides)
        if (key, item) == ("entry.key", "entry.value"):
            return value
        entries = f"list_transform(map_entries({value}), lambda entry: {{'k': {key}, 'v': {item}}})"
        return f"CASE WHEN {value} IS NOT NULL THEN map_from_entries({entries}) END"
    if (pa.types.is_list(arrow) or pa.types.is_large_list(arrow)) and kind.this in _LISTS:
        item = _inside("item", arrow.value_type, kind.expressions[0], parquet)
        return value if item == "item" else f"list_transform({value}, lambda item: {item})"
    return _leaf(value, str(arrow), kind)
