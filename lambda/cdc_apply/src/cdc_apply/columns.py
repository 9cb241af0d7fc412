"""Columns of the changelog's tables: the source's, as they are now and ever were, then those that tell of the change. No calls.

A table only grows. A column that the source has dropped stays and is null in what comes; one that it renamed is an old one that
stays and a new one. A type becomes wider where Iceberg allows it and narrower never: narrower values fit.
https://iceberg.apache.org/spec/#schema-evolution
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from lakeloop_changes import Change, Column
from lakeloop_changes.types import decimal_of
from pyiceberg import types as ice

from cdc_apply.errors import Unwritable

OF_THE_CHANGE: dict[str, ice.IcebergType] = {
    "_op": ice.StringType(),
    "_deleted": ice.BooleanType(),
    "_key": ice.StringType(),
    "_before": ice.StringType(),
    "_commit_lsn": ice.LongType(),
    "_lsn": ice.LongType(),
    "_rank": ice.IntegerType(),
    "_tx": ice.LongType(),
    "_snapshot": ice.StringType(),
    "_snapshot_rows": ice.LongType(),
    "_committed_at": ice.TimestampType(),
    "_captured_at": ice.TimestampType(),
    "_written_at": ice.TimestampType(),
}
"""Columns that every table has behind its source's."""
_TYPES: dict[str, ice.IcebergType] = {
    "boolean": ice.BooleanType(),
    "int": ice.IntegerType(),
    "bigint": ice.LongType(),
    "float": ice.FloatType(),
    "double": ice.DoubleType(),
    "varchar": ice.StringType(),
    "date": ice.DateType(),
    "timestamp": ice.TimestampType(),
    # An instant, in UTC and without a zone: a table that Athena creates can have no other.
    # https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-supported-data-types.html
    "timestamptz": ice.TimestampType(),
    "varbinary": ice.BinaryType(),
}
_WIDER = {("int", "bigint"), ("float", "double")}
_LONGEST_NAME = 255  # Glue's


def iceberg_type(word: str) -> ice.IcebergType:
    """The Iceberg type of the wire format's *word*."""
    decimal = decimal_of(word)
    return ice.DecimalType(*decimal) if decimal else _TYPES[word]


def names(columns: Sequence[Column]) -> dict[str, Column]:
    """*columns* by their names in the changelog: in lower case, of letters, digits and underscores, as Athena takes them unquoted.

    Raises:
        Unwritable: two have one name there.
    """
    found: dict[str, Column] = {}
    for column in columns:
        name = plain(column.name)
        if name in OF_THE_CHANGE:
            name = f"{name}_"
        if name in found:
            raise Unwritable(
                f"The columns {found[name].name!r} and {column.name!r} would both be {name} in the changelog"
            )
        found[name] = column
    return found


def plain(name: str) -> str:
    """*name* as a name in Glue."""
    return re.sub(r"[^a-z0-9_]", "_", name.lower())[:_LONGEST_NAME]


def table_name(schema: str, table: str) -> str:
    """The name in the changelog of *table* in *schema*."""
    return plain(f"{schema}_{table}")


def widened(known: Mapping[str, str], change: Change) -> dict[str, str]:
    """Columns, new ones and wider ones, that a table of the columns *known* needs for *change*: their types' words by name.

    Raises:
        Unwritable: a column is of a type that the table's column can neither hold nor become.
    """
    needed = {}
    for name, column in names(change.columns).items():
        has = known.get(name)
        if has is None:
            needed[name] = column.type
        elif not _holds(has, column.type):
            if not _holds(column.type, has):
                raise Unwritable(
                    f"The column {name} is {column.type} in this change and {has} in the changelog: no wider type of it. "
                    f"Rename the changelog's column, and it gets a new one: docs/CHANGES.md."
                )
            needed[name] = column.type
    return needed


def _holds(wide: str, narrow: str) -> bool:
    """Whether every value of type *narrow* is one of type *wide*, as Iceberg promotes types."""
    if wide == narrow or (narrow, wide) in _WIDER:
        return True
    of_wide, of_narrow = decimal_of(wide), decimal_of(narrow)
    return of_wide is not None and of_narrow is not None and of_wide[1] == of_narrow[1] and of_wide[0] >= of_narrow[0]


def fields(words: Mapping[str, str], first: int = 1) -> Iterable[ice.NestedField]:
    """Iceberg's fields of columns by name and word, numbered from *first*. A field's doc is its word."""
    for number, (name, word) in enumerate(words.items(), first):
        yield ice.NestedField(number, name, iceberg_type(word), required=False, doc=word)
