"""Which files a Hive table has: by partition, pruned by what the query asks of the partition columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
from sqlglot import exp

from local_athena import dialect
from local_athena.catalog.glue import Glue, GlueObject
from local_athena.catalog.partitions import Partition, from_glue
from local_athena.catalog.projection import Projection
from local_athena.errors import AthenaError, NotSupported
from local_athena.model import Column, trino_type
from local_athena.storage import S3Object, Storage
from local_athena.tables.hive.lines.values import identifier
from local_athena.tables.hive.partition_values import typed_values
from local_athena.tables.hive.schemas import Layout
from local_athena.tables.hive.table import HiveTable

_LIST_TOGETHER = 8
"""From this many partitions on, one listing of the table's location is cheaper than one each."""


@dataclass(frozen=True)
class DataFile:
    """A file, the values of the partition it belongs to, how it is read, and the places of its rows that are gone."""

    item: S3Object
    values: tuple[str | None, ...]
    layout: Layout
    gone: Sequence[int] = ()


def hidden(name: str) -> bool:
    """Hive does not see files whose name begins with ``_`` or ``.``, nor folder markers."""
    return not name or name[0] in "_."


def is_data(item: S3Object, location: str) -> bool:
    """Whether an object under *location* holds rows: nothing on the way to it is hidden."""
    relative = item.uri[len(location) :] if item.uri.startswith(location) else item.name
    return item.size > 0 and not any(hidden(part) for part in relative.split("/"))


def data_files(storage: Storage, table: HiveTable, partitions: Sequence[Partition]) -> list[DataFile]:
    """Every data file of *partitions* of *table*, by partition and key.

    :raises AthenaError: for a partition that cannot be read as the table.
    """
    layouts = [table.layout(partition) for partition in partitions]
    locations = [folder(partition.location) for partition in partitions]
    shared = _common_folder(locations)
    if len(locations) >= _LIST_TOGETHER and shared.count("/") > 3:
        listed: Sequence[Sequence[S3Object]] = _assign(storage.list(shared), locations)
    else:
        listed = storage.list_many(locations)
    found = [
        DataFile(item, partition.values, layout)
        for partition, layout, location, items in zip(partitions, layouts, locations, listed, strict=True)
        for item in items
        if is_data(item, location) and not _left_out(item, layout)
    ]
    return follow(storage, found) if any(layout.form.symlinks for layout in layouts) else found


def _left_out(item: S3Object, layout: Layout) -> bool:
    """Whether an object is in Glacier, where Athena does not look: https://docs.aws.amazon.com/athena/latest/ug/querying-glacier.html

    :raises NotSupported: where the table asks for those that were restored.
    """
    if item.archived and layout.form.on("read_restored_glacier_objects"):
        raise NotSupported(f"Reading what was restored from Glacier ({item.uri})")
    return item.archived


def follow(storage: Storage, files: Sequence[DataFile]) -> list[DataFile]:
    """*files* with those of a symlink table in the place of their lists.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-inventory-athena-query.html

    :raises AthenaError: ``HIVE_BAD_DATA`` for a line that names no object.
    """
    found: list[DataFile] = []
    for file in files:
        if not file.layout.form.symlinks:
            found.append(file)
            continue
        text = storage.read_bytes(file.item.uri).decode("utf-8", errors="replace")
        targets = [folder(line.strip()).rstrip("/") for line in text.splitlines() if line.strip()]
        if strange := next((target for target in targets if not target.startswith("s3://")), None):
            raise AthenaError(
                "HIVE_BAD_DATA", f"Error parsing symlinks from: {file.item.uri}: {strange} is no S3 object"
            )
        for target, item in zip(targets, storage.stat(targets), strict=True):
            if item is None:
                raise AthenaError(
                    "HIVE_BAD_DATA", f"Error parsing symlinks from: {file.item.uri}: {target} does not exist"
                )
            if item.size:
                found.append(DataFile(item, file.values, file.layout))
    return found


def _assign(items: Iterable[S3Object], locations: Sequence[str]) -> list[list[S3Object]]:
    """Each object goes to the deepest of *locations* above it."""
    found: dict[str, list[S3Object]] = {location: [] for location in locations}
    for item in items:
        above = item.uri
        while (above := above[: above.rstrip("/").rfind("/") + 1]).count("/") > 2:
            if above in found:
                found[above].append(item)
                break
    return [found[location] for location in locations]


def folder(location: str) -> str:
    """A location with one slash at its end, and the scheme that S3 lists with."""
    scheme, _, rest = location.partition("://")
    return f"{'s3' if scheme in ('s3a', 's3n') else scheme}://{rest.rstrip('/')}/"


def _common_folder(locations: Sequence[str]) -> str:
    first, last = min(locations, default=""), max(locations, default="")
    length = next(
        (at for at, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), min(len(first), len(last))
    )
    return first[: first.rfind("/", 0, length) + 1]


