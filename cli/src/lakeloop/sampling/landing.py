"""Rows of an UNLOAD brought here and written as the project's sources read them: Parquet for tables in Glue, for raw tables
their own format in folders of their partitions."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import duckdb
from botocore.exceptions import BotoCoreError, ClientError
from lakeloop_project.sources import Kind
from lakeloop_raw.sql import array, identifier, literal

from lakeloop.errors import UserError
from lakeloop.report import units
from lakeloop.sampling.tables import Column, Table

RAW = "_raw"
"""Folder of raw tables' files below that of all sources; what looks for a source's files passes it over."""
_ROOM = 3
"""How often a table's rows lie on the disk for a moment: as they came, as they are written, as they were."""


def folder_of(sources: Path, table: Table) -> Path:
    """Folder of a table's files below *sources*."""
    if table.source.kind is Kind.RAW:
        return sources / RAW / table.source.folder
    return sources / table.source.source / table.source.name


def require_room(s3: Any, addresses: Sequence[str], folder: Path) -> int:
    """Bytes of what lies at *addresses*, for which there is room.

    Raises:
        UserError: the disk of *folder* has not as much, or S3 does not answer.
    """
    folder.mkdir(parents=True, exist_ok=True)
    size = sum(size for address in addresses for _, size in _listed(s3, address))
    free = shutil.disk_usage(folder).free
    if size * _ROOM > free:
        raise UserError(
            f"The sample has {units.size(size)} and takes {units.size(size * _ROOM)} while it is written; the disk of {folder} "
            f"has {units.size(free)} free. Nothing was changed: take fewer rows (rows=) or tables (select=), or a later since=."
        )
    return size


def fetch(s3: Any, address: str, folder: Path) -> list[Path]:
    """Bring the files at *address* into *folder*. Raises ``UserError`` if S3 does not give them."""
    folder.mkdir(parents=True, exist_ok=True)
    found = []
    bucket = urlsplit(address).netloc
    for number, (key, _) in enumerate(_listed(s3, address)):
        file = folder / f"{number}.parquet"
        try:
            s3.download_file(bucket, key, str(file))
        except (ClientError, BotoCoreError) as error:
            raise UserError(f"s3://{bucket}/{key} cannot be read: {error}. Nothing was changed.") from error
        found.append(file)
    return found


def remove(s3: Any, address: str) -> None:
    """Take away what lies at *address*."""
    bucket = urlsplit(address).netloc
    for key, _ in _listed(s3, address):
        s3.delete_object(Bucket=bucket, Key=key)


def _listed(s3: Any, address: str) -> list[tuple[str, int]]:
    place = urlsplit(address)
    try:
        pages = s3.get_paginator("list_objects_v2").paginate(Bucket=place.netloc, Prefix=place.path.strip("/") + "/")
        found = [(one["Key"], one["Size"]) for page in pages for one in page.get("Contents", [])]
    except (ClientError, BotoCoreError) as error:
        raise UserError(f"{address} cannot be listed: {error}. Nothing was changed.") from error
    return [(key, size) for key, size in found if not key.rpartition("/")[2].startswith(("_", "."))]


def lay(table: Table, came: Sequence[Path], before: Path | None, start: str | None, folder: Path) -> int:
    """Write the rows that *came* into the empty *folder*, with those of *before* that are older than *start*.

    Where a table's key is unique on either side, a row of *before* gives way to a newer one of its key.

    Returns:
        how many rows the folder holds.

    Raises:
        UserError: DuckDB cannot write them.
    """
    folder.mkdir(parents=True)
    raw = table.source.kind is Kind.RAW
    try:
        with duckdb.connect() as connection:
            connection.execute(f"create view came as {_came(table, came)}")
            if before is not None and not raw:
                _keep(connection, table, before, start)
            elif before is not None and start is not None:
                _keep_folders(table, before, start, folder)
            if raw:
                _raw(connection, table, folder)
            else:
                target = literal(str(folder / "rows.parquet"))
                connection.execute(f"copy (select * from came) to {target} (format parquet)")
            return _count(connection, table, folder)
    except duckdb.Error as error:
        raise UserError(
            f"{table.name}: its rows cannot be written to {folder}: {str(error).strip().splitlines()[0][:200]}"
        ) from error


