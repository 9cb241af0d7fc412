"""Hive's type spellings, as Glue keeps them, to Trino's types and back.

https://docs.aws.amazon.com/athena/latest/ug/data-types.html. Hive's timestamp is Trino's timestamp(3); Iceberg's is timestamp(6),
and Glue shows both as ``timestamp``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from sqlglot import exp

from local_athena.catalog.hive_grammar import is_type
from local_athena.dialect.values.types import from_datatype
from local_athena.errors import AthenaError
from local_athena.model import Column, trino_type

_SIMPLE = {
    "boolean": "boolean", "tinyint": "tinyint", "smallint": "smallint", "int": "integer", "integer": "integer", "bigint": "bigint",
    "float": "real", "real": "real", "double": "double", "string": "varchar", "binary": "varbinary", "date": "date",
    "timestamp": "timestamp(3)", "decimal": "decimal(10,0)", "varchar": "varchar", "char": "char(1)", "long": "bigint",
    "double precision": "double", "numeric": "decimal(10,0)",
}  # fmt: skip
_TO_HIVE = {
    exp.DType.BOOLEAN: "boolean", exp.DType.TINYINT: "tinyint", exp.DType.SMALLINT: "smallint", exp.DType.INT: "int",
    exp.DType.BIGINT: "bigint", exp.DType.FLOAT: "float", exp.DType.DOUBLE: "double", exp.DType.DATE: "date",
    exp.DType.VARBINARY: "binary", exp.DType.TEXT: "string", exp.DType.TIMESTAMP: "timestamp", exp.DType.TIMESTAMPNTZ: "timestamp",
}  # fmt: skip
_NESTED = re.compile(r"\s*(array|map|struct)\s*<(.*)>\s*$", re.DOTALL | re.IGNORECASE)
_SIZED = re.compile(r"\s*(decimal|numeric|varchar|char)\s*\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\)\s*$", re.IGNORECASE)
_LARGEST = {"varchar": 65_535, "char": 255}
_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z_0-9]*")


def trino_spelling(hive: str) -> str:
    """The Trino type, as text, of a Hive type such as ``map<string,array<struct<a:int>>>``.

    :raises AthenaError: ``HIVE_UNSUPPORTED_FORMAT`` for a type that Athena does not read.
    """
    if nested := _NESTED.match(hive):
        kind, inside = nested[1].lower(), _split(nested[2])
        if kind == "struct":
            fields = [_field(part) for part in inside]
            return f"row({', '.join(f'{_quoted(name)} {trino_spelling(kind)}' for name, kind in fields)})"
        if len(inside) == (2 if kind == "map" else 1):
            return f"{kind}({', '.join(map(trino_spelling, inside))})"
    sized = _SIZED.match(hive)
    if sized and _in_bounds(sized[1].lower(), int(sized[2]), int(sized[3] or 0)):
        name = "decimal" if sized[1].lower() == "numeric" else sized[1].lower()
        return (
            f"{name}({','.join(size for size in sized.groups()[1:] if size)})"
            if name != "decimal"
            else (f"decimal({sized[2]},{sized[3] or 0})")
        )
    simple = _SIMPLE.get(" ".join(hive.lower().split()))
    if simple is None:
        raise AthenaError("HIVE_UNSUPPORTED_FORMAT", f"Unsupported Hive type: {hive}")
    return simple


def parts_of(hive: str) -> tuple[str, dict[str, str]]:
    """The kind of a nested Hive type and the types in it by name; an array's is ``$elem$``, a map's are ``$key$`` and ``$value$``.

    The kind of any other type is ``""``.
    """
    nested = _NESTED.match(hive)
    if nested is None:
        return "", {}
    kind, inside = nested[1].lower(), _split(nested[2])
    if kind == "struct":
        return kind, {name.lower(): part.strip() for name, part in map(_field, inside)}
    return kind, dict(zip(("$elem$",) if kind == "array" else ("$key$", "$value$"), inside, strict=True))


def _in_bounds(kind: str, size: int, scale: int) -> bool:
    """Whether Hive has a type of these sizes: https://docs.aws.amazon.com/athena/latest/ug/data-types.html

    A CTAS of ``''`` makes a varchar(0).
    """
    return (kind == "varchar" or size > 0) and size <= _LARGEST.get(kind, 38) and scale <= size


@lru_cache(maxsize=4096)
def from_hive(hive: str) -> exp.DataType:
    """``trino_spelling`` as a sqlglot type, which callers share: copy it before it goes into a tree."""
    return trino_type(trino_spelling(hive))


def to_hive(kind: exp.DataType) -> str:
    """The Hive spelling of a Trino type.

    :raises AthenaError: ``NOT_SUPPORTED: Unsupported Hive type: ...`` for those that Hive tables cannot hold (times, zoned
        timestamps, json, uuid, intervals).
    """
    inner = kind.expressions
    if kind.this == exp.DType.DECIMAL:
        sizes = [size.name for size in inner] or ["38", "0"]
        return f"decimal({sizes[0]},{sizes[1] if len(sizes) > 1 else 0})"
    if kind.this in (exp.DType.VARCHAR, exp.DType.TEXT):
        return _bounded("varchar", int(inner[0].name)) if inner else "string"
    if kind.this in (exp.DType.CHAR, exp.DType.NCHAR):
        return _bounded("char", int(inner[0].name) if inner else 1)
    if kind.this in (exp.DType.ARRAY, exp.DType.LIST) and inner:
        return f"array<{to_hive(inner[0])}>"
    if kind.this == exp.DType.MAP and len(inner) == 2:
        return f"map<{to_hive(inner[0])},{to_hive(inner[1])}>"
    if kind.this == exp.DType.STRUCT:
        fields = []
        for position, field in enumerate(inner):
            named = isinstance(field, exp.ColumnDef)
            name, field_kind = (field.name, field.args["kind"]) if named else (f"field{position}", field)
            fields.append(f"{name.lower()}:{to_hive(field_kind)}")
        return f"struct<{','.join(fields)}>"
    if kind.this in _TO_HIVE:
        return _TO_HIVE[kind.this]
    raise AthenaError("NOT_SUPPORTED", f"Unsupported Hive type: {from_datatype(kind)}")


def _bounded(kind: str, size: int) -> str:
    if size > _LARGEST[kind]:
        types = f"VARCHAR(<={_LARGEST[kind]}), VARCHAR" if kind == "varchar" else f"CHAR(<={_LARGEST[kind]})"
        raise AthenaError(
            "NOT_SUPPORTED", f"Unsupported Hive type: {kind}({size}). Supported {kind.upper()} types: {types}."
        )
    return f"{kind}({size})"


def check_storable(columns: Sequence[Column]) -> None:
    """Refuse what Hive tables cannot hold although there is a Hive type for it, in CTAS and UNLOAD.

    https://github.com/trinodb/trino/blob/master/plugin/trino-hive/src/main/java/io/trino/plugin/hive/HiveMetadata.java
    (``validateTimestampTypes``),
    https://github.com/trinodb/trino/blob/master/plugin/trino-hive/src/main/java/io/trino/plugin/hive/util/HiveTypeTranslator.java

    Trino refuses timestamps of less than three digits as well; nothing of them is lost here.

    :raises AthenaError: ``NOT_SUPPORTED`` for timestamps of more than three digits and for rows whose fields have no names.
    """
    for column in columns:
        for kind in column.type.find_all(exp.DataType):
            if isinstance(kind, exp.IntervalSpan):  # a part of an interval, which `to_hive` refuses
                continue
            shown = from_datatype(kind)
            if kind.this == exp.DType.STRUCT and not all(
                isinstance(field, exp.ColumnDef) for field in kind.expressions
            ):
                raise AthenaError(
                    "NOT_SUPPORTED",
                    f"Anonymous row type is not supported in Hive. Please give each field a name: {shown}",
                )
            if shown.name == "timestamp" and shown.precision > 3:
                raise AthenaError(
                    "NOT_SUPPORTED",
                    f"Incorrect timestamp precision for {shown}; the configured precision is MILLISECONDS; "
                    f"column name: {column.name.lower()}",
                )


def columns_from_glue(columns: Sequence[Mapping[str, object]], table: str) -> tuple[Column, ...]:
    """Columns of *table* of Glue, or its partition keys, with Trino types and lower-case names.

    :raises AthenaError: for a type that is none in Hive's grammar, which Glue takes:
        https://github.com/trinodb/trino/pull/16677, https://github.com/hashicorp/terraform-provider-aws/issues/40867
    """
    return tuple(
        Column(str(column["Name"]).lower(), from_hive(_type(column, table)), _text(column.get("Comment")))
        for column in columns
    )


def _type(column: Mapping[str, object], table: str) -> str:
    kind = column.get("Type")
    if not is_type(str(kind or "").lower()):
        raise AthenaError(
            "HIVE_INVALID_METADATA",
            f"Glue table '{table}' column '{column['Name']}' has invalid data type: {kind or ''}",
        )
    return str(kind)


def columns_to_glue(columns: Sequence[Column]) -> list[dict[str, str]]:
    """The inverse of ``columns_from_glue``."""
    return [
        {
            "Name": column.name.lower(),
            "Type": to_hive(column.type),
            **({"Comment": column.comment} if column.comment else {}),
        }
        for column in columns
    ]


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _split(text: str) -> list[str]:
    """*text* at the commas outside brackets."""
    parts, depth, start = [], 0, 0
    for at, character in enumerate(text):
        if character in "<(":
            depth += 1
        elif character in ">)":
            depth -= 1
        elif character == "," and depth == 0:
            parts.append(text[start:at])
            start = at + 1
    return [part.strip() for part in [*parts, text[start:]]]


def _field(text: str) -> tuple[str, str]:
    name, colon, kind = text.partition(":")
    if not colon:
        raise AthenaError("HIVE_UNSUPPORTED_FORMAT", f"Unsupported Hive type: struct<{text}>")
    return name.strip().strip("`"), kind


def _quoted(name: str) -> str:
    return name if _PLAIN_NAME.fullmatch(name) else '"' + name.replace('"', '""') + '"'
