"""A Hive table as a DuckDB view over local files, and the bytes that reading it costs on AWS."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from sqlglot import exp

from local_athena.dialect.values.types import to_duckdb
from local_athena.model import Column, QueryContext
from local_athena.storage import Storage
from local_athena.tables.hive import hidden as hidden_columns
from local_athena.tables.hive.columnar.avro import check_schema
from local_athena.tables.hive.columnar.bytes import told
from local_athena.tables.hive.columnar.coercions import Unit, coerced, of_file
from local_athena.tables.hive.columnar.file_types import check_avro, check_orc, check_parquet
from local_athena.tables.hive.columnar.footers import FileColumn, Footer, read_footer
from local_athena.tables.hive.conversion.convert import avro_literal, converter, packer
from local_athena.tables.hive.conversion.packs import AT, packs
from local_athena.tables.hive.conversion.parquet_packs import footers_in
from local_athena.tables.hive.description.formats import Format
from local_athena.tables.hive.description.settings import TEXTS
from local_athena.tables.hive.files import DataFile
from local_athena.tables.hive.lines.decode import decoder
from local_athena.tables.hive.lines.values import identifier, literal
from local_athena.tables.hive.partition_values import typed_values
from local_athena.tables.hive.schemas import Layout
from local_athena.tables.hive.table import HiveTable

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
    selects: list[str] = []
    bytes_ = 0
    for number, (layout, alike) in enumerate(_alike(files)):
        for part in _parts(table, layout, alike, used, storage, context):
            links = partial(_place, workspace, f"{relation}/{number}.{len(selects)}")
            selects.append(_select(table, part, hidden, links))
            bytes_ += part.bytes
    connection.execute(f"CREATE OR REPLACE TEMP VIEW {identifier(relation)} AS {' UNION ALL '.join(selects)}")
    return Scanned(bytes_, len(files))


def _place(workspace: Callable[[], Path], name: str) -> Path:
    return workspace() / name


def _alike(files: Sequence[DataFile]) -> list[tuple[Layout, list[DataFile]]]:
    """*files* by how they are read. Partitions are described one by one, and mostly alike."""
    found: list[tuple[Layout, list[DataFile]]] = []
    for file in files:
        group = next((alike for layout, alike in found if layout is file.layout or layout == file.layout), None)
        if group is None:
            found.append((file.layout, group := []))
        group.append(file)
    return found


@dataclass(frozen=True)
class _Part:
    """Files that one ``read_parquet`` reads: local paths, the number of the first file in each, whether they are packs.

    ``data`` is an expression for each data column, over the layers of ``more`` beside the columns of the files.
    """

    files: Sequence[DataFile]
    paths: Sequence[Path]
    firsts: Sequence[int]
    packed: bool
    by_name: bool
    data: Sequence[str]
    more: Sequence[str]
    bytes: int


def _parts(
    table: HiveTable,
    layout: Layout,
    files: Sequence[DataFile],
    used: Collection[str],
    storage: Storage,
    context: QueryContext,
) -> Iterator[_Part]:
    """Files of one layout; where columns are found by their place or their number, those with the same names together."""
    form = layout.form
    together = None if layout.ids else _packed(form, files, storage, context)
    if together is not None:
        paths, firsts, footers = together
        yield _part(table, layout, files, paths, firsts, footers, True, used)
        return
    paths = local_files(form, files, storage, context)
    footers = [read_footer(path, file.item.uri) for path, file in zip(paths, files, strict=True)]
    groups: dict[tuple[tuple[str, ...], tuple[str, ...]], list[int]] = {}
    for at, foot in enumerate(footers):
        groups.setdefault((_naming(layout, foot), foot.bytes), []).append(at)
    for (naming, _), places in groups.items():
        chosen = [files[at] for at in places]
        known = replace(layout, names=naming) if layout.ids else layout
        yield _part(
            table, known, chosen, [paths[at] for at in places], [*range(len(chosen))], [footers[at] for at in places], False, used
        )  # fmt: skip


def _naming(layout: Layout, foot: Footer) -> tuple[str, ...]:
    """The names of a file's columns, where they tell which of the table's columns each is."""
    if layout.ids:
        return foot.names_of(layout.ids)
    return tuple(name for name, _ in foot.shape) if layout.form.positional else ()


def _part(
    table: HiveTable,
    layout: Layout,
    files: Sequence[DataFile],
    paths: Sequence[Path],
    firsts: Sequence[int],
    footers: Sequence[Footer],
    packed: bool,
    used: Collection[str],
) -> _Part:
    by_name = len({footer.shape for footer in footers}) > 1
    if layout.form.kind in TEXTS:
        more, read = decoder(layout.form, layout.columns)
        data = _as_table(table, layout, read)
        return _Part(files, paths, firsts, packed, by_name, data, more, sum(file.item.size for file in files))
    data, bytes_ = _columnar(table, layout, files, footers, used)
    return _Part(files, paths, firsts, packed, by_name, data, (), bytes_)


def _select(table: HiveTable, part: _Part, hidden: Sequence[Column], place: Callable[[], Path]) -> str:
    gone = any(file.gone for file in part.files)
    indexed = bool(table.keys or hidden or gone)
    paths = _link(part.paths, part.firsts, place()) if indexed else part.paths
    at_file = f"{_INDEX} + {AT} + 1" if part.packed else f"{_INDEX} + 1"
    picked = [
        f"{expression} AS {identifier(column.name)}" for column, expression in zip(table.data, part.data, strict=True)
    ]
    for at, key in enumerate(table.keys):
        values = typed_values(key, [file.values[at] for file in part.files])
        picked.append(f"{values}[{at_file}] AS {identifier(key.name)}")
    picked += [
        f"{hidden_columns.values(column, table.keys, part.files)}[{at_file}] AS {identifier(column.name)}"
        for column in hidden
    ]
    options = ["binary_as_string=false", f"union_by_name={str(part.by_name).lower()}"]
    options.append(
        f"hive_partitioning=true, hive_types={{'{_INDEX}': INTEGER}}" if indexed else "hive_partitioning=false"
    )
    source = f"read_parquet([{', '.join(literal(str(path)) for path in paths)}], {', '.join(options)})"
    for layer in part.more:
        source = f"(SELECT *, {layer} FROM {source})"
    stays = ""
    if gone:
        taken = _gone_rows(part.files, place() / "gone.parquet")
        there = f"g.file = f.{_INDEX} AND g.place = f.file_row_number"
        stays = f" AS f WHERE NOT EXISTS (FROM read_parquet({literal(str(taken))}) AS g WHERE {there})"
    return f"SELECT {', '.join(picked) or '1'} FROM {source}{stays}"


def _gone_rows(files: Sequence[DataFile], path: Path) -> Path:
    """A Parquet file of the rows that are gone: the number of their file, and their place in it."""
    numbers = pa.array(number for number, file in enumerate(files) for _ in file.gone)
    places = pa.array(place for file in files for place in file.gone)
    pq.write_table(pa.table({"file": numbers, "place": places}), path)
    return path


def _packed(
    form: Format, files: Sequence[DataFile], storage: Storage, context: QueryContext
) -> tuple[list[Path], list[int], list[Footer]] | None:
    """Packs, the number of the first file in each, and footers: of the packs, or for Parquet of the files. None where there are
    none."""
    together = None if any(file.gone for file in files) else packs(form, [file.item for file in files])
    if together is None:
        return None
    kind, convert = packer(form)
    paths = [storage.fetch_packed(pack.items, kind, convert, context.check) for pack in together]
    firsts = [pack.first for pack in together]
    if form.kind != "parquet":
        return paths, firsts, [read_footer(path, files[at].item.uri) for path, at in zip(paths, firsts, strict=True)]
    kept = [footers_in(path) for path in paths]
    if any(footers is None for footers in kept):
        return None
    return paths, firsts, [footer for footers in kept for footer in footers or ()]


def local_files(form: Format, files: Sequence[DataFile], storage: Storage, context: QueryContext) -> list[Path]:
    """Local Parquet of every file: downloaded, and converted where the format asks for it."""
    items = [file.item for file in files]
    conversion = converter(form)
    if conversion is None:
        return [*storage.fetch(items, context.check)]
    kind, convert = conversion
    return [*storage.fetch_converted(items, kind, convert, context.check)]


def _as_table(table: HiveTable, layout: Layout, read: Sequence[str]) -> list[str]:
    """Expressions *read* as a partition's columns, as the table's: by name or by place; what is not there is NULL."""
    if layout.columns == table.data:
        return [*read]
    places = {column.name: at for at, column in enumerate(layout.columns)}
    found = []
    for at, column in enumerate(table.data):
        there = places.get(column.name) if layout.form.by_name else (at if at < len(read) else None)
        target = to_duckdb(column.type)
        if there is None:
            found.append(f"CAST(NULL AS {target})")
        elif layout.columns[there].type == column.type:
            found.append(read[there])
        else:
            found.append(coerced(read[there], layout.columns[there].type, column.type))
    return found


def _columnar(
    table: HiveTable, layout: Layout, files: Sequence[DataFile], footers: Sequence[Footer], used: Collection[str]
) -> tuple[list[str], int]:
    """An expression for each data column, and the bytes scanned."""
    positions = {column.name: at for at, column in enumerate(table.data)} if layout.form.positional else None
    written = _written(table, layout)
    if layout.form.kind == "avro":
        check_schema(avro_literal(layout.form), table.data, used)
    known: dict[str, FileColumn] = {}
    fine: set[str] = set()
    finest: set[str] = set()
    passed: dict[str, tuple[str | None, str]] = {}
    """The types that have been checked last: most files have the same."""
    bytes_ = 0
    for file, foot in zip(files, footers, strict=True):
        there = foot.found(table.data, positions, layout.names)
        known = {**there, **known}
        fine |= foot.finer
        finest |= foot.nanos
        bytes_ += sum(column.compressed for name, column in there.items() if name in used)
        check = {"parquet": check_parquet, "orc": check_orc, "avro": check_avro}.get(layout.form.kind)
        for column, kind in zip(table.data, written, strict=True) if check else ():
            if check is None or column.name not in used or column.name not in there:
                continue
            own = there[column.name]
            if passed.get(column.name) != (own.physical, own.arrow):
                check(own, kind, file.item.uri, file.item.size)
                passed[column.name] = own.physical, own.arrow
    expressions = []
    for column, kind in zip(table.data, written, strict=True):
        found = known.get(column.name)
        name = found.name.lower() if found else ""
        unit: Unit = "ns" if name in finest else "us" if name in fine else "ms"
        read = (
            of_file(told(identifier(found.name), found, kind, layout.form.kind == "parquet"), kind, unit)
            if found
            else f"CAST(NULL AS {to_duckdb(kind)})"
        )
        expressions.append(coerced(read, kind, column.type))
    return expressions, bytes_ if layout.form.kind == "parquet" else sum(file.item.size for file in files)


def _written(table: HiveTable, layout: Layout) -> list[exp.DataType]:
    """The types that *layout* has of the table's columns."""
    if layout.columns == table.data:
        return [column.type for column in table.data]
    by_name = {column.name: column for column in layout.columns}
    places = dict(enumerate(layout.columns))
    own = (by_name.get(c.name) if layout.form.by_name else places.get(at) for at, c in enumerate(table.data))
    return [(there or column).type for there, column in zip(own, table.data, strict=True)]


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
