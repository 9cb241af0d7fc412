"""DuckDB's views over files: what a source's table is offline."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import duckdb
from lakeloop_project.sources import Column, Kind, SourceTable, Type
from lakeloop_raw.sql import array, identifier, literal, mapping

from lakeloop.errors import UserError

# Nothing is guessed: CSV is text, cast to the declared types.
_CSV = "header = true, all_varchar = true, delim = ',', quote = '\"', escape = '\"', union_by_name = true"
# No text of a file: an empty field is an empty text and not null, as it is for Athena's CSV reader.
_NO_NULL = "nullstr = '\x01'"


def raw_view(table: SourceTable, raw: Path, endings: Mapping[str, Iterable[str]]) -> str:
    """The query over the files of a complete raw *table*; a file that arrives later in one of its folders is read, too.

    Args:
        endings: of the files that are there (``.csv.gz``), by format.
    """
    folder = _plain(raw / table.folder) + "".join(f"/{key.name}=[!._]*" for key in table.partition_keys)
    return "\nunion all\n".join(
        _select(table, form, [f"{folder}/[!._]*{ending}" for ending in sorted(found)])
        for form, found in sorted(endings.items())
    )


def _select(table: SourceTable, form: str, globs: Sequence[str]) -> str:
    # In lower case, as Glue has them.
    columns = [
        f"cast({identifier(column.name)} as {_type(column)}) as {identifier(column.name.lower())}"
        for column in table.columns
    ]
    options = {
        "parquet": "union_by_name = true",
        "csv": f"{_CSV}, {_NO_NULL}" if table.format == "csv" else _CSV,
        "json": "format = 'newline_delimited', columns = "
        + mapping((column.name, _type(column)) for column in table.data_columns),
    }[form]
    keys = table.partition_keys
    types = ", ".join(f"{identifier(key.name)}: {_type(key)}" for key in keys)
    hive = f"hive_partitioning = true, hive_types = {{{types}}}" if keys else "hive_partitioning = false"
    shown = ",\n    ".join(columns)
    return f"select\n    {shown}\nfrom read_{form}({array(globs)}, {options}, {hive})"


def _type(column: Column) -> str:
    assert column.type is not None
    return column.type.duckdb


def glue_view(connection: duckdb.DuckDBPyConnection, table: SourceTable, files: Mapping[str, Sequence[Path]]) -> str:
    """The query over the local *files*, by format, that stand in for a table in Glue: DuckDB's types unless declared.

    Raises:
        UserError: files that DuckDB cannot read.
    """
    readers = [_reader(form, found) for form, found in sorted(files.items())]
    query = "\nunion all by name\n".join(f"select * from {reader}" for reader in readers)
    try:
        names = [name for name, *_ in connection.execute(f"describe {query}").fetchall()]
    except duckdb.Error as error:
        folder = next(iter(files.values()))[0].parent
        raise UserError(
            f"{table.full_name}: its files in {folder} cannot be read: {str(error).strip().splitlines()[0][:200]}"
        ) from error
    declared = {column.name.lower(): column.type for column in table.columns}
    columns = [_read_as(name, declared.get(name.lower())) for name in names]
    return f"select {', '.join(columns)} from (\n{query}\n)"


def _read_as(name: str, kind: Type | None) -> str:
    read = f"cast({identifier(name)} as {kind.duckdb})" if kind else identifier(name)
    return f"{read} as {identifier(name.lower())}"


def _reader(form: str, files: Sequence[Path]) -> str:
    paths = array(map(str, files))
    partitioned = any("=" in folder.name for file in files for folder in file.parents)
    hive = f"hive_partitioning = {str(partitioned).lower()}"
    options = {
        "parquet": "union_by_name = true",
        "csv": "header = true, union_by_name = true",
        "json": "format = 'auto', union_by_name = true",
    }[form]
    return f"read_{form}({paths}, {options}, {hive})"


def create(connection: duckdb.DuckDBPyConnection, table: SourceTable, query: str) -> None:
    """Make or replace the view that *table* is offline, in its own schema.

    To make one, DuckDB opens every file. A raw table's is left as it is if its comment has the hash of the same query: all its
    types are in there, whatever becomes of the files.

    Raises:
        UserError: DuckDB refuses it.
    """
    schema, name = identifier(table.schema), identifier(table.identifier)
    digest = hashlib.sha256(query.encode()).hexdigest()
    if table.kind is Kind.RAW and _comment(connection, table) == digest:
        return
    try:
        connection.execute(f"create schema if not exists {schema}")
        connection.execute(f"create or replace view {schema}.{name} as\n{query}")
        connection.execute(f"comment on view {schema}.{name} is {literal(digest)}")
    except duckdb.Error as error:
        raise UserError(
            f"{table.full_name} ({table.file}) cannot be made in DuckDB: {str(error).strip().splitlines()[0][:300]}"
        ) from error


def _comment(connection: duckdb.DuckDBPyConnection, table: SourceTable) -> str | None:
    found = connection.execute(
        "select comment from duckdb_views() where database_name = current_database() and schema_name = $schema "
        "and view_name = $view and not internal",
        {"schema": table.schema, "view": table.identifier},
    ).fetchone()
    return found[0] if found else None


def drop(connection: duckdb.DuckDBPyConnection, table: SourceTable) -> None:
    """Take away the view of a table that has no files any more."""
    found = connection.execute(
        "select 1 from duckdb_views() where schema_name = $schema and view_name = $name and not internal",
        {"schema": table.schema, "name": table.identifier},
    ).fetchall()
    if found:
        connection.execute(f"drop view {identifier(table.schema)}.{identifier(table.identifier)}")


def _plain(path: Path) -> str:
    """*path* for a glob that means itself."""
    return "".join(f"[{character}]" if character in "[*?" else character for character in str(path))