def partitions_of(
    glue: Glue, table: HiveTable, connection: duckdb.DuckDBPyConnection, predicates: Sequence[exp.Expression] = ()
) -> list[Partition]:
    """The partitions of *table* that can hold a row for which all of *predicates* are true.

    *predicates* are Trino conditions over unqualified partition columns. An unpartitioned table has one, without values.
    """
    table.check_finished()
    if not table.keys:
        return [Partition((), table.location)]
    projection = Projection.of(table.keys, table.properties, table.location)
    if projection is None:
        found = [from_glue(item) for item in of_glue(glue, table)]
        return prune(connection, table.keys, found, predicates)

    def narrow(name: str, values: list[str]) -> list[str]:
        key = next(key for key in table.keys if key.name == name)
        own = [predicate for predicate in predicates if _names(predicate) == {name}]
        kept = prune(connection, (key,), [Partition((value,), "") for value in values], own)
        return [str(partition.values[0]) for partition in kept]

    return prune(connection, table.keys, projection.partitions(equalities(connection, predicates), narrow), predicates)


def of_glue(glue: Glue, table: HiveTable) -> list[GlueObject]:
    """The partitions that Glue has of *table*.

    :raises AthenaError: for one from before its partition columns were others.
    """
    found = glue.partitions(table.name)
    for item in found:
        if len(item["Values"]) != len(table.keys):
            raise AthenaError(
                "HIVE_INVALID_METADATA",
                f"Expected {len(table.keys)} partition key values, but got {len(item['Values'])}: {item['Values']} of {table.name}",
            )
    return found


def _names(predicate: exp.Expression) -> set[str]:
    return {column.name.lower() for column in predicate.find_all(exp.Column)}


def equalities(connection: duckdb.DuckDBPyConnection, predicates: Iterable[exp.Expression]) -> dict[str, list[str]]:
    """The values that *predicates* hold columns to, as text: where all of them are true, the column has one of these."""
    found: dict[str, list[str]] = {}
    for predicate in predicates:
        held = _held(connection, predicate)
        if held is not None:
            found[held[0]] = held[1]
    return found


def _held(connection: duckdb.DuckDBPyConnection, predicate: Any) -> tuple[str, list[str]] | None:
    """The column that is one of these values where *predicate* is true: of ``=``, ``IN``, and ``OR`` of them."""
    predicate = predicate.unnest()
    if isinstance(predicate, exp.Or):
        left, right = _held(connection, predicate.left), _held(connection, predicate.right)
        return (left[0], left[1] + right[1]) if left and right and left[0] == right[0] else None
    if isinstance(predicate, exp.EQ):
        column, items = predicate.this, [predicate.expression]
        if isinstance(items[0], exp.Column):
            column, items = items[0], [column]
    elif isinstance(predicate, exp.In):
        column, items = predicate.this, predicate.expressions
    else:
        return None
    values = [_constant(connection, item) for item in items]
    if not isinstance(column, exp.Column) or not values or None in values:
        return None
    return column.name.lower(), [value for value in values if value is not None]


def _constant(connection: duckdb.DuckDBPyConnection, item: exp.Expression) -> str | None:
    """The text of a constant, None for what is none."""
    if isinstance(item, exp.Literal):
        return str(item.name)
    if item.find(exp.Column, exp.Query):
        return None
    try:
        made = dialect.translate(exp.select(exp.cast(item.copy(), "varchar").as_("v")), {})
        row = connection.execute(made.sql).fetchone()
    except (duckdb.Error, AthenaError):  # the query will say so itself
        return None
    return None if row is None or row[0] is None else str(row[0])


def prune(
    connection: duckdb.DuckDBPyConnection,
    keys: Sequence[Column],
    partitions: list[Partition],
    predicates: Sequence[exp.Expression],
) -> list[Partition]:
    """*partitions* for which every predicate is true, decided by DuckDB on their values alone."""
    if not predicates or not partitions:
        return partitions
    relation = "partition_values"
    arrays = ", ".join(
        f"{typed_values(key, [item.values[at] for item in partitions])} AS v{at}" for at, key in enumerate(keys)
    )
    picked = ", ".join(f"v{at}[i + 1] AS {identifier(key.name)}" for at, key in enumerate(keys))
    numbers = f"range({len(partitions)}) t(i)"
    connection.execute(
        f"CREATE OR REPLACE TEMP VIEW {relation} AS SELECT i AS number, {picked} FROM (SELECT {arrays}), {numbers}"
    )
    columns = [Column("number", trino_type("bigint")), *keys]
    query = exp.select("number").from_(exp.to_table(relation)).where(*(predicate.copy() for predicate in predicates))
    try:
        kept = connection.execute(dialect.translate(query, {relation: columns}).sql).fetchall()
    except duckdb.Error as error:
        raise dialect.errors.from_duckdb(error) from error
    return [partitions[number] for (number,) in sorted(kept)]
