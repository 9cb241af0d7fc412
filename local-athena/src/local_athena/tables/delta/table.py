"""A Delta table as relations see it: columns in the order of its schema, and files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from local_athena.catalog.types import to_hive
from local_athena.errors import AthenaError, NotSupported
from local_athena.model import Column, TableName, trino_type
from local_athena.storage import Storage
from local_athena.tables.delta.log import AddedFile, Snapshot, snapshot
from local_athena.tables.delta.vectors import DeletionVectors
from local_athena.tables.hive.description.formats import Format
from local_athena.tables.hive.files import DataFile, folder
from local_athena.tables.hive.schemas import Layout
from local_athena.tables.hive.table import HiveTable

_PRIMITIVE = {
    "string": "varchar", "long": "bigint", "integer": "integer", "short": "smallint", "byte": "tinyint", "float": "real",
    "double": "double", "boolean": "boolean", "binary": "varbinary", "date": "date", "timestamp": "timestamp(3) with time zone",
    "timestamp_ntz": "timestamp(6)",
}  # fmt: skip
_HIVE = {"timestamp(3) with time zone": "timestamp"}
_PLACEHOLDER = "-__PLACEHOLDER__"


def is_delta(table: Mapping[str, Any]) -> bool:
    """Whether a Glue table says so: Athena's own parameter, or Spark's."""
    parameters = table.get("Parameters") or {}
    return "delta" in (str(parameters.get(key) or "").lower() for key in ("table_type", "spark.sql.sources.provider"))


def refuse_write(name: TableName) -> AthenaError:
    return AthenaError("NOT_SUPPORTED", f"Athena reads Delta Lake tables and does not change them: {name}")


@dataclass(frozen=True)
class DeltaTable:
    """``hive`` holds the same table as plain Parquet: its data columns, and the partition columns behind them."""

    hive: HiveTable
    columns: tuple[Column, ...]
    snapshot: Snapshot
    own: Mapping[str, Column]
    """A column as the files know it, by its name in the table."""

    @classmethod
    def load(
        cls, name: TableName, glue: Mapping[str, Any], storage: Storage, check: Callable[[], None] | None = None
    ) -> DeltaTable:
        """:raises AthenaError: for a log that is not there, or has a feature that is not read here."""
        described = glue.get("StorageDescriptor") or {}
        location = str(described.get("Location") or "")
        if not location or location.endswith(_PLACEHOLDER):
            location = str(((described.get("SerdeInfo") or {}).get("Parameters") or {}).get("path") or location)
        if not location:
            raise AthenaError(
                "HIVE_METASTORE_ERROR", f"Table {name} has no location in Glue (StorageDescriptor.Location)"
            )
        found = snapshot(storage, folder(location), name, check)
        columns = tuple(_column(field) for field in found.schema["fields"])
        keys = [name.lower() for name in found.partition_columns]
        by_name = {column.name: column for column in columns}
        hive = HiveTable(
            name, glue, Format("parquet"), tuple(column for column in columns if column.name not in keys),
            tuple(by_name[key] for key in keys), location,
        )  # fmt: skip
        fields = found.schema["fields"]
        own = {
            column.name: _column(field, found.mapping != "none") for column, field in zip(columns, fields, strict=True)
        }
        return cls(hive, columns, found, own)

    def files(self, storage: Storage) -> list[DataFile]:
        """Every file that the log names.

        :raises AthenaError: ``DELTA_LAKE_BAD_DATA`` for one that is not there, or whose deletion vector is none.
        """
        layout = Layout(
            self.hive.form,
            tuple(Column(column.name, self.own[column.name].type) for column in self.hive.data),
            tuple(self.own[column.name].name for column in self.hive.data),
            self._ids() if self.snapshot.mapping == "id" else (),
        )
        added = self.snapshot.files
        vectors = DeletionVectors(storage, folder(self.hive.location))
        files = []
        for file, item in zip(added, storage.stat([file.path for file in added]), strict=True):
            if item is None:
                raise AthenaError(
                    "DELTA_LAKE_BAD_DATA",
                    f"Error opening Hive split {file.path}: the log names it, and it is not there",
                )
            gone = vectors.rows(file.vector) if file.vector else ()
            files.append(DataFile(item, self._values(file), layout, gone))
        return files

    def _ids(self) -> tuple[int, ...]:
        """The numbers of the data columns. Inside a column, its parts go by their physical names in either mode, as in Trino:
        https://github.com/trinodb/trino/blob/423/plugin/trino-delta-lake/src/main/java/io/trino/plugin/deltalake/DeltaLakePageSourceProvider.java
        """
        fields = self.snapshot.schema["fields"]
        numbers = {str(field["name"]).lower(): int(field["metadata"]["delta.columnMapping.id"]) for field in fields}
        return tuple(numbers[column.name] for column in self.hive.data)

    def _values(self, file: AddedFile) -> tuple[str | None, ...]:
        values = {key.lower(): value or None for key, value in file.partition.items()}
        return tuple(values.get(self.own[key.name].name) for key in self.hive.keys)

    @property
    def partitions(self) -> set[tuple[str | None, ...]]:
        """The values of the partition columns that there are files of."""
        return {self._values(file) for file in self.snapshot.files}

    def glue_columns(self) -> list[dict[str, str]]:
        """The columns as Glue is told of them; the log alone counts."""
        return [
            {"Name": column.name, "Type": _HIVE.get(column.type.sql(dialect="trino").lower()) or _hive(column)}
            for column in self.columns
        ]


def _hive(column: Column) -> str:
    try:
        return to_hive(column.type)
    except AthenaError:  # a zoned timestamp inside
        return "string"


def _column(field: Mapping[str, Any], mapped: bool = False) -> Column:
    """A column of the table, or of its files where these are *mapped*."""
    comment = (field.get("metadata") or {}).get("comment")
    return Column(_name(field, mapped), trino_type(_type(field["type"], mapped)), comment)


def _name(field: Mapping[str, Any], mapped: bool) -> str:
    metadata = field.get("metadata") or {}
    return str(metadata.get("delta.columnMapping.physicalName", field["name"]) if mapped else field["name"]).lower()


def _type(kind: Any, mapped: bool) -> str:
    if isinstance(kind, str):
        if kind in _PRIMITIVE:
            return _PRIMITIVE[kind]
        if kind.startswith("decimal"):
            return kind
        raise NotSupported(f"Delta's type {kind}")
    if kind["type"] == "array":
        return f"array({_type(kind['elementType'], mapped)})"
    if kind["type"] == "map":
        return f"map({_type(kind['keyType'], mapped)}, {_type(kind['valueType'], mapped)})"
    fields = ", ".join(f'"{_name(field, mapped)}" {_type(field["type"], mapped)}' for field in kind["fields"])
    return f"row({fields})"
