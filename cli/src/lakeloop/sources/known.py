"""``dbt/source_columns.yml``: columns of tables in Glue, for a machine that has no rows of them.

With it, an empty table stands in for one without local files, and models that read it are built, of no rows. `just adopt`
writes it; a team may edit it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import yaml
from lakeloop_project.sources import BadType, Column, SourceTable, parse_type
from lakeloop_raw.sql import identifier

from lakeloop import files
from lakeloop.errors import UserError

FILE = "source_columns.yml"
_HEADER = """# Columns of tables that are in Glue, by source and table; types as Athena spells them. Where
# data/sources/<source>/<table>/ has no files, an empty table with these columns stands in, on DuckDB and in the emulator.
# AWS has the tables themselves.
"""


def read(project: Path) -> dict[str, tuple[Column, ...]]:
    """The columns by ``source.table``; empty without the file.

    Raises:
        UserError: it is no YAML of that shape, or a type is none.
    """
    file = project / FILE
    try:
        document = yaml.safe_load(file.read_text("utf-8")) or {}
    except FileNotFoundError:
        return {}
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise UserError(f"{file} is not YAML: {error}") from error
    if not isinstance(document, dict) or not all(isinstance(columns, dict) for columns in document.values()):
        raise UserError(f"{file}: write `source.table:` and below it a `column: type` a line.")
    return {
        str(name): tuple(_column(file, str(name), str(column), kind) for column, kind in columns.items())
        for name, columns in document.items()
    }


def write(project: Path, tables: Mapping[str, Mapping[str, str]], guessed: Mapping[str, Iterable[str]]) -> None:
    """Write the columns (types by name) of *tables*; those that are *guessed* are marked."""
    lines = [_HEADER.rstrip()]
    for name, columns in sorted(tables.items()):
        lines.append(f"{_quoted(name)}:" if columns else f"{_quoted(name)}: {{}}")
        marks = set(guessed.get(name, ()))
        lines += [
            f"  {_quoted(column)}: {_quoted(kind)}{'  # a guess' if column in marks else ''}"
            for column, kind in columns.items()
        ]
    files.write(project / FILE, "\n".join(lines) + "\n")


def empty_query(columns: Iterable[Column]) -> str:
    """A DuckDB query of no rows with *columns*."""
    selected = [f"cast(null as {column.type.duckdb}) as {identifier(column.name)}" for column in columns if column.type]
    return f"select {', '.join(selected)} where false"


def with_columns(table: SourceTable, known: Mapping[str, tuple[Column, ...]]) -> tuple[Column, ...]:
    """The columns that an empty *table* has: those of the file, else declared ones if all have types; empty if neither."""
    if found := known.get(table.full_name):
        return found
    complete = all(column.type is not None and column.type.in_glue for column in table.columns)
    return table.columns if complete else ()


def _column(file: Path, table: str, name: str, kind: object) -> Column:
    try:
        return Column(name, parse_type(str(kind)))
    except BadType as error:
        raise UserError(f"{file}: {table}, column {name}: {kind!r} is no type: {error}.") from None


def _quoted(text: str) -> str:
    """*text* as YAML, in quotes if it needs them."""
    return yaml.safe_dump(text, width=10_000).strip().removesuffix("\n...").strip()
