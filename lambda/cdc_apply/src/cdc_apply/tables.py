"""The changelog's Iceberg tables in Glue: made at their first change, kept in memory between invocations.

What is in memory may be stale. A commit fails then, and the table is loaded again.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from functools import cache
from typing import Any, cast

from lakeloop_changes import Change
from lakeloop_changes.types import is_word
from pyiceberg import types as ice
from pyiceberg.catalog.glue import GlueCatalog
from pyiceberg.exceptions import NoSuchTableError, TableAlreadyExistsError
from pyiceberg.expressions import And, EqualTo, IsNull
from pyiceberg.partitioning import PartitionField, PartitionSpec
from pyiceberg.schema import Schema
from pyiceberg.table import Table
from pyiceberg.transforms import DayTransform

from cdc_apply import columns
from cdc_apply.clients import client
from cdc_apply.configuration import Configuration

FOLDER = "changes/"
OF = "lakeloop.changes.of"
"""Property that names the one table whose changes these are: SOURCE SCHEMA.TABLE."""
_FIRST_PARTITION_FIELD = 1000
_IO = "pyiceberg.io.pyarrow.PyArrowFileIO"
_WORDS = ("boolean", "int", "bigint", "float", "double", "varchar", "date", "timestamp", "varbinary")
# https://iceberg.apache.org/docs/latest/configuration/; properties of OPTIMIZE and VACUUM are Athena's:
# https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-creating-tables.html#querying-iceberg-table-properties
_PROPERTIES = {
    "format-version": "2",
    # A commit that another came before is never sent again as it is: its rows may be in the table by now.
    "commit.retry.num-retries": "0",
    "commit.manifest-merge.enabled": "true",
    "write.metadata.delete-after-commit.enabled": "true",
    "write.metadata.previous-versions-max": "20",
    "write.parquet.compression-codec": "zstd",
    # Half of the time that the writer keeps snapshots for.
    "vacuum_max_snapshot_age_seconds": "1800",
}


class Tables:
    """The tables of a Glue database, whose files lie in ``changes/`` of a bucket."""

    def __init__(self, catalog: GlueCatalog, database: str, bucket: str) -> None:
        self._catalog = catalog
        self._database = database
        self._bucket = bucket
        self._loaded: dict[str, Table] = {}

    def get(self, name: str) -> Table | None:
        """The table *name*, as it was when it was loaded or committed to last; None if there is none."""
        if name not in self._loaded:
            try:
                self._loaded[name] = self._catalog.load_table((self._database, name))
            except NoSuchTableError:
                return None
        return self._loaded[name]

    def remembers(self, name: str) -> bool:
        """Whether the table *name* is in memory, and so may be old."""
        return name in self._loaded

    def create(self, name: str, of: str, words: Mapping[str, str]) -> None:
        """Make the table of the changes *of* a source's table, with columns by name and word, unless it is there."""
        schema = Schema(*columns.fields(words), *_of_the_change(len(words) + 1))
        # Another function may make it at the same moment.
        with contextlib.suppress(TableAlreadyExistsError):
            self._catalog.create_table(
                (self._database, name),
                schema,
                location=f"s3://{self._bucket}/{FOLDER}{name}",
                partition_spec=_by_day(schema),
                properties={**_PROPERTIES, OF: of},
            )

    def forget(self, name: str) -> None:
        """Have the table *name* loaded again before it is used again."""
        self._loaded.pop(name, None)


@cache
def tables(settings: Configuration) -> Tables:
    """The tables, the same for all invocations of an execution environment."""
    properties = {
        "py-io-impl": _IO,
        "s3.region": settings.region,
        "s3.connect-timeout": "5",
        "s3.request-timeout": "30",
    }
    if settings.endpoint:
        properties["s3.endpoint"] = settings.endpoint
    return Tables(GlueCatalog("changes", client("glue"), **properties), settings.database, settings.bucket)


def words(table: Table) -> dict[str, str]:
    """The columns of the source in *table*, by name, with their types' words."""
    found = table.schema().fields
    return {field.name: _word(field) for field in found if field.name not in columns.OF_THE_CHANGE}


def holds(table: Table, change: Change, row: Mapping[str, Any]) -> bool:
    """Whether *change*, whose *row* it would be, is in *table*."""
    names = ["_commit_lsn", "_lsn", "_op", "_committed_at", "_key", "_snapshot"]
    if change.key is None:
        names.append("_rank")
    null, equal = cast(Any, IsNull), cast(Any, EqualTo)  # their models' types know no names of columns
    found = [null(name) if row[name] is None else equal(name, row[name]) for name in names]
    # No limit: PyIceberg would read no more files than it takes for it, and the plan is by the day already.
    there = table.scan(row_filter=And(*found), selected_fields=("_op",)).to_arrow()
    return bool(there.num_rows)


def _word(field: ice.NestedField) -> str:
    """The word in the field's doc, which tells an instant from a local time; its type's, if somebody has changed that."""
    if field.doc and is_word(field.doc) and columns.iceberg_type(field.doc) == field.field_type:
        return field.doc
    if isinstance(field.field_type, ice.DecimalType):
        return f"decimal({field.field_type.precision},{field.field_type.scale})"
    return next((word for word in _WORDS if columns.iceberg_type(word) == field.field_type), str(field.field_type))


def _of_the_change(first: int) -> list[ice.NestedField]:
    return [
        ice.NestedField(number, name, of, required=False)
        for number, (name, of) in enumerate(columns.OF_THE_CHANGE.items(), first)
    ]


def _by_day(schema: Schema) -> PartitionSpec:
    committed = schema.find_field("_committed_at")
    return PartitionSpec(
        PartitionField(committed.field_id, _FIRST_PARTITION_FIELD, DayTransform(), "_committed_at_day"), spec_id=0
    )
