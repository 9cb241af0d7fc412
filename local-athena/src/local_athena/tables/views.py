"""Views as AWS keeps them in Glue: ``/* Presto View: <base64 of JSON> */``, Trino's ``ViewDefinition``."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from local_athena.catalog.types import to_hive
from local_athena.dialect.values.coercion import coercible
from local_athena.dialect.values.types import from_datatype
from local_athena.errors import AthenaError, NotSupported
from local_athena.model import DEFAULT_CATALOG, Column, TableName, trino_type

_PREFIX, _SUFFIX = "/* Presto View: ", " */"


@dataclass(frozen=True)
class View:
    """``catalog`` and ``schema`` are those in which the text's short names are looked up."""

    sql: str
    catalog: str
    schema: str
    columns: tuple[Column, ...]

    def encoded(self) -> str:
        """The text of ViewOriginalText."""
        columns = [{"name": column.name, "type": str(from_datatype(column.type))} for column in self.columns]
        document = {"originalSql": self.sql, "catalog": self.catalog, "schema": self.schema, "columns": columns}
        return _PREFIX + base64.b64encode(json.dumps(document).encode()).decode() + _SUFFIX

    def glue_table(self, name: TableName) -> dict[str, Any]:
        """The TableInput of the view."""
        return {
            "Name": name.table,
            "TableType": "VIRTUAL_VIEW",
            "Parameters": {"presto_view": "true", "comment": "Presto View"},
            "PartitionKeys": [],
            "StorageDescriptor": {
                "Columns": [{"Name": column.name, "Type": _hive_type(column)} for column in self.columns],
                "Location": "",
                "NumberOfBuckets": 0,
                "SerdeInfo": {},
            },
            "ViewOriginalText": self.encoded(),
            "ViewExpandedText": "/* Presto View */",
        }


def is_view(table: Mapping[str, Any]) -> bool:
    return table.get("TableType") == "VIRTUAL_VIEW"


def decode(name: TableName, table: Mapping[str, Any]) -> View:
    """The view in a Glue table.

    :raises AthenaError: ``INVALID_VIEW`` for a view that Athena did not write (Hive's, Spark's).
    """
    if table.get("ViewDefinition"):
        raise NotSupported(f"A view of several dialects ({name})")
    text = str(table.get("ViewOriginalText") or "")
    try:
        if not (text.startswith(_PREFIX) and text.endswith(_SUFFIX)):
            raise ValueError("it is not in Athena's form")
        document = json.loads(base64.b64decode(text[len(_PREFIX) : -len(_SUFFIX)]))
        columns = tuple(Column(item["name"].lower(), trino_type(item["type"])) for item in document["columns"])
        catalog = str(document.get("catalog") or DEFAULT_CATALOG).lower()
        return View(document["originalSql"], catalog, str(document.get("schema") or name.database).lower(), columns)
    except (ValueError, KeyError, TypeError, binascii.Error) as error:
        raise AthenaError("INVALID_VIEW", f"Invalid view JSON of '{name}': {error}") from error


def check_fresh(name: TableName, stored: Sequence[Column], now: Sequence[Column], position: str) -> bool:
    """Refuse a view whose query no longer gives the columns it was made with; say whether their types are the very same.

    https://github.com/trinodb/trino/blob/master/core/trino-main/src/main/java/io/trino/sql/analyzer/StatementAnalyzer.java
    (``checkViewStaleness``)

    :raises AthenaError: ``VIEW_IS_STALE``, with the first column that changed.
    """

    def stale(why: str) -> AthenaError:
        return AthenaError("VIEW_IS_STALE", f"{position}: View '{name}' is stale or in invalid state: {why}")

    if len(stored) != len(now):
        raise stale(
            f"stored view column count ({len(stored)}) does not match column count derived from the view query "
            f"analysis ({len(now)})"
        )
    same = True
    for at, (old, new) in enumerate(zip(stored, now, strict=True)):
        had, has = from_datatype(old.type), from_datatype(new.type)
        found = f"column [{new.name.lower()}] of type {has} projected from query view at position {at}"
        known = f"column [{old.name}] of type {had} stored in view definition"
        if old.name != new.name.lower():
            raise stale(f"{found} has a different name from {known}")
        if has != had and not coercible(has, had):
            raise stale(f"{found} cannot be coerced to {known}")
        same = same and has == had
    return same


def _hive_type(column: Column) -> str:
    """Views may have columns that no Hive table has; Glue then gets Trino's own spelling, as on AWS."""
    try:
        return to_hive(column.type)
    except AthenaError:
        return str(from_datatype(column.type))
