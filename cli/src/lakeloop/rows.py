"""A query's rows on standard output, whichever engine they come from."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from itertools import islice

from rich.console import Console
from rich.table import Table

from lakeloop.errors import UserError

STYLES = ("table", "tsv", "json")
_SHOWN = 100


def style(asked: str | None) -> str:
    """The *asked* style, or a table on a terminal and tab-separated text when piped. Raises ``UserError``."""
    chosen = asked or ("table" if sys.stdout.isatty() else "tsv")
    if chosen not in STYLES:
        raise UserError(f"format={chosen} is not known. Known: {', '.join(f'format={name}' for name in STYLES)}.")
    return chosen


def print_rows(style: str, names: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print *rows* under their *names*; a table shows the first ones only and says so."""
    if style == "json":
        for row in rows:
            print(json.dumps(dict(zip(names, row, strict=True)), default=str, ensure_ascii=False))
    elif style == "tsv":
        print("\t".join(names))
        for row in rows:
            print("\t".join("" if value is None else str(value) for value in row))
    else:
        _print_table(names, list(islice(rows, _SHOWN + 1)))


def _print_table(names: Sequence[str], rows: list[Sequence[object]]) -> None:
    table = Table()
    for name in names:
        table.add_column(name)
    for row in rows[:_SHOWN]:
        table.add_row(*("" if value is None else str(value) for value in row))
    console = Console()
    console.print(table)
    if len(rows) > _SHOWN:
        console.print(f"The first {_SHOWN} rows. Pipe the command to have them all.")
