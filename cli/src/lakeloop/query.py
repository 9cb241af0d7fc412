"""``just query "select ..."`` on the last good offline database."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence

import duckdb
from rich.console import Console
from rich.table import Table

from lakeloop import database
from lakeloop.arguments import take
from lakeloop.errors import UserError
from lakeloop.workspace import Workspace

_SHOWN = 100


def query(workspace: Workspace, words: Sequence[str]) -> int:
    """Print a query's rows: a table on a terminal, tab-separated when piped, ``format=json`` for JSON lines.

    Raises:
        UserError: no query, no database, or SQL that DuckDB refuses.
    """
    arguments, rest = take(words, {"format"})
    style = arguments.get("format", "table" if sys.stdout.isatty() else "tsv")
    if len(rest) != 1 or style not in ("table", "tsv", "json"):
        raise UserError('Usage: just query "select ..." [format=table|tsv|json]')
    with database.open_last(workspace) as connection:
        try:
            result = connection.execute(rest[0])
            names = [column[0] for column in result.description or []]
            rows = result.fetchall() if style != "table" else result.fetchmany(_SHOWN + 1)
        except duckdb.Error as error:
            raise UserError(f"DuckDB refuses the query: {error}") from error
    if style == "json":
        for row in rows:
            print(json.dumps(dict(zip(names, row, strict=True)), default=str, ensure_ascii=False))
    elif style == "tsv":
        print("\t".join(names))
        for row in rows:
            print("\t".join("" if value is None else str(value) for value in row))
    else:
        _print_table(names, rows)
    return 0


def _print_table(names: list[str], rows: list[tuple[object, ...]]) -> None:
    table = Table()
    for name in names:
        table.add_column(name)
    for row in rows[:_SHOWN]:
        table.add_row(*("" if value is None else str(value) for value in row))
    console = Console()
    console.print(table)
    if len(rows) > _SHOWN:
        console.print(f"The first {_SHOWN} rows. Pipe the command to have them all.")
