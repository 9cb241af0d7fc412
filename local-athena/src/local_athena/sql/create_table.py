"""``CREATE [EXTERNAL] TABLE`` in Hive's words, for Hive and for Iceberg tables.

https://docs.aws.amazon.com/athena/latest/ug/create-table.html
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from local_athena.errors import AthenaError
from local_athena.sql.hive_types import column_type
from local_athena.sql.statements import CreateTable, HiveColumn, RowFormat
from local_athena.sql.tokens import Cursor

_DELIMITERS = {
    ("FIELDS", "TERMINATED", "BY"): "field.delim",
    ("ESCAPED", "BY"): "escape.delim",
    ("COLLECTION", "ITEMS", "TERMINATED", "BY"): "collection.delim",
    ("MAP", "KEYS", "TERMINATED", "BY"): "mapkey.delim",
    ("LINES", "TERMINATED", "BY"): "line.delim",
    ("NULL", "DEFINED", "AS"): "serialization.null.format",
}
_COUNTED = ("bucket", "truncate")
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|([0-3]?[0-7]{1,2})|(.))", re.DOTALL)
_LETTERS = {"t": "\t", "n": "\n", "r": "\r", "0": "\0"}


def create_table(cursor: Cursor) -> CreateTable:
    """Reads from behind CREATE to the end of the statement; clauses come in Hive's order, each once.

    https://github.com/apache/hive/blob/rel/release-2.3.9/ql/src/java/org/apache/hadoop/hive/ql/parse/HiveParser.g
    """
    external = cursor.accept("EXTERNAL")
    cursor.expect("TABLE")
    if_not_exists = cursor.accept("IF", "NOT", "EXISTS")
    table = cursor.name()
    columns = hive_columns(cursor) if cursor.ahead("(") else ()
    names = [column.name for column in columns]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise AthenaError("FAILED", f"SemanticException [Error 10036]: Duplicate column name: {twice}")
    clauses: dict[str, Any] = {}
    for words, clause in _CLAUSES:
        if "serde_properties" in clauses and clause is _serde_properties:
            continue
        if cursor.accept(*words):
            clauses |= clause(cursor)
    cursor.end()
    row_format = clauses.pop("row_format", RowFormat())
    serde_properties = clauses.pop("serde_properties", {})
    row_format = RowFormat(row_format.serde, {**row_format.properties, **serde_properties})
    return CreateTable(table, columns, external, if_not_exists, row_format=row_format, **clauses)


def _comment(cursor: Cursor) -> dict[str, Any]:
    return {"comment": cursor.string()}


def _clustered_by(cursor: Cursor) -> dict[str, Any]:
    columns = cursor.list(cursor.identifier)
    cursor.expect("INTO")
    count = cursor.number()
    cursor.expect("BUCKETS")
    return {"bucketed_by": columns, "bucket_count": count}


def _serde_properties(cursor: Cursor) -> dict[str, Any]:
    return {"serde_properties": property_list(cursor)}


def _stored_as(cursor: Cursor) -> dict[str, Any]:
    if cursor.accept("INPUTFORMAT"):
        input_format = cursor.string()
        cursor.expect("OUTPUTFORMAT")
        return {"stored_as": (input_format, cursor.string())}
    return {"stored_as": cursor.identifier().upper()}


def _location(cursor: Cursor) -> dict[str, Any]:
    return {"location": cursor.string()}


def _properties(cursor: Cursor) -> dict[str, Any]:
    return {"properties": property_list(cursor)}


def _partitioned_by(cursor: Cursor) -> dict[str, Any]:
    """Hive's ``(k string, n int)`` or Iceberg's ``(k, day(ts), bucket(4, id))``.

    The count comes first here and last in CTAS, ``ARRAY['bucket(id, 4)']``: what is returned is spelled as in CTAS.
    Reserved words are names among Iceberg's, ``PARTITIONED BY (partition)``: awswrangler's ``test_athena_to_iceberg_cols_order``.
    """

    def item() -> HiveColumn | str:
        start = cursor.at
        name = cursor.identifier()
        if cursor.ahead(",") or cursor.ahead(")"):
            return _named(name)
        if cursor.ahead("("):
            return _transform(cursor, name)
        cursor.at = start
        return _listed(cursor, "table partition specification")

    items = cursor.list(item)
    if len({isinstance(found, str) for found in items}) > 1:
        cursor.fail("either columns with types or transforms")
    key = "partitioning" if isinstance(items[0], str) else "partition_columns"
    return {key: items}


def _transform(cursor: Cursor, name: str) -> str:
    cursor.expect("(")
    count = None
    if name in _COUNTED:
        count = cursor.number(f"Number, as in {name}(16, id)")
        cursor.expect(",")
    column = cursor.identifier()
    cursor.expect(")")
    return f"{name}({_named(column)})" if count is None else f"{name}({_named(column)}, {count})"


def _named(column: str) -> str:
    """A column as CTAS names it in ``partitioning``: in quotes where it is no plain word."""
    return column if re.fullmatch(r"\w+", column) else '"' + column.replace('"', '""') + '"'


def _row_format(cursor: Cursor) -> dict[str, Any]:
    if cursor.accept("SERDE"):
        return {"row_format": RowFormat(cursor.string(), {})}
    cursor.expect("DELIMITED")
    properties: dict[str, str] = {}
    for words, key in _DELIMITERS.items():
        if key == "escape.delim" and "field.delim" not in properties:
            continue
        if cursor.accept(*words):
            place, token = cursor.place(), cursor.token
            properties[key] = unescape(cursor.string())
            if key == "line.delim" and properties[key] not in ("\n", "10"):
                raise AthenaError(
                    "FAILED",
                    f"SemanticException {place.removeprefix('line ')} LINES TERMINATED BY only supports newline '\\n' right now. "
                    f"Error encountered near token ''{token.text if token else ''}''",
                )
    if "field.delim" in properties:
        properties["serialization.format"] = properties["field.delim"]
    return {"row_format": RowFormat(None, properties)}


def unescape(text: str) -> str:
    r"""A delimiter as written: ``\t``, ``\001`` and ``\u0001`` mean the character."""

    def character(match: re.Match[str]) -> str:
        unicode, octal, letter = match.groups()
        if unicode:
            return chr(int(unicode, 16))
        if octal:
            return chr(int(octal, 8))
        return _LETTERS.get(letter, letter)

    return _ESCAPE.sub(character, text) if len(text) > 1 else text


def hive_columns(cursor: Cursor, rule: str = "create table statement") -> tuple[HiveColumn, ...]:
    """``(a int, b array<string> COMMENT '...')``, a part of Hive's *rule*."""
    return cursor.list(lambda: _listed(cursor, rule))


