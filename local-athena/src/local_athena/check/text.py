"""A file of SQL as its statements, each where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator

from local_athena.sql.tokens import skip_comments

_PIECE = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|--[^\n]*|/\*.*?\*/|;|[^'"`;/-]+|.""", re.DOTALL)
_NOT_A_BREAK = re.compile(r"[^\n]")


def statements(text: str) -> Iterator[str]:
    """The statements that semicolons part, each behind as many lines and blanks as precede it: lines and columns are the file's."""
    begin = 0
    for piece in _PIECE.finditer(text):
        if piece[0] == ";":
            yield from _placed(text, begin, piece.start())
            begin = piece.end()
    yield from _placed(text, begin, len(text))


def _placed(text: str, begin: int, end: int) -> Iterator[str]:
    if skip_comments(text[begin:end]) != end - begin:
        yield _NOT_A_BREAK.sub(" ", text[:begin]) + text[begin:end]


def start(statement: str) -> tuple[int, int]:
    """Line and column, from 1, of a statement's first word."""
    before = statement[: skip_comments(statement)]
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
