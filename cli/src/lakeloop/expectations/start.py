"""A suite to begin with: what the project declares of a raw table, as expectations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lakeloop_project.sources import Column, SourceTable

# Of texts that hold something else, as the check of raw files reads them (lakeloop_raw.values).
_WHOLE = r"^\s*[-+]?[0-9]+\s*$"
_NUMBER = r"^\s*[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?\s*$"
_DAY = r"^\s*[0-9]{4}-[0-9]{2}-[0-9]{2}\s*$"
_MOMENT = r"^\s*[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9]{2}:[0-9]{2}.*)?$"


def expectations(table: SourceTable) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Expectations of *table*: it has rows, the declared columns, values where they are required, texts of the right form."""
    yield "expect_table_row_count_to_be_between", {"min_value": 1}
    names = [column.name.lower() for column in table.columns]
    if names:
        yield "expect_table_columns_to_match_set", {"column_set": names, "exact_match": False}
    for column in table.columns:
        name = column.name.lower()
        if column.required or column.partition:
            yield "expect_column_values_to_not_be_null", {"column": name}
        if pattern := _pattern(column):
            yield "expect_column_values_to_match_regex", {"column": name, "regex": pattern}


def _pattern(column: Column) -> str:
    """The form of texts in *column*; empty if any text will do. An empty field of CSV is an empty text."""
    if column.holds is None or column.partition:
        return ""
    kind = str(column.holds)
    if column.holds.is_integer:
        found = _WHOLE
    elif kind.startswith(("decimal", "double", "real")):
        found = _NUMBER
    elif kind.startswith("timestamp"):
        found = _MOMENT
    elif kind == "date":
        found = _DAY
    else:
        return ""
    return found if column.required else f"{found}|^\\s*$"
