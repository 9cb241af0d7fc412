"""A snapshot's rows as a DuckDB relation over the local copies of its data files.

Files that hold the columns as the table has them are read by name. Others whose columns DuckDB can match by field id go into one
native ``read_parquet`` with a schema, of which DuckDB does not know how many rows it has: it would build the hash table of a
join from the larger side. In both, row groups and columns are pruned. Files that need more (nested renames, no field ids) get one
each kind, with a projection; files with deletes are anti-joined with them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import duckdb
import pyarrow as pa
from pyiceberg import types as ice
from pyiceberg.manifest import DataFile, DataFileContent, FileFormat
from pyiceberg.schema import Schema
from pyiceberg.table.metadata import TableMetadata
from pyiceberg.transforms import IdentityTransform

from local_athena.errors import AthenaError, NotSupported
from local_athena.storage import S3Object, Storage
from local_athena.tables.iceberg import layout
from local_athena.tables.iceberg.equality import EqualityDeletes, Scopes, equality_deletes
from local_athena.tables.iceberg.planning import Plan
from local_athena.tables.iceberg.statistics import leaves
from local_athena.tables.iceberg.types import quoted, to_duckdb

PATH, MODIFIED = "$path", "$file_modified_time"
#: The row's file (its index in the plan) and its position therein, for row-level changes.
FILE_INDEX, ROW_POSITION = "$file_index", "$row_position"
HIDDEN = (PATH, MODIFIED, FILE_INDEX, ROW_POSITION)
_HIDDEN_TYPES = dict(zip(HIDDEN, ("VARCHAR", "TIMESTAMPTZ", "BIGINT", "BIGINT"), strict=True))
_DELETE_PATH, _DELETE_POSITION = 2147483546, 2147483545


@dataclass(frozen=True)
class Scanned:
    """Extent of a scan: ``bytes`` of the column chunks it needs, and the URIs of the files."""

    bytes: int
    files: list[str]


@dataclass(frozen=True)
class LocalFile:
    """A data file of the plan, with its local copy."""

    index: int
    data: DataFile
    object: S3Object
    path: Path
    nodes: tuple[layout.Node, ...]


@dataclass(frozen=True)
class Deletes:
    """The rows that are gone: a relation of their places, and comparisons with their values."""

    positions: str | None
    equal: Sequence[EqualityDeletes]
    scopes: Scopes
    sequences: Mapping[str, int]

    @property
    def fields(self) -> list[ice.NestedField]:
        return [*dict.fromkeys(field for equal in self.equal for field in equal.fields)]


class Reader:
    """Makes relations of planned files."""

    def __init__(self, storage: Storage, metadata: TableMetadata, schema: Schema) -> None:
        self._storage, self._metadata, self._schema = storage, metadata, schema

    def relation(
        self, plan: Plan, columns: Sequence[str], hidden: Sequence[str] = (), only: Collection[int] | None = None
    ) -> str:
        """A SELECT of *columns* (names of the schema, in that order) and then *hidden* ones, from the plan's files.

        ``$file_index`` is the file's place in the plan; *only* leaves out the files at other places.
        """
        fields = [self._schema.find_field(name, case_sensitive=False) for name in columns]
        if not plan.files:
            return self._nothing(fields, hidden)
        local = self._fetch([(i, file) for i, file in enumerate(plan.files) if only is None or i in only])
        deletes = self._deletes(plan, local)
        read = [*fields, *(field for field in deletes.fields if field not in fields)]
        groups: dict[object, list[LocalFile]] = {}
        for file in local:
            constants = self._constants(file, read)
            way = _way(file, read, dict(constants))
            key = (way, constants, None if way == "by id" else file.nodes)
            groups.setdefault(key, []).append(file)
        return " UNION ALL ".join(
            self._group(files, fields, read, hidden, way=key[0], constants=dict(key[1]), deletes=deletes)  # type: ignore[index]
            for key, files in groups.items()
        )

    def bytes(self, plan: Plan, columns: Collection[str]) -> int:
        """Bytes of the chunks of *columns* in the plan's files, and of the delete files."""
        wanted = {field.field_id for field in self._schema.fields if field.name.lower() in columns}
        ids = {
            number
            for field in self._schema.fields
            if field.field_id in wanted
            for _, number, _, _ in leaves(Schema(field))
        }
        total = sum(file.file_size_in_bytes for file in plan.deletes)
        for file in plan.files:
            sizes = file.column_sizes
            total += sum(sizes.get(number, 0) for number in ids) if sizes else file.file_size_in_bytes if ids else 0
        return total

    def _fetch(self, numbered: Sequence[tuple[int, DataFile]]) -> list[LocalFile]:
        files = [file for _, file in numbered]
        for file in files:
            if file.file_format != FileFormat.PARQUET:
                raise NotSupported(f"Reading Iceberg data in {file.file_format} files ({file.file_path})")
        objects = self._present(files)
        try:
            paths = self._storage.fetch(objects)
        except AthenaError as error:
            raise AthenaError(
                "ICEBERG_CANNOT_OPEN_SPLIT", error.message.replace("Hive split", "Iceberg split")
            ) from error
        return [
            LocalFile(index, file, item, path, self._nodes(file, path))
            for (index, file), item, path in zip(numbered, objects, paths, strict=True)
        ]

    def _present(self, files: Sequence[DataFile]) -> list[S3Object]:
        objects = []
        for file, item in zip(files, self._storage.stat([file.file_path for file in files]), strict=True):
            if item is None:
                raise AthenaError(
                    "ICEBERG_CANNOT_OPEN_SPLIT",
                    f"Error opening Iceberg split {file.file_path} (offset=0, length={file.file_size_in_bytes}): "
                    "The specified key does not exist. (Service: Amazon S3; Status Code: 404; Error Code: NoSuchKey)",
                )
            objects.append(item)
        return objects

    def _nodes(self, file: DataFile, path: Path) -> tuple[layout.Node, ...]:
        try:
            nodes = layout.layout(path)
        except (pa.ArrowException, OSError) as error:
            raise AthenaError("ICEBERG_BAD_DATA", f"Malformed Parquet file {file.file_path}: {error}") from error
        if any(node.id is not None for node in nodes):
            return nodes
        return layout.mapped(nodes, self._metadata.name_mapping(), self._schema.fields)

    def _constants(self, file: LocalFile, fields: Sequence[ice.NestedField]) -> tuple[tuple[int, str], ...]:
        """Values of identity partition columns that the file itself leaves out, as files from Hive tables do."""
        present = _by_id(file.nodes)
        spec = self._metadata.specs()[file.data.spec_id]
        found = []
        for position, part in enumerate(spec.fields):
            wanted = next((field for field in fields if field.field_id == part.source_id), None)
            if wanted and part.source_id not in present and isinstance(part.transform, IdentityTransform):
                found.append((part.source_id, _constant(wanted.field_type, file.data.partition[position])))
        return tuple(found)

    def _group(
        self,
        files: list[LocalFile],
        fields: Sequence[ice.NestedField],
        read: Sequence[ice.NestedField],
        hidden: Sequence[str],
        way: Way,
        constants: dict[int, str],
        deletes: Deletes,
    ) -> str:
        """SQL for *fields* of files that are read in one way; *read* are these and those that deletes compare."""
        paths = ", ".join(_text(str(file.path)) for file in files)
        if way == "by id":
            # A schema must name a column, even when the query needs none (count(*)).
            there = [field for field in read if field.field_id not in constants] or [self._schema.fields[0]]
            names = {field.field_id: f"${field.field_id}" for field in read} | {f.field_id: f.name for f in fields}
            items = ", ".join(
                f"{field.field_id}: {{name: {_text(names.get(field.field_id, field.name))}, "
                f"type: {_text(to_duckdb(field.field_type))}, default_value: NULL}}"
                for field in there
            )
            source = f"read_parquet([{paths}], schema = MAP {{{items}}})"
            own = {number: quoted(name) for number, name in names.items()}
        else:
            nodes = _by_id(files[0].nodes)
            source = f"read_parquet([{paths}])"
            own = {field.field_id: _read(way, nodes.get(field.field_id), field) for field in read}
        own |= constants
        values = [f"{own[field.field_id]} AS {quoted(field.name)}" for field in fields]
        index = _pick([str(file.index) for file in files], "BIGINT")
        computed = {
            PATH: _pick([_text(file.data.file_path) for file in files], "VARCHAR"),
            MODIFIED: _pick([f"TIMESTAMPTZ '{file.object.modified}'" for file in files], "TIMESTAMPTZ"),
            FILE_INDEX: index,
            ROW_POSITION: "file_row_number",
        }
        values += [f"{computed[name]} AS {quoted(name)}" for name in hidden]
        select = f"SELECT {', '.join(values) or '1'} FROM {source} AS f"
        conditions = []
        if deletes.positions:
            conditions.append(
                f"NOT EXISTS (FROM {deletes.positions} AS d WHERE d.file = {index} AND d.pos = f.file_row_number)"
            )
        for equal in deletes.equal:
            sequence = _pick([str(deletes.sequences[file.data.file_path]) for file in files], "BIGINT")
            scope = _pick([str(deletes.scopes.of(file.data) or "NULL") for file in files], "BIGINT")
            conditions.append(equal.keeps(sequence, scope, lambda field: own[field.field_id]))
        return f"{select} WHERE {' AND '.join(conditions)}" if conditions else select

    def _deletes(self, plan: Plan, local: Sequence[LocalFile]) -> Deletes:
        copies = self._storage.fetch(self._present(plan.deletes)) if plan.deletes else []
        paths = {file.file_path: path for file, path in zip(plan.deletes, copies, strict=True)}
        scopes = Scopes(plan.deletes, self._metadata)
        equal = equality_deletes(plan.deletes, paths, plan.sequences, scopes, self._metadata)
        positions = [paths[file.file_path] for file in plan.deletes if file.content == DataFileContent.POSITION_DELETES]
        return Deletes(self._positions(positions, local), equal, scopes, plan.sequences)

    def _positions(self, paths: Sequence[Path], local: Sequence[LocalFile]) -> str | None:
        """The relation (file, pos) of the rows of *local* that position deletes take away."""
        if not paths:
            return None
        listed = ", ".join(_text(str(path)) for path in paths)
        items = (
            f"MAP {{{_DELETE_PATH}: {{name: 'file_path', type: 'VARCHAR', default_value: NULL}}, "
            f"{_DELETE_POSITION}: {{name: 'pos', type: 'BIGINT', default_value: NULL}}}}"
        )
        known = ", ".join(f"({_text(file.data.file_path)}, {file.index})" for file in local)
        return (
            f"(SELECT k.file, p.pos FROM read_parquet([{listed}], schema = {items}) AS p "
            f"JOIN (VALUES {known}) AS k(path, file) ON p.file_path = k.path)"
        )

    def _nothing(self, fields: Sequence[ice.NestedField], hidden: Sequence[str]) -> str:
        values = [f"CAST(NULL AS {to_duckdb(field.field_type)}) AS {quoted(field.name)}" for field in fields]
        values += [f"CAST(NULL AS {_HIDDEN_TYPES[name]}) AS {quoted(name)}" for name in hidden]
        return f"SELECT {', '.join(values) or '1'} WHERE false"


