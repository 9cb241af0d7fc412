"""ALTER TABLE: new metadata and no new data. Old files are read through field ids.

https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-evolving-table-schema.html
"""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterator, Mapping, Sequence

from pyiceberg.exceptions import CommitFailedException, ValidationError
from pyiceberg.table import Table
from pyiceberg.table.update.schema import UpdateSchema
from pyiceberg.types import DecimalType, DoubleType, FloatType, IcebergType, IntegerType, LongType, NestedField

from local_athena.errors import AthenaError
from local_athena.model import Column, TableName
from local_athena.tables.iceberg.catalog import GluePointer, commit_error
from local_athena.tables.iceberg.properties import checked, stored_names
from local_athena.tables.iceberg.types import ambiguous, from_trino, to_hive


class Alteration:
    """Changes to one table, each loaded and committed under the process's write lock.

    All raise ``IcebergCommitError`` when another writer came first.
    """

    def __init__(self, name: TableName, pointer: GluePointer) -> None:
        self._name, self._pointer = name, pointer

    def add_columns(self, columns: Sequence[Column]) -> None:
        """:raises AthenaError: ``COLUMN_ALREADY_EXISTS``, ``NOT_SUPPORTED`` (the type)."""
        with self._schema() as (table, update):
            known = {field.name.lower() for field in table.schema().fields}
            for column in columns:
                if column.name in known:
                    raise AthenaError("COLUMN_ALREADY_EXISTS", f"Column '{column.name}' already exists")
                known.add(column.name)
                update.add_column((column.name,), from_trino(column.type, itertools.count(1)), column.comment)

    def drop_column(self, name: str) -> None:
        """:raises AthenaError: ``COLUMN_NOT_FOUND``; ``NOT_SUPPORTED`` for a partition's source and for the last column."""
        with self._schema() as (table, update):
            field = self._field(table, name)
            if any(part.source_id == field.field_id for spec in table.specs().values() for part in spec.fields):
                raise AthenaError("NOT_SUPPORTED", f"Cannot drop partition field: {name}")
            if len(table.schema().fields) == 1:
                raise AthenaError("NOT_SUPPORTED", "Cannot drop the only column in a table")
            update.delete_column((field.name,))

    def change_column(self, name: str, new: Column, position: str | None = None) -> None:
        """Rename, widen and comment a column; *position* is "" for FIRST or the column that it comes AFTER.

        :raises AthenaError: ``COLUMN_NOT_FOUND``, ``COLUMN_ALREADY_EXISTS``; ``NOT_SUPPORTED`` for a type that Iceberg
            cannot promote to (https://iceberg.apache.org/spec/#schema-evolution).
        """
        with self._schema() as (table, update):
            field = self._field(table, name)
            wanted = from_trino(new.type, itertools.count(1))
            # Hive's spelling hides zones and nested ids: what is spelled alike stays as it is.
            if to_hive(field.field_type) != to_hive(wanted):
                if not field.field_type.is_primitive or not wanted.is_primitive:
                    raise AthenaError("NOT_SUPPORTED", f"Cannot change the type of column {name}: {field.field_type}")
                if not _widens(field.field_type, wanted):
                    raise AthenaError(
                        "NOT_SUPPORTED", f"Cannot change column type: {field.name}: {field.field_type} -> {wanted}"
                    )
                update.update_column((field.name,), wanted, doc=new.comment)
            elif new.comment is not None:
                update.update_column((field.name,), doc=new.comment)
            if new.name != field.name.lower():
                if any(other.name.lower() == new.name for other in table.schema().fields):
                    raise AthenaError("COLUMN_ALREADY_EXISTS", f"Column '{new.name}' already exists")
                update.rename_column((field.name,), new.name)
            if position == "":
                update.move_first((field.name,))
            elif position is not None:
                update.move_after((field.name,), (self._field(table, position).name,))

    def set_properties(self, properties: Mapping[str, str]) -> None:
        """:raises AthenaError: ``INVALID_TABLE_PROPERTY``."""
        kept = checked(dict(properties))
        with self._table() as table, table.transaction() as transaction:
            transaction.set_properties(kept)

    def unset_properties(self, names: Sequence[str]) -> None:
        with self._table() as table:
            present = [name for name in stored_names(names) if name in table.properties]
            if present:
                with table.transaction() as transaction:
                    transaction.remove_properties(*present)

    @contextlib.contextmanager
    def _table(self) -> Iterator[Table]:
        with self._pointer.exclusive(self._name):
            try:
                yield self._pointer.current(self._name)
            except CommitFailedException as error:
                raise commit_error(self._name, error) from error

    @contextlib.contextmanager
    def _schema(self) -> Iterator[tuple[Table, UpdateSchema]]:
        with self._table() as table:
            try:
                with table.update_schema(case_sensitive=False) as update:
                    yield table, update
            except (ValidationError, ValueError) as error:
                raise ambiguous(error) from error

    @staticmethod
    def _field(table: Table, name: str) -> NestedField:
        for field in table.schema().fields:
            if field.name.lower() == name.lower():
                return field
        raise AthenaError("COLUMN_NOT_FOUND", f"Column '{name}' does not exist")


def _widens(old: IcebergType, new: IcebergType) -> bool:
    """Whether files of *old* are read as *new*. PyIceberg takes another scale, and a text for a binary, besides.

    https://iceberg.apache.org/spec/#schema-evolution
    """
    if isinstance(old, DecimalType) and isinstance(new, DecimalType):
        return old.scale == new.scale and old.precision <= new.precision
    return (type(old), type(new)) in ((IntegerType, LongType), (FloatType, DoubleType))
