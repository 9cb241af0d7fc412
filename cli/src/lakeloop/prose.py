"""First lines of docstrings, comments and documents: each names a thing or begins with a verb.

    python -m lakeloop.prose FILE...

A line that begins with "What", "Who" or "Where" describes a thing instead of naming it, and reads as a riddle. Looked at
are, in Python, docstrings (of attributes too) and the first line of each comment; in Markdown, the first line of text; in all
other files, the first line of each comment that has a line of its own.
"""

from __future__ import annotations

import ast
import io
import re
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path

RIDDLE = re.compile(r"(What|Who|Whoever|Where)\b")
COMMENT = {".sql": "--"}
"""Beginning of a comment by the file's ending; ``#`` in all others."""
SHEBANG = "#!"
NO_TEXT = ("#", "<", "!", "[", "|", "`")
"""Beginnings of Markdown's headings, tags, pictures, links, tables and code."""

type Line = tuple[int, str]


def first_lines(name: str, text: str) -> list[Line]:
    """The first lines in *text* of a file called *name*, each with its number.

    Raises:
        SyntaxError: it is Python and cannot be read.
    """
    ending = Path(name).suffix
    if ending == ".py":
        return sorted([*_docstrings(text), *_python_comments(text)])
    if ending == ".md":
        return list(_document(text))
    mark = COMMENT.get(ending, "#")
    comments = [
        (number, stripped.removeprefix(mark))
        for number, line in enumerate(text.splitlines(), start=1)
        if (stripped := line.strip()).startswith(mark) and not stripped.startswith(SHEBANG)
    ]
    return list(_begin(comments))


def main(names: list[str]) -> int:
    """Print each first line that is a riddle; the exit code is 1 if there is one."""
    found = False
    for name in names:
        for number, line in first_lines(name, Path(name).read_text("utf-8")):
            if RIDDLE.match(line.strip()):
                found = True
                print(f"{name}:{number}: a first line names a thing or begins with a verb: {line.strip()}")
    return int(found)


def _docstrings(text: str) -> Iterator[Line]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield node.lineno, node.value.value.strip().partition("\n")[0]


def _python_comments(text: str) -> Iterator[Line]:
    """Comments that share a line with code are whole by themselves."""
    own: list[Line] = []
    beside: list[Line] = []
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT and not token.string.startswith(SHEBANG):
            is_own = token.line[: token.start[1]].strip() == ""
            (own if is_own else beside).append((token.start[0], token.string.removeprefix("#")))
    yield from beside
    yield from _begin(own)


def _begin(comments: list[Line]) -> Iterator[Line]:
    """Of lines of comments, those that no other stands right above."""
    numbers = {number for number, _ in comments}
    return (comment for comment in comments if comment[0] - 1 not in numbers)


def _document(text: str) -> Iterator[Line]:
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip() and not line.startswith(NO_TEXT):
            yield number, line.lstrip("*_ ")
            return


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
