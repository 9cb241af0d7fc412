"""The grammar of SQL/JSON paths, as a tree of tuples: https://trino.io/docs/current/functions/json.html#json-path-language."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import Any

from local_athena.dialect.udf.failures import Failure

type Tree = tuple[Any, ...]

_TOKEN = re.compile(
    r"""\s*(?:(?P<string>"(?:[^"]|"")*")|(?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?P<variable>\$[A-Za-z_]\w*)"""
    r"""|(?P<name>[A-Za-z_]\w*)|(?P<sign>\.\.|==|<>|!=|<=|>=|&&|\|\||[-+*/%.$@()\[\],?!<>]))"""
)
_METHODS = {"double", "ceiling", "floor", "abs", "keyvalue", "type", "size"}
_UNKNOWN_METHODS = {"datetime", "bigint", "boolean", "date", "decimal", "integer", "number", "string", "time", "time_tz",
                    "timestamp", "timestamp_tz"}  # fmt: skip
_FLAGS = {"i": re.I, "m": re.M, "s": re.S, "x": re.X}


@lru_cache(maxsize=1024)
def parsed(path: str) -> tuple[bool, Tree]:
    """Whether *path* is strict, and its tree. Raises SYNTAX_ERROR where it is none."""
    mode = re.match(r"\s*(lax|strict)\b", path)
    reader = _Reader(path, mode.end() if mode else len(path))
    if not mode or not reader.tokens:
        raise reader.error()
    tree = reader.sum()
    if reader.tokens[reader.place :]:
        raise reader.error()
    return mode[1] == "strict", tree


def variables(path: str) -> set[str]:
    """Names of the variables that *path* needs from PASSING."""

    def of(tree: Any) -> set[str]:
        if isinstance(tree, tuple) and tree[:1] == ("variable",):
            return {tree[1]}
        return set().union(*map(of, tree)) if isinstance(tree, tuple | list) else set()

    return of(parsed(path)[1])


class _Reader:
    def __init__(self, path: str, start: int) -> None:
        self.path, self.place = path, 0
        self.tokens: list[tuple[str, str]] = []
        while path[start:].strip():
            found = _TOKEN.match(path, start)
            if not found:
                raise self.error()
            self.tokens.append((str(found.lastgroup), found[0].strip()))
            start = found.end()

    def error(self) -> Failure:
        return Failure(f"SYNTAX_ERROR: Invalid JSON path: {self.path}")

    def peek(self, ahead: int = 0) -> str:
        at = self.place + ahead
        return self.tokens[at][1] if at < len(self.tokens) else ""

    def take(self, *words: str) -> bool:
        if all(self.peek(i) == word for i, word in enumerate(words)):
            self.place += len(words)
            return True
        return False

    def expect(self, word: str) -> None:
        if not self.take(word):
            raise self.error()

    def next(self, kind: str) -> str:
        if self.place >= len(self.tokens) or self.tokens[self.place][0] != kind:
            raise self.error()
        self.place += 1
        return self.tokens[self.place - 1][1]

    # ---- expressions

    def sum(self) -> Tree:
        left = self.product()
        while (sign := self.peek()) in ("+", "-"):
            self.place += 1
            left = ("binary", sign, left, self.product())
        return left

    def product(self) -> Tree:
        left = self.signed()
        while (sign := self.peek()) in ("*", "/", "%"):
            self.place += 1
            left = ("binary", sign, left, self.signed())
        return left

    def signed(self) -> Tree:
        if (sign := self.peek()) in ("+", "-"):
            self.place += 1
            return ("signed", sign, self.signed())
        return self.accessor()

    def accessor(self) -> Tree:
        tree = self.primary()
        while True:
            if self.take(".."):
                tree = ("descendants", tree, self.key())
            elif self.take(".", "*"):
                tree = ("member", tree, None)
            elif self.take("."):
                tree = self.member(tree)
            elif self.take("[", "*", "]"):
                tree = ("elements", tree, None)
            elif self.take("["):
                tree = ("elements", tree, self.subscripts())
            elif self.take("?"):
                self.expect("(")
                tree = ("filter", tree, self.predicate())
                self.expect(")")
            else:
                return tree

    def key(self) -> str:
        if self.place < len(self.tokens) and self.tokens[self.place][0] == "string":
            return _text(self.next("string"))
        return self.next("name")

    def member(self, tree: Tree) -> Tree:
        name = self.peek()
        if self.peek(1) == "(" and name in _UNKNOWN_METHODS:
            raise Failure(f"NOT_SUPPORTED: The method {name}() of JSON paths is not supported by local Athena")
        if self.peek(1) == "(" and name in _METHODS:
            self.place += 1
            self.expect("(")
            self.expect(")")
            return ("method", tree, name)
        return ("member", tree, self.key())

    def subscripts(self) -> list[tuple[Tree, Tree | None]]:
        ranges = []
        while True:
            first = self.sum()
            ranges.append((first, self.sum() if self.take("to") else None))
            if self.take("]"):
                return ranges
            self.expect(",")

    def primary(self) -> Tree:
        kind, word = self.tokens[self.place] if self.place < len(self.tokens) else ("", "")
        self.place += 1
        if kind == "string":
            return ("literal", _text(word))
        if kind == "number":
            value = float(word) if "e" in word.lower() else Decimal(word) if "." in word else int(word)
            return ("literal", value)
        if kind == "variable":
            return ("variable", word[1:])
        if word in _WORDS:
            return _WORDS[word]
        if word == "(":
            tree = self.sum()
            self.expect(")")
            return tree
        raise self.error()

    # ---- predicates

    def predicate(self) -> Tree:
        parts = [self.conjunction()]
        while self.take("||"):
            parts.append(self.conjunction())
        return ("or", *parts) if len(parts) > 1 else parts[0]

    def conjunction(self) -> Tree:
        parts = [self.condition()]
        while self.take("&&"):
            parts.append(self.condition())
        return ("and", *parts) if len(parts) > 1 else parts[0]

    def condition(self) -> Tree:
        if self.take("!"):
            return ("not", self.condition())
        if self.take("exists", "("):
            tree: Tree = ("exists", self.sum())
            self.expect(")")
            return tree
        start = self.place
        if self.take("("):
            try:
                tree = self.predicate()
                self.expect(")")
            except Failure:  # brackets around an operand
                self.place = start
            else:
                if self.take("is", "unknown"):
                    return ("is unknown", tree)
                if self.peek() in ("", ")", "&&", "||"):
                    return tree
                self.place = start
        return self.comparison()

    def comparison(self) -> Tree:
        left = self.sum()
        if self.take("starts", "with"):
            return ("starts with", left, self.primary())
        if self.take("like_regex"):
            pattern = _text(self.next("string"))
            flags = _text(self.next("string")) if self.take("flag") else ""
            if not set(flags) <= set(_FLAGS):
                raise self.error()
            return ("like", left, pattern, sum(_FLAGS[f] for f in set(flags)))
        sign = self.peek()
        if sign not in ("==", "<>", "!=", "<", "<=", ">", ">="):
            raise self.error()
        self.place += 1
        return ("compare", sign, left, self.sum())


def _text(written: str) -> str:
    return written[1:-1].replace('""', '"')


_WORDS: dict[str, Tree] = {
    "$": ("root",), "@": ("item",), "last": ("last",), "true": ("literal", True), "false": ("literal", False),
    "null": ("literal", None),
}  # fmt: skip
