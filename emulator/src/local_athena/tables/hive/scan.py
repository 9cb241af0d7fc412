"""A Hive table as a DuckDB view over local files, and the bytes that reading it costs on AWS."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from local_athena.dialect.types import to_duckdb
from local_athena.model import Column, QueryContext, trino_type
from local_athena.storage import Storage
from local_athena.tables.hive.convert import converter, packer
from local_athena.tables.hive.decode import decoder, identifier, literal
from local_athena.tables.hive.files import DataFile, typed_values
from local_athena.tables.hive.footers import Footer, check_readable, read_footer
from local_athena.tables.hive.packs import AT, packs
from local_athena.tables.hive.parquet_packs import footers_in
from local_athena.tables.hive.table import HiveTable

HIDDEN = (
    Column("$path", trino_type("varchar")),
    Column("$file_size", trino_type("bigint")),
    Column("$file_modified_time", trino_type("timestamp(3) with time zone")),
)
"""Columns that every Hive table has and ``*`` does not show."""
_INDEX = "__file"


@dataclass(frozen=True)
class Scanned:
    """Extent of reading a relation: compressed bytes, and number of files."""

    bytes: int
    files: int


def scan(
    connection: duckdb.DuckDBPyConnection,
    relation: str,
    table: HiveTable,
    files: Sequence[DataFile],
    used: Collection[str],
    hidden: Sequence[Column],
    storage: Storage,
    workspace: Callable[[], Path],
    context: QueryContext,
) -> Scanned:
    """Make the temporary view *relation* with all of *table*'s columns and then *hidden*.

    *used* are the names (lower case) of the columns that the query reads: they decide the bytes of columnar files. Text, JSON, Avro
    and ORC count whole. *workspace* makes a directory of the query's own, for
    links.
    """
    columns = (*table.columns, *hidden)
    if not files:
        nulls = ", ".join(f"CAST(NULL AS {to_duckdb(column.type)}) AS {identifier(column.name)}" for column in columns)
        connection.execute(f"CREATE OR REPLACE TEMP VIEW {identifier(relation)} AS SELECT {nulls} WHERE false")
        return Scanned(0, 0)
    packed = _packed(table, files, storage, context)
    if packed is None:
        paths, firsts = local_files(table, files, storage, context), [*range(len(files))]
        footers = [read_footer(path, file.item.uri) for path, file in zip(paths, files, strict=True)]
    else:
        paths, firsts, footers = packed
    data, bytes_ = _data_columns(table, files, footers, used)
    indexed = bool(table.keys or hidden)
    if indexed:
        paths = _link(paths, firsts, workspace() / relation)
    place = f"{_INDEX} + {AT} + 1" if packed else f"{_INDEX} + 1"
    picked = [f"{expression} AS {identifier(column.name)}" for column, expression in zip(table.data, data, strict=True)]
    for at, key in enumerate(table.keys):
        values = typed_values(key, [file.values[at] for file in files])
        picked.append(f"{values}[{place}] AS {identifier(key.name)}")
    picked += [f"{_hidden_values(column, files)}[{place}] AS {identifier(column.name)}" for column in hidden]
    options = ["binary_as_string=false", f"union_by_name={str(len({footer.shape for footer in footers}) > 1).lower()}"]
    options.append(
        f"hive_partitioning=true, hive_types={{'{_INDEX}': INTEGER}}" if indexed else "hive_partitioning=false"
    )
    source = f"read_parquet([{', '.join(literal(str(path)) for path in paths)}], {', '.join(options)})"
    connection.execute(
        f"CREATE OR REPLACE TEMP VIEW {identifier(relation)} AS SELECT {', '.join(picked) or '1'} FROM {source}"
    )
    return Scanned(bytes_, len(files))


def _packed(
    table: HiveTable, files: Sequence[DataFile], storage: Storage, context: QueryContext
) -> tuple[list[Path], list[int], list[Footer]] | None:
    """Packs, the number of the first file in each, and footers: of the packs, or for Parquet of the files. None where there are
    none."""
    together = packs(table.form, [file.item for file in files])
    if together is None:
        return None
    kind, convert = packer(table.form)
    paths = [storage.fetch_packed(pack.items, kind, convert, context.check) for pack in together]
    firsts = [pack.first for pack in together]
    if table.form.kind != "parquet":
        return paths, firsts, [read_footer(path, files[at].item.uri) for path, at in zip(paths, firsts, strict=True)]
    kept = [footers_in(path) for path in paths]
    if any(footers is None for footers in kept):
        return None
    return paths, firsts, [footer for footers in kept for footer in footers or ()]


def local_files(table: HiveTable, files: Sequence[DataFile], storage: Storage, context: QueryContext) -> list[Path]:
    """Local Parquet of every file: downloaded, and converted where the table's format asks for it."""
    items = [file.item for file in files]
    conversion = converter(table.form)
    if conversion is None:
        return [*storage.fetch(items, context.check)]
    kind, convert = conversion
    return [*storage.fetch_converted(items, kind, convert, context.check)]


def _data_columns(
    table: HiveTable, files: Sequence[DataFile], footers: Sequence[Footer], used: Collection[str]
) -> tuple[list[str], int]:
    """An expression for each data column, and the bytes scanned."""
    if table.form.kind in ("text", "opencsv", "json"):
        return decoder(table.form, table.data), sum(file.item.size for file in files)
    known: dict[str, str] = {}
    for file, foot in zip(files, footers, strict=True):
        known = (foot.columns and {**{name: column.name for name, column in foot.columns.items()}, **known}) or known
        if table.form.kind == "parquet":
            for column in table.data:
                if column.name in used and column.name in foot.columns:
                    check_readable(foot.columns[column.name], column.type, file.item.uri)
    expressions = [
        f"CAST({identifier(known[column.name]) if column.name in known else 'NULL'} AS {to_duckdb(column.type)})"
        for column in table.data
    ]
    if table.form.kind == "parquet":
        return expressions, sum(foot.scanned(used) for foot in footers)
    return expressions, sum(file.item.size for file in files)


def _link(paths: Sequence[Path], numbers: Sequence[int], directory: Path) -> list[Path]:
    """A directory per file, ``__file=17/``: DuckDB prunes by it and hands its number to each row for nothing. The number of a
    pack is that of its first file.

    They are there already when the relation is made a second time, with more columns.
    """
    linked = []
    for number, path in zip(numbers, paths, strict=True):
        link = directory / f"{_INDEX}={number}" / "data.parquet"
        if not link.exists():
            link.parent.mkdir(parents=True)
            link.hardlink_to(path)
        linked.append(link)
    return linked


def _hidden_values(column: Column, files: Sequence[DataFile]) -> str:
    if column.name == "$path":
        return f"[{', '.join(literal(file.item.uri) for file in files)}]"
    if column.name == "$file_size":
        return f"CAST([{', '.join(str(file.item.size) for file in files)}] AS BIGINT[])"
    moments = (file.item.modified.isoformat(sep=" ") if file.item.modified else None for file in files)
    texts = ", ".join(literal(moment) if moment else "NULL" for moment in moments)
    return f"CAST([{texts}] AS TIMESTAMPTZ[])"