def _came(table: Table, came: Sequence[Path]) -> str:
    columns = ", ".join(
        f"cast({identifier(one.name)} as {_duckdb(one)}) as {identifier(one.name)}" for one in table.columns
    )
    if not came:
        nothing = ", ".join(f"cast(null as {_duckdb(one)}) as {identifier(one.name)}" for one in table.columns)
        return f"select {nothing} where false"
    return (
        f"select {columns} from read_parquet({array(map(str, came))}, union_by_name = true, hive_partitioning = false)"
    )


def _duckdb(column: Column) -> str:
    return column.type.duckdb if column.type else "VARCHAR"


def _keep(connection: duckdb.DuckDBPyConnection, table: Table, before: Path, start: str | None) -> None:
    old = f"read_parquet({literal(str(before / '*.parquet'))}, hive_partitioning = false)"
    assert table.time is not None and start is not None
    older = f"{identifier(table.time.name)} < {literal(start)}::{_duckdb(table.time)}"
    connection.execute(f"create table older as select * from {old} where {older}")
    connection.execute("create table newer as select * from came")
    key = next((column.name for column in table.columns if _unique(connection, column)), None)
    if key:
        connection.execute(f"delete from older where {identifier(key)} in (select {identifier(key)} from newer)")
    connection.execute("create or replace view came as select * from older union all by name select * from newer")


def _unique(connection: duckdb.DuckDBPyConnection, column: Column) -> bool:
    """Whether *column* is a key of a mutable table: each value once, on either side."""
    if not column.name.endswith(("id", "_key", "_no", "number")):
        return False
    name = identifier(column.name)
    asked = [f"(select count(*) = count(distinct {name}) from {side})" for side in ("older", "newer")]
    found = connection.execute(f"select {' and '.join(asked)}").fetchone()
    return bool(found and found[0])


def _keep_folders(table: Table, before: Path, start: str, folder: Path) -> None:
    """Partitions before the day of *start* stay as they are."""
    assert table.time is not None
    prefix = f"{table.time.name}="
    for day in sorted(before.iterdir()):
        if day.name.lower().startswith(prefix) and day.name[len(prefix) :] < start[:10]:
            shutil.copytree(day, folder / day.name)


def _raw(connection: duckdb.DuckDBPyConnection, table: Table, folder: Path) -> None:
    """Write a file for each partition, of the table's own format, without the columns that are in the names of folders."""
    form = table.source.format or "parquet"
    options = f"(format {form}{', header' if form == 'csv' else ''})"
    keys = [key.name.lower() for key in table.source.partition_keys] or list(table.partitions)
    names = {column.name.lower(): column.name for column in table.source.columns}
    columns = ", ".join(
        f"{identifier(one.name)} as {identifier(names.get(one.name, one.name))}"
        for one in table.columns
        if one.name not in keys
    )
    connection.execute("create table written as select * from came")
    texts = [f"cast({identifier(key)} as varchar)" for key in keys]
    parts = connection.execute(f"select distinct {', '.join(texts)} from written").fetchall() if keys else [()]
    for part in parts:
        place = folder.joinpath(*(f"{key}={value}" for key, value in zip(keys, part, strict=True)))
        place.mkdir(parents=True, exist_ok=True)
        same = [f"{text} = {literal(str(value))}" for text, value in zip(texts, part, strict=True)]
        where = f" where {' and '.join(same)}" if same else ""
        target = literal(str(place / f"sample.{form}"))
        connection.execute(f"copy (select {columns} from written{where}) to {target} {options}")


def _count(connection: duckdb.DuckDBPyConnection, table: Table, folder: Path) -> int:
    form = table.source.format or "parquet" if table.source.kind is Kind.RAW else "parquet"
    if not any(folder.rglob(f"*.{form}")):
        return 0
    options = ", all_varchar = true" if form == "csv" else ""
    found = connection.execute(
        f"select count(*) from read_{form}({literal(f'{folder}/**/*.{form}')}{options})"
    ).fetchone()
    return int(found[0]) if found else 0
