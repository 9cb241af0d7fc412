"""How the columns of a data file are named and numbered, read from its footer.

Columns are found by field id, so that renamed, added, dropped and widened ones are read right from files of any age:
https://iceberg.apache.org/spec/#column-projection
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from pyiceberg import types as ice
from pyiceberg.table.name_mapping import MappedField, NameMapping

from local_athena.tables.iceberg.types import quoted, to_duckdb

_FIELD_ID = b"PARQUET:field_id"


@dataclass(frozen=True)
class Node:
    """A column or nested field of a file; lists have one child, maps two (key, value)."""

    name: str
    id: int | None
    children: tuple[Node, ...] = ()
    kind: str = ""
    """Arrow's type, as it writes it."""


@lru_cache(maxsize=50_000)
def layout(path: Path) -> tuple[Node, ...]:
    """The columns of the Parquet file at *path*, a path of the cache, which never shows two contents.

    :raises pa.ArrowException: the file is not a sound Parquet file.
    """
    return tuple(_node(field) for field in pq.read_schema(path))


def _node(field: pa.Field) -> Node:
    number = int((field.metadata or {}).get(_FIELD_ID, -1))
    kind = field.type
    children: tuple[pa.Field, ...] = ()
    if pa.types.is_map(kind):
        children = (kind.key_field, kind.item_field)
    elif pa.types.is_list(kind) or pa.types.is_large_list(kind):
        children = (kind.value_field,)
    elif pa.types.is_struct(kind):
        children = tuple(kind.fields)
    return Node(field.name, number if number >= 0 else None, tuple(_node(child) for child in children), str(kind))


def mapped(
    nodes: tuple[Node, ...], mapping: NameMapping | None, fields: tuple[ice.NestedField, ...]
) -> tuple[Node, ...]:
    """*nodes* of a file without field ids, numbered by the table's name mapping or else by the columns' names."""
    if mapping:
        return tuple(_by_mapping(node, list(mapping)) for node in nodes)
    ids = {field.name.lower(): field for field in fields}
    return tuple(_by_name(node, ids.get(node.name.lower())) for node in nodes)


def _by_mapping(node: Node, mapping: list[MappedField]) -> Node:
    found = next((entry for entry in mapping if node.name in entry.names), None)
    inner = list(found.fields) if found else []
    return Node(
        node.name,
        found.field_id if found else None,
        tuple(_by_mapping(child, inner) for child in node.children),
        node.kind,
    )


def _by_name(node: Node, field: ice.NestedField | None) -> Node:
    inner = _children(field.field_type) if field else ()
    match field.field_type if field else None:
        case ice.ListType() | ice.MapType():
            pairs: list[tuple[Node, ice.NestedField | None]] = [*zip(node.children, inner, strict=False)]
        case _:
            names = {child.name.lower(): child for child in inner}
            pairs = [(child, names.get(child.name.lower())) for child in node.children]
    children = tuple(_by_name(child, other) for child, other in pairs)
    return Node(node.name, field.field_id if field else None, children, node.kind)


def _children(of: ice.IcebergType) -> tuple[ice.NestedField, ...]:
    match of:
        case ice.StructType():
            return of.fields
        case ice.ListType():
            return (of.element_field,)
        case ice.MapType():
            return (of.key_field, of.value_field)
    return ()


def is_plain(node: Node | None, field: ice.NestedField) -> bool:
    """Whether DuckDB's own matching (top level by id, nested fields by name) reads *field* right."""
    if node is None or not node.children:
        return True
    inner = _children(field.field_type)
    if not isinstance(field.field_type, ice.StructType):
        return all(is_plain(*pair) for pair in zip(node.children, inner, strict=False))
    by_id = {child.id: child for child in node.children}
    names = {child.name for child in node.children}
    for wanted in inner:
        child = by_id.get(wanted.field_id)
        if (child.name != wanted.name if child else wanted.name in names) or not is_plain(child, wanted):
            return False
    return True


def is_exact(node: Node | None, field: ice.NestedField) -> bool:
    """Whether the file holds *field* under its own name, and everything inside it under theirs and in their order."""
    if node is None or node.name != field.name:
        return False
    inner = _children(field.field_type)
    if not isinstance(field.field_type, ice.StructType):  # what is inside lists and maps has a name of the format's
        pairs = zip(node.children, inner, strict=False)
        return all(is_exact(replace(child, name=wanted.name), wanted) for child, wanted in pairs)
    return [child.id for child in node.children] == [wanted.field_id for wanted in inner] and all(
        is_exact(*pair) for pair in zip(node.children, inner, strict=True)
    )


def projection(value: str, node: Node | None, of: ice.IcebergType, depth: int = 0) -> str:
    """SQL that turns *value*, read as the file has it, into a value of type *of*."""
    if node is None:
        return f"CAST(NULL AS {to_duckdb(of)})"
    inner = _children(of)
    if isinstance(of, ice.StructType):
        by_id = {child.id: child for child in node.children}
        parts = []
        for field in inner:
            child = by_id.get(field.field_id)
            extracted = f"struct_extract({value}, {_text(child.name)})" if child else ""
            parts.append(f"{quoted(field.name)} := {projection(extracted, child, field.field_type, depth)}")
        return f"CASE WHEN {value} IS NULL THEN NULL ELSE struct_pack({', '.join(parts)}) END"
    name = f"x{depth}"
    if isinstance(of, ice.ListType):
        return (
            f"list_transform({value}, lambda {name}: {projection(name, node.children[0], of.element_type, depth + 1)})"
        )
    if isinstance(of, ice.MapType):
        key = projection(f"{name}.key", node.children[0], of.key_type, depth + 1)
        item = projection(f"{name}.value", node.children[1], of.value_type, depth + 1)
        entries = f"list_transform(map_entries({value}), lambda {name}: struct_pack(key := {key}, value := {item}))"
        return f"map_from_entries({entries})"
    return f"CAST({value} AS {to_duckdb(of)})"


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
