"""A source table as the project declares it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from lakeloop_project.sources.types import Type

FORMATS = ("parquet", "csv", "json")


class Kind(StrEnum):
    """Origin of a source's rows."""

    RAW = "raw"
    """Files in the raw zone: Lakeloop checks them and makes the table."""
    BUILT = "built"
    """A seed, model or snapshot of the project, named as a source: dbt makes the table."""
    GLUE = "glue"
    """A table that exists in Glue already: only read, never touched."""


@dataclass(frozen=True)
class Column:
    """A declared column.

    ``type`` is None where the project gives no ``data_type``. ``holds`` is the type that the values must parse as; None
    where any value of ``type`` will do. A ``partition`` column is in the names of folders and not in the files.
    """

    name: str
    type: Type | None = None
    holds: Type | None = None
    required: bool = False
    partition: bool = False


@dataclass(frozen=True)
class SourceTable:
    """A table of a source.

    ``folder`` is where its files lie in the raw zone, on disk and in the bucket (``orders``, or ``shop/orders`` where two
    sources have a table of that name). ``format`` is None where the project declares none. ``file`` is the YAML file that
    declares it, from the project's folder.
    """

    unique_id: str
    source: str
    name: str
    identifier: str
    database: str | None
    schema: str
    kind: Kind
    format: str | None
    columns: tuple[Column, ...]
    folder: str
    file: str

    @property
    def full_name(self) -> str:
        """``shop.orders``, as ``source()`` names it."""
        return f"{self.source}.{self.name}"

    @property
    def data_columns(self) -> tuple[Column, ...]:
        """The columns that are in the files."""
        return tuple(column for column in self.columns if not column.partition)

    @property
    def partition_keys(self) -> tuple[Column, ...]:
        """The columns that are in the names of folders, outermost first."""
        return tuple(column for column in self.columns if column.partition)

    @property
    def complete(self) -> bool:
        """Whether format, columns and all types are declared, so that nothing has to be inferred from the files."""
        typed = all(column.type is not None for column in self.columns)
        return self.format is not None and bool(self.data_columns) and typed

    def completed(self, form: str, columns: Iterable[Column]) -> SourceTable:
        """This table with what the files say where the project says nothing."""
        return replace(self, format=form, columns=tuple(columns))
