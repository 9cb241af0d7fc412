"""The few forms of Markdown that the page is made of."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Sequence

WIDTH = 120
_UNBROKEN = re.compile(r"`[^`]+`|\[[^\]]+\]\([^)]+\)")


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table; a bar inside a cell would end it, so it is escaped."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |" for line in lines)


def code(words: Iterable[object]) -> str:
    """Words as inline code, in their order."""
    return " ".join(f"`{word}`" for word in words)


def paragraph(text: str, first: str = "", rest: str = "") -> str:
    """*text* in lines of the page's width, its inline code and links unbroken."""
    glued = _UNBROKEN.sub(lambda found: found[0].replace(" ", "\0"), text)
    return textwrap.fill(
        glued, WIDTH, initial_indent=first, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False
    ).replace("\0", " ")


def bullets(items: Iterable[str]) -> str:
    return "\n".join(paragraph(item, "- ", "  ") for item in items)


def counted(number: int, noun: str) -> str:
    """``1 case``, ``2 cases``, ``-`` for none."""
    return "-" if not number else f"{number:,} {noun}{'s' if number != 1 else ''}"
