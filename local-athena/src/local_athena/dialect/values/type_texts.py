"""Spellings of Trino's types, read into their parts: ``row(a array(decimal(3, 1)), "b" varchar)``.

https://trino.io/docs/current/language/types.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_TOKEN = re.compile(r'\s*(?:"((?:[^"]|"")*)"|(\w+)|(.))')


@dataclass(frozen=True, slots=True)
class Written:
    """A type as it is written: its name in small letters, its numbers, and the types in its brackets with their fields' names."""

    name: str
    params: tuple[int, ...] = ()
    args: tuple[tuple[str | None, Written], ...] = ()


def read(text: str) -> Written | None:
    """The parts of the type that *text* spells; None where it spells none."""
    tokens: list[tuple[str, bool]] = []
    for quoted, word, sign in _TOKEN.findall(text.strip()):
        tokens.append((quoted.replace('""', '"'), True) if quoted else (word or sign, False))
    reader = _Reader(tokens)
    result = reader.type()
    return result if reader.position == len(tokens) else None


class _Reader:
    def __init__(self, tokens: list[tuple[str, bool]]) -> None:
        self.tokens, self.position = tokens, 0

    def peek(self, ahead: int = 0) -> str:
        at = self.position + ahead
        return self.tokens[at][0].lower() if at < len(self.tokens) else ""

    def next(self) -> str:
        self.position += 1
        return self.tokens[self.position - 1][0] if self.position <= len(self.tokens) else ""

    def skip(self, *words: str) -> bool:
        if all(self.peek(i) == w for i, w in enumerate(words)):
            self.position += len(words)
            return True
        return False

    def type(self) -> Written:
        name = self.next().lower()
        if name == "interval":
            start, _, end = self.next().lower(), self.next(), self.next().lower()
            return Written(f"interval {start} to {end}")
        self.skip("precision")
        params: list[int] = []
        args: list[tuple[str | None, Written]] = []
        if self.skip("("):
            while not self.skip(")"):
                if self.position >= len(self.tokens):
                    self.position += 1  # past the end: the bracket is not closed
                    break
                if self.peek().isdigit():
                    params.append(int(self.next()))
                else:
                    args.append((self.field() if self.names_field(name) else None, self.type()))
                self.skip(",")
        if self.skip("with", "time", "zone"):
            name += " with time zone"
        self.skip("without", "time", "zone")
        return Written(name, tuple(params), tuple(args))

    def field(self) -> str:
        """The name of a field; only one in quotes keeps its case."""
        quoted = self.tokens[self.position][1]
        return self.next() if quoted else self.next().lower()

    def names_field(self, name: str) -> bool:
        """Whether the name of a field comes next, in the brackets of the type *name*."""
        if self.peek() == "interval" and self.peek(2) == "to":
            return False
        return self.tokens[self.position][1] or (
            name == "row" and self.peek(1) not in ("(", ",", ")", "precision", "with")
        )
