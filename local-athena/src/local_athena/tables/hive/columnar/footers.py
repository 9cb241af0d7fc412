"""Parquet footers: the columns of a file, their types, and the bytes that each takes on S3."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from local_athena.errors import AthenaError
from local_athena.model import Column

_MARKS = {"ENUM", "JSON", "BSON", "UUID", "INTERVAL"}


@dataclass(frozen=True)
class FileColumn:
    """A root column of one file. ``name`` is DuckDB's, which tells names apart that differ by case; ``physical`` is None for a
    nested one; ``compressed`` is in bytes; ``arrow`` is Arrow's type, and so is ``nested`` if it has others inside. ``marked`` are
    bytes that DuckDB reads as an enum's, JSON's or a UUID's.
    """

    name: str
    physical: str | None
    compressed: int
    arrow: str
    nested: pa.DataType | None = None
    marked: bool = False


@dataclass(frozen=True)
class Footer:
    rows: int
    columns: dict[str, FileColumn]
    """By lower-case name; of several, the one that is so in the file, or else the first, as in Trino and in Hive."""
    shape: tuple[tuple[str, str], ...]
    """Names and Arrow types, to tell whether two files are read alike."""
    ids: tuple[int | None, ...] = ()
    """The number that each root column has in Parquet's schema, in their order."""
    roots: tuple[FileColumn, ...] = ()

    @property
    def nanos(self) -> set[str]:
        """The columns with moments of nanoseconds, in lower case."""
        return {name.lower() for name, kind in self.shape if "timestamp[ns" in kind}

    @property
    def finer(self) -> set[str]:
        """The columns with moments that may be finer than Athena's milliseconds, in lower case."""
        return {name.lower() for name, kind in self.shape if "timestamp[us" in kind or "timestamp[ns" in kind}

    @property
    def bytes(self) -> tuple[str, ...]:
        """The columns with bytes that may be text, in lower case: files with others are read apart from each other."""
        return tuple(name.lower() for name, kind in self.shape if "binary" in kind)

    def names_of(self, ids: Sequence[int]) -> tuple[str, ...]:
        """The names, in lower case, of the columns with these numbers; an empty one for a number that is not there."""
        names = {number: name.lower() for number, (name, _) in zip(self.ids, self.shape, strict=False)}
        return tuple(names.get(number, "") for number in ids)

    def found(
        self, columns: Sequence[Column], positions: Mapping[str, int] | None, own: Sequence[str] = ()
    ) -> dict[str, FileColumn]:
        """The file's columns by the names of the table's *columns*: by name, by the files' *own*, or by their *positions*."""
        if positions is None:
            named = zip(columns, own or [column.name for column in columns], strict=True)
            return {column.name: self.columns[name] for column, name in named if name in self.columns}
        roots = self.roots or [self.columns[name.lower()] for name, _ in self.shape]
        return {column.name: roots[positions[column.name]] for column in columns if positions[column.name] < len(roots)}


def _told(leaf: pq.ColumnSchema) -> str:
    """A column's physical type, with what it stands for where numbers are moments."""
    kind = {"TIMESTAMP": "TIMESTAMP", "DATE": "DATE", "TIME": "TIME"}.get(leaf.logical_type.type)
    return f"{leaf.physical_type} ({kind})" if kind else str(leaf.physical_type)


@lru_cache(maxsize=20_000)
def footer(path: Path) -> Footer:
    """The footer of a cached file. Its path contains the ETag, so that it can be remembered.

    :raises pyarrow.ArrowInvalid: when it is not a Parquet file.
    """
    return footer_of(pq.read_metadata(path))


def footer_of(metadata: pq.FileMetaData) -> Footer:
    """The footer that pyarrow has read."""
    return _footer(metadata, _Schema.of(metadata))


def footers_of(files: Iterable[pq.FileMetaData]) -> Iterator[Footer]:
    """The footers that pyarrow has read, in order; of neighbours with one schema the ``shape`` is the same object."""
    before: pq.FileMetaData | None = None
    for metadata in files:
        if before is None or not _same_schema(before, metadata):
            schema = _Schema.of(metadata)
        before = metadata
        yield _footer(metadata, schema)