type Way = Literal["by name", "by id", "by projection"]


def _read(way: Way, node: layout.Node | None, field: ice.NestedField) -> str:
    if way == "by name":
        return f"CAST({quoted(field.name)} AS {to_duckdb(field.field_type)})"
    return layout.projection(quoted(node.name) if node else "", node, field.field_type)


def _way(file: LocalFile, fields: Sequence[ice.NestedField], constants: Collection[int]) -> Way:
    nodes = _by_id(file.nodes)
    if file.nodes and all(f.field_id in constants or layout.is_exact(nodes.get(f.field_id), f) for f in fields):
        return "by name"
    plain = file.nodes and all(layout.is_plain(nodes.get(f.field_id), f) for f in fields)
    return "by id" if plain else "by projection"


def _by_id(nodes: tuple[layout.Node, ...]) -> dict[int | None, layout.Node]:
    return {node.id: node for node in nodes}


def _pick(values: list[str], of: str) -> str:
    """The value that belongs to the row's file in a read of several."""
    if len(values) == 1:
        return f"CAST({values[0]} AS {of})"
    return f"list_extract([{', '.join(values)}]::{of}[], CAST(file_index AS BIGINT) + 1)"


def _constant(of: ice.IcebergType, value: object) -> str:
    if value is None:
        return f"CAST(NULL AS {to_duckdb(of)})"
    match of:
        case ice.DateType():
            return f"(DATE '1970-01-01' + {value})"
        case ice.TimestampType():
            return f"make_timestamp({value})"
        case ice.TimestamptzType():
            return f"make_timestamptz({value})"
        case ice.BinaryType() | ice.FixedType() if isinstance(value, bytes):
            return f"unhex('{value.hex()}')"
    return f"CAST({_text(str(value))} AS {to_duckdb(of)})"


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def make_view(connection: duckdb.DuckDBPyConnection, name: str, select: str) -> None:
    connection.execute(f"CREATE OR REPLACE TEMP VIEW {quoted(name)} AS {select}")
