"""A query's rows on standard output, whichever engine they come from."""

from __future__ import annotations

import json
import math
import re
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, islice

from rich.measure import Measurement
from rich.table import Table

from lakeloop import plain, terminal
from lakeloop.errors import UserError

STYLES = ("table", "tsv", "json")
_SHOWN = 100
_ANY_WIDTH = 1 << 20
_PARTING = {"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"}
_IN_TSV = re.compile(rf"[\\\t\n]|{plain.CONTROLS.pattern}")


def style(asked: str | None) -> str:
    """The *asked* style, or a table on a terminal and tab-separated text when piped. Raises ``UserError``."""
    chosen = asked or ("table" if sys.stdout.isatty() else "tsv")
    if chosen not in STYLES:
        raise UserError(f"format={chosen} is not known. Known: {', '.join(f'format={name}' for name in STYLES)}.")
    return chosen


def print_rows(
    style: str, names: Sequence[str], rows: Iterable[Sequence[object]], *, upright: int | None = None
) -> None:
    """Print *rows* under their *names*; a table shows the first ones only and says so.

    Args:
        upright: the most rows of a table in which each field has a line of its own; None for as many as of any other.

    Raises:
        UserError: two columns of one name, and JSON is asked for.
    """
    if style == "json":
        if twice := [name for name, count in Counter(names).items() if count > 1]:
            raise UserError(f"Two columns are called {twice[0]}, and an object of JSON has one: `... as another_name`.")
        for row in rows:
            print(_json(dict(zip(names, row, strict=True))))
    elif style == "tsv":
        for row in chain([names], rows):
            print("\t".join(_tsv(value) for value in row))
    else:
        _print_table(names, list(islice(rows, _SHOWN + 1)), upright)


def _tsv(value: object) -> str:
    r"""A field as PostgreSQL's COPY and Linear TSV write it: ``\t``, ``\n``, ``\r``, ``\\``; and ``\x1b`` and the like.

    Nothing stands for NULL, as for a text without characters; JSON tells the two apart.
    """
    text = "" if value is None else str(value)
    return _IN_TSV.sub(lambda found: _PARTING.get(found[0]) or plain.spelt(found[0]), text)


def _json(value: object) -> str:
    r"""A value as RFC 8259 has it, whose strings may spell any character as ``\u009b``."""
    encoding = (sys.stdout.encoding or "utf-8").lower()
    text = json.dumps(_plain(value), ensure_ascii=not encoding.startswith("utf"), allow_nan=False)
    return plain.CONTROLS.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _plain(value: object) -> object:
    """*value* of what JSON knows; numbers that are none by their names, whatever else as text."""
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return str(value)


def _print_table(names: Sequence[str], rows: list[Sequence[object]], upright: int | None) -> None:
    shown = [["" if value is None else str(value) for value in row] for row in rows[:_SHOWN]]
    table = Table()
    for name in names:
        table.add_column(name)
    for row in shown:
        table.add_row(*row)
    console = terminal.console()
    anywhere = console.options.update(width=_ANY_WIDTH)
    if Measurement.get(console, anywhere, table).minimum > console.width:
        table = _upright(names, shown[:upright])
    console.print(table)
    if len(rows) > _SHOWN:
        console.print(f"The first {_SHOWN} rows. Pipe the command to have them all.")


def _upright(names: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    """A line for each field, for a terminal in which the columns would be narrower than their words."""
    table = Table(show_header=False)
    for row in rows:
        for name, value in zip(names, row, strict=True):
            table.add_row(name, value)
        table.add_section()
    return table
