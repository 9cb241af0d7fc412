"""Equality deletes: rows that are gone for the values that they have.

One applies to data files of an older sequence number, in its own partition, or in all where its partition spec has none:
https://iceberg.apache.org/spec/#scan-planning
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pyiceberg import types as ice
from pyiceberg.manifest import DataFile, DataFileContent
from pyiceberg.table.metadata import TableMetadata

from local_athena.tables.iceberg.types import quoted, to_duckdb


@dataclass(frozen=True)
class EqualityDeletes:
    """Delete files that compare the same columns, ``fields``; ``relation`` has the columns ``$sequence``, ``$scope``, and one for
    each field by its number."""

    fields: tuple[ice.NestedField, ...]
    relation: str

    def keeps(self, sequence: str, scope: str, value: Callable[[ice.NestedField], str]) -> str:
        """The condition of rows that stay, from SQL for the sequence number and the scope of their file, and for their values."""
        same = "".join(f" AND e.{_column(f)} IS NOT DISTINCT FROM {value(f)}" for f in self.fields)
        return (
            f'NOT EXISTS (FROM {self.relation} AS e WHERE e."$sequence" > {sequence} '
            f'AND (e."$scope" IS NULL OR e."$scope" = {scope}){same})'
        )


class Scopes:
    """A number for each partition that has deletes of its own."""

    def __init__(self, deletes: Iterable[DataFile], metadata: TableMetadata) -> None:
        specs = metadata.specs()
        found = dict.fromkeys(_partition(file) for file in deletes if specs[file.spec_id].fields)
        self._numbers: Mapping[object, int] = {key: number for number, key in enumerate(found, 1)}

    def of(self, file: DataFile) -> int | None:
        return self._numbers.get(_partition(file))


def _partition(file: DataFile) -> object:
    return file.spec_id, file.partition


def equality_deletes(
    deletes: Sequence[DataFile],
    paths: Mapping[str, Path],
    sequences: Mapping[str, int],
    scopes: Scopes,
    metadata: TableMetadata,
) -> list[EqualityDeletes]:
    """The equality deletes among *deletes*; *paths* are local copies by the files' own paths."""
    groups: dict[tuple[int, ...], list[DataFile]] = {}
    for file in deletes:
        if file.content == DataFileContent.EQUALITY_DELETES:
            groups.setdefault(tuple(file.equality_ids or ()), []).append(file)
    found = []
    for numbers, files in groups.items():
        fields = tuple(_field(metadata, number) for number in numbers)
        items = ", ".join(
            f"{f.field_id}: {{name: '{f.field_id}', type: '{to_duckdb(f.field_type)}', default_value: NULL}}"
            for f in fields
        )
        selects = (
            f'SELECT {sequences[file.file_path]}::BIGINT AS "$sequence", {_number(scopes.of(file))} AS "$scope", * '
            f"FROM read_parquet({_text(str(paths[file.file_path]))}, schema = MAP {{{items}}})"
            for file in files
        )
        found.append(EqualityDeletes(fields, f"({' UNION ALL '.join(selects)})"))
    return found


def _field(metadata: TableMetadata, number: int) -> ice.NestedField:
    """The column as it is now, or as it was when it was dropped."""
    schemas = [metadata.schema(), *sorted(metadata.schemas, key=lambda schema: -schema.schema_id)]
    return next(schema.find_field(number) for schema in schemas if number in schema.field_ids)


def _column(field: ice.NestedField) -> str:
    return quoted(str(field.field_id))


def _number(value: int | None) -> str:
    return "NULL::BIGINT" if value is None else f"{value}::BIGINT"


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
