"""Hive's bucket of a row (version 1): Java's hash of each column, combined with 31.

https://cwiki.apache.org/confluence/display/Hive/LanguageManual+DDL+BucketedTables; Trino's ``HiveBucketingV1``.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from local_athena.errors import AthenaError

_TEXT = {exp.DType.VARCHAR, exp.DType.TEXT, exp.DType.CHAR, exp.DType.NCHAR}
_SMALL = {exp.DType.TINYINT, exp.DType.SMALLINT, exp.DType.INT}
_BITS = {
    exp.DType.DOUBLE: (0x7FF8000000000000, exp.DataType.build("bigint")),
    exp.DType.FLOAT: (0x7FC00000, exp.DataType.build("int")),
}
"""Java's one NaN, and the integer type that holds the bits."""
_MASK = 0xFFFFFFFF


def bucket(columns: Sequence[tuple[str, exp.DataType]], count: int) -> str:
    """A DuckDB expression for the bucket number, 0 to *count* - 1, of DuckDB expressions with their types.

    :raises AthenaError: ``NOT_SUPPORTED`` for a type that Athena does not bucket by.
    """
    total = "0::BIGINT"
    for expression, kind in columns:
        total = f"(({total} * 31 + coalesce({_hash(expression, kind)}, 0)) & {_MASK})"
    return f"CAST(({total} & 2147483647) % {count} AS INTEGER)"


def _hash(expression: str, kind: exp.DataType) -> str:
    """The 32-bit hash as a BIGINT; its upper bits mean nothing."""
    if kind.this in _SMALL:
        return f"({expression})::BIGINT"
    if kind.this == exp.DType.BIGINT:
        return f"xor({expression} & {_MASK}, ({expression} >> 32) & {_MASK})"
    if kind.this == exp.DType.BOOLEAN:
        return f"CAST({expression} AS BIGINT)"
    if kind.this == exp.DType.DATE:
        return f"CAST(({expression} - DATE '1970-01-01') AS BIGINT)"
    if kind.this in _TEXT:
        return _bytes_hash(f"encode({expression})")
    if kind.this in _BITS:
        nan, bits = _BITS[kind.this]
        return _hash(f"CASE WHEN isnan({expression}) THEN {nan} ELSE ({expression})::BIT::{bits.sql()} END", bits)
    if kind.this in (exp.DType.ARRAY, exp.DType.LIST):
        return _folded(_each(expression, kind.expressions[0]))
    if kind.this == exp.DType.MAP:
        keys, values = (
            _each(f"{side}({expression})", of)
            for side, of in zip(("map_keys", "map_values"), kind.expressions, strict=True)
        )
        return f"coalesce(list_sum(list_transform(list_zip({keys}, {values}), lambda p: xor(p[1], p[2]))), 0)::BIGINT"
    raise AthenaError(
        "NOT_SUPPORTED", f"Table bucketing on type {kind.sql(dialect='trino').lower()} is not supported by local Athena"
    )


def _each(items: str, kind: exp.DataType) -> str:
    """The hashes of the items of a list, 0 for NULL."""
    item = f"b{len(str(kind))}"
    return f"list_transform({items}, lambda {item}: coalesce({_hash(item, kind)}, 0) & {_MASK})"


def _folded(hashes: str) -> str:
    return f"list_reduce(list_prepend(0::BIGINT, {hashes}), lambda h, b: (31 * h + b) & {_MASK})"


def _bytes_hash(blob: str) -> str:
    """``31 * h + byte`` over signed bytes. DuckDB shows a byte as two hexadecimal digits."""
    digits = f"hex({blob})"
    byte = f"CAST('0x' || substr({digits}, 2 * i - 1, 2) AS BIGINT)"
    signed = f"CASE WHEN {byte} > 127 THEN {byte} - 256 ELSE {byte} END"
    items = f"list_transform(range(1, octet_length({blob}) + 1), lambda i: {signed})"
    return _folded(items)
