"""rich's console for texts of others: no markup (``[/foo]``), no emoji codes, no control characters but rich's own; and no cell of
a table is cut."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable
from typing import IO, Any

from rich.console import Console, ConsoleDimensions, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from lakeloop.plain import printable

_DUMB = ("dumb", "unknown")


def console(*, stderr: bool = False, soft_wrap: bool = False) -> Console:
    """A console that takes strings as they are."""
    made = _Console(stderr=stderr, soft_wrap=soft_wrap, markup=False, emoji=False, highlight=False)
    if made.is_dumb_terminal:  # rich takes it to have 80 columns, and tables break
        made.size = ConsoleDimensions(*shutil.get_terminal_size())
    return made


def colored() -> bool:
    """Whether a child process may print colours on standard output: https://no-color.org, as rich has it."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") not in _DUMB


class _Console(Console):
    @property
    def file(self) -> IO[str]:
        """The terminal itself: rich looks behind one stream, and while a bar moves its own stands before ``plain``'s."""
        found = super().file
        while (behind := getattr(found, "rich_proxied_file", None)) is not None:
            found = behind
        return found

    @file.setter
    def file(self, file: IO[str]) -> None:
        self._file = file

    def render_str(self, text: str, **how: Any) -> Text:
        return super().render_str(printable(text), **how)  # before anything is measured

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        if isinstance(renderable, Table):
            for column in renderable.columns:  # a word that is too wide goes on in the next line: a half date is none
                column.overflow = "fold"
        for segment in super().render(renderable, options):
            yield segment if segment.control else segment._replace(text=printable(segment.text))


def figures(rows: Iterable[tuple[str, str]]) -> Table:
    """Figures with their names, each on a line for a cell of a table; a name that is too wide goes on below itself."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(justify="right", no_wrap=True)
    table.add_column()
    for figure, name in rows:
        table.add_row(figure, name)
    return table