def _listed(cursor: Cursor, rule: str) -> HiveColumn:
    column = hive_column(cursor)
    if not cursor.ahead(",") and not cursor.ahead(")"):
        cursor.mismatch(")", rule)
    return column


def hive_column(cursor: Cursor) -> HiveColumn:
    """``name type [COMMENT '...']``."""
    name = cursor.own_name("column specification")
    kind = column_type(cursor)
    return HiveColumn(name, kind, cursor.string() if cursor.accept("COMMENT") else None)


def property_list(cursor: Cursor) -> dict[str, str]:
    """``('a'='b', "c"="d")``."""

    def item() -> tuple[str, str]:
        key = cursor.string()
        cursor.expect("=")
        return key, cursor.string() if cursor.word == "" else str(cursor.literal())

    return dict(cursor.list(item))


_CLAUSES: tuple[tuple[tuple[str, ...], Callable[[Cursor], dict[str, Any]]], ...] = (
    (("COMMENT",), _comment),
    (("PARTITIONED", "BY"), _partitioned_by),
    (("CLUSTERED", "BY"), _clustered_by),
    (("ROW", "FORMAT"), _row_format),
    (("WITH", "SERDEPROPERTIES"), _serde_properties),
    (("STORED", "AS"), _stored_as),
    (("WITH", "SERDEPROPERTIES"), _serde_properties),
    (("LOCATION",), _location),
    (("TBLPROPERTIES",), _properties),
)
"""In their order. AWS's page has WITH SERDEPROPERTIES behind STORED AS, Hive behind ROW FORMAT."""