@dataclass(frozen=True)
class _Schema:
    """A file's schema: of each root column its name and physical type, of each leaf its root."""

    columns: tuple[tuple[str, str | None], ...]
    roots: tuple[str, ...]
    shape: tuple[tuple[str, str], ...]
    nested: tuple[pa.DataType | None, ...]
    ids: tuple[int | None, ...]
    marked: frozenset[str]
    labels: tuple[str, ...]

    @classmethod
    def of(cls, metadata: pq.FileMetaData) -> _Schema:
        physical: dict[str, str | None] = {}
        marked, old = set(), set()
        roots = []
        for index in range(len(metadata.schema)):
            leaf = metadata.schema.column(index)
            root = leaf.path.split(".", 1)[0]
            physical[root] = _told(leaf) if leaf.path == root and leaf.max_repetition_level == 0 else None
            roots.append(root)
            if leaf.logical_type.type in _MARKS:
                marked.add(root)
            if leaf.physical_type == "INT96":
                old.add(root)
        arrow = metadata.schema.to_arrow_schema()
        columns = tuple((field.name, physical.get(field.name)) for field in arrow)
        nested = tuple(field.type if pa.types.is_nested(field.type) else None for field in arrow)
        ids = tuple(_id(field) for field in arrow)
        shape = tuple((field.name, _spelt(field, field.name in old)) for field in arrow)
        return cls(columns, tuple(roots), shape, nested, ids, frozenset(marked), _labels(field.name for field in arrow))


def _spelt(field: pa.Field, old: bool) -> str:
    """Arrow's type. DuckDB reads *old* moments, of INT96, to the microsecond."""
    return str(field.type).replace("timestamp[ns]", "timestamp[us]") if old else str(field.type)


def _id(field: pa.Field) -> int | None:
    told = (field.metadata or {}).get(b"PARQUET:field_id")
    return None if told is None else int(told)


def _same_schema(one: pq.FileMetaData, other: pq.FileMetaData) -> bool:
    """Whether two files have the same schema, Parquet's and the one of Arrow's that its writer may have added."""
    return bool(one.schema.equals(other.schema)) and _arrows(one) == _arrows(other)


def _arrows(metadata: pq.FileMetaData) -> bytes | None:
    kept: dict[bytes, bytes] = metadata.metadata or {}
    return kept.get(b"ARROW:schema")


def _footer(metadata: pq.FileMetaData, schema: _Schema) -> Footer:
    sizes = dict.fromkeys(schema.roots, 0)
    for group in range(metadata.num_row_groups):
        row_group = metadata.row_group(group)
        for index, root in enumerate(schema.roots):
            sizes[root] += row_group.column(index).total_compressed_size
    told = zip(schema.columns, schema.labels, schema.shape, schema.nested, strict=True)
    roots = tuple(
        FileColumn(label, physical, sizes.get(name, 0), arrow, nested, name in schema.marked)
        for (name, physical), label, (_, arrow), nested in told
    )
    columns: dict[str, FileColumn] = {}
    for (name, _), column in zip(schema.columns, roots, strict=True):
        if name.islower() or name.lower() not in columns:
            columns[name.lower()] = column
    return Footer(metadata.num_rows, columns, schema.shape, schema.ids, roots)


def _labels(names: Iterable[str]) -> tuple[str, ...]:
    """The names that DuckDB gives to columns whose names differ by their case alone: ``A``, ``a_1``."""
    labels: dict[str, str] = {}
    for name in names:
        label, count = name, 0
        while label.lower() in labels:
            count += 1
            label = f"{name}_{count}"
        labels[label.lower()] = label
    return tuple(labels.values())


def read_footer(path: Path, uri: str) -> Footer:
    """``footer``, with Athena's error for a file that is not Parquet."""
    try:
        return footer(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise AthenaError("HIVE_BAD_DATA", f"Not valid Parquet file: {uri} ({error})") from error


def damage(path: Path) -> str | None:
    """Why a Parquet file cannot be read to its end, or None. Reads all of it: only for when something went wrong."""
    try:
        with pq.ParquetFile(path) as file:
            for _ in file.iter_batches():
                pass
    except (pa.ArrowException, OSError) as error:
        return str(error)
    return None
