"""Hive's grammar of a type that a catalog keeps as text: what else stands in Glue makes a table unreadable.

https://github.com/apache/hive/blob/rel/release-2.3.9/serde/src/java/org/apache/hadoop/hive/serde2/typeinfo/TypeInfoUtils.java:
letters, digits, ``_``, ``.``, ``$`` and blanks make a word, so a blank behind a comma is a part of the type's name.
"""

from __future__ import annotations

import re
from functools import lru_cache

_TOKEN = re.compile(r"[\w.$ ]+|[^\w.$ ]")
_WORD = re.compile(r"[\w.$ ]+")
_PLAIN = {
    "binary", "string", "boolean", "int", "bigint", "float", "double", "smallint", "tinyint", "date", "timestamp", "void",
    "interval_year_month", "interval_day_time", "timestamp with local time zone",
}  # fmt: skip
_SIZES = {"decimal": (0, 2), "varchar": (1, 1), "char": (1, 1)}
"""How many sizes a type has, at least and at most."""
_LARGEST = {"decimal": 38, "varchar": 65_535, "char": 255}
"""The largest size; the smallest is 1, and 0 of a varchar, which a CTAS of ``''`` makes."""


class NoType(ValueError):
    """Says where a text stops being a type, in Hive's words."""


class BadName(NoType):
    """A sign in a field's name that is none of a word."""


@lru_cache(maxsize=4096)
def is_type(text: str) -> bool:
    try:
        check_type(text)
    except NoType:
        return False
    return True


def check_type(text: str) -> None:
    """:raises NoType: where *text* is no type of Hive's."""
    reader = _Reader(text)
    reader.type()
    if reader.at < len(reader.tokens):
        raise NoType(f"Error: unexpected token at the position {reader.tokens[reader.at].start()} of '{text}'")


class _Reader:
    def __init__(self, text: str) -> None:
        self.text, self.tokens, self.at = text, [*_TOKEN.finditer(text)], 0

    def peek(self) -> str:
        return self.tokens[self.at][0] if self.at < len(self.tokens) else ""

    def expect(self, *wanted: str) -> str:
        """The next token, which is one of *wanted*: signs, or a "name"."""
        found = self.peek()
        if found and (found in wanted or ("name" in wanted and _WORD.fullmatch(found))):
            self.at += 1
            return found
        raise self._expected(" or ".join(wanted))

    def _expected(self, what: str) -> NoType:
        if self.at == len(self.tokens):
            return NoType(f"Error: {what} expected at the end of '{self.text}'")
        place = self.tokens[self.at].start()
        return NoType(f"Error: {what} expected at the position {place} of '{self.text}' but '{self.peek()}' is found.")

    def type(self) -> None:
        found = self.peek()
        if found in _PLAIN:
            self.at += 1
        elif found in _SIZES:
            self.at += 1
            self._sizes(found)
        elif found in ("array", "map", "uniontype"):
            self.at += 1
            self._nested(found)
        elif found == "struct":
            self.at += 1
            self._fields()
        else:
            raise self._expected("type")

    def _sizes(self, kind: str) -> None:
        sizes = []
        if self.peek() == "(":
            self.at += 1
            sizes = [self.expect("name")]
            while self.expect(",", ")") == ",":
                sizes.append(self.expect("name"))
        fewest, most = _SIZES[kind]
        if not fewest <= len(sizes) <= most or not all(size.isdecimal() for size in sizes):
            raise NoType(f"{kind} type has other sizes: {self.text}")
        first, *rest = map(int, sizes or ("10",))
        if not (kind != "varchar") <= first <= _LARGEST[kind] or any(scale > first for scale in rest):
            raise NoType(f"{kind} type has sizes out of its range: {self.text}")

    def _nested(self, kind: str) -> None:
        self.expect("<")
        self.type()
        if kind == "map":
            self.expect(",")
            self.type()
        while kind == "uniontype" and self.peek() == ",":
            self.at += 1
            self.type()
        self.expect(">")

    def _fields(self) -> None:
        self.expect("<")
        while self.expect("name", ">") != ">":
            if self.peek() != ":":
                raise BadName(str(self._expected(":")))
            self.at += 1
            self.type()
            if self.expect(">", ",") == ">":
                break
