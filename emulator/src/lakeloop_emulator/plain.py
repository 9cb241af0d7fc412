"""Texts for a terminal: a value, a name or a message of somebody else's is shown, never obeyed.

Control characters move the cursor, set the clipboard and the title of the window, and forge lines. The recipes and the
emulator's host program have this file both, for they share no code; a test compares them.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TextIO, cast

CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""C0 without tab and line feed, delete and C1 (https://ecma-international.org/publications-and-standards/standards/ecma-48/);
marks and overrides of the direction of writing (https://www.unicode.org/reports/tr9/#Directional_Formatting_Characters); the
two separators that end lines for some programs; and halves of surrogates, which no encoding takes."""


def printable(text: str) -> str:
    r"""*text* with ``\x1b`` and the like, spelt out, in the place of control characters; tabs and line feeds stay."""
    return CONTROLS.sub(lambda found: spelt(found[0]), text)


def spelt(character: str) -> str:
    r"""*character* as ``\x1b`` or ``\u202e``."""
    number = ord(character)
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}"


@contextmanager
def printing() -> Iterator[None]:
    """Until the block ends, what is printed on standard output and standard error has no control characters."""
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = (cast(TextIO, _Stream(stream)) for stream in before)
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before


class _Stream:
    """A stream of text; rich, whose own control sequences are wanted, finds the one behind it."""

    def __init__(self, stream: TextIO) -> None:
        self.rich_proxied_file = stream

    def write(self, text: str) -> int:
        stream, shown = self.rich_proxied_file, printable(text)
        try:
            return stream.write(shown)
        except UnicodeEncodeError:  # of an encoding that has not all characters
            return stream.write(shown.encode(stream.encoding, "backslashreplace").decode(stream.encoding))

    def writelines(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.rich_proxied_file, name)
