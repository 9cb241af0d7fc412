"""The grammar of SQL/JSON paths, as a tree of tuples: https://trino.io/docs/current/functions/json.html#json-path-language.

It is that of https://github.com/trinodb/trino/blob/master/core/trino-parser/src/main/antlr4/io/trino/jsonpath/JsonPath.g4.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import Any

from local_athena.dialect.udf.failures import Failure
from local_athena.dialect.udf.path_values import PathError, Typed, whole_type

type Tree = tuple[Any, ...]

_TOKEN = re.compile(
    r"""[ \r\n\t]*(?:(?P<string>"(?:[^"]|"")*")|(?P<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)"""
    r"""|(?P<variable>\$[A-Za-z_]\w*)|(?P<name>[A-Za-z_]\w*)|(?P<sign>\.\.|==|<>|!=|<=|>=|&&|\|\||[^ \r\n\t]))""",
    re.ASCII,
)
_METHODS = {"double", "ceiling", "floor", "abs", "keyvalue", "type", "size", "datetime"}
_MAX_PRECISION = 38


class PathSyntaxError(Failure):
    """A text that is no path, and the *offset* of the character of it where that shows."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(f"SYNTAX_ERROR: {message}")
        self.message, self.offset = message, offset


@lru_cache(maxsize=1024)
def parsed(path: str) -> tuple[bool, Tree]:
    """Whether *path* is strict, and its tree. Raises PathSyntaxError where it is none."""
    reader = _Reader(path)
    mode = reader.peek()
    if not reader.take("lax") and not reader.take("strict"):
        raise reader.error("{'lax', 'strict'}")
    try:
        tree = reader.sum()
    except RecursionError:
        raise PathSyntaxError("stack overflow while parsing JSON path", 0) from None
    if reader.peek():
        raise reader.error("<EOF>")
    return mode == "strict", tree


def variables(tree: Any) -> set[str]:
    """Names of the variables that the path of *tree* needs from PASSING."""
    if isinstance(tree, tuple) and tree[:1] == ("variable",):
        return {tree[1]}
    return set().union(*map(variables, tree)) if isinstance(tree, tuple | list) else set()


class _Reader:
    def __init__(self, path: str) -> None:
        self.path, self.place = path, 0
        self.tokens: list[tuple[str, str, int]] = []
        start = 0
        while found := _TOKEN.match(path, start):
            kind = str(found.lastgroup)
            self.tokens.append((kind, found[kind], found.start(kind)))
            start = found.end()

    def error(self, expected: str = "") -> PathSyntaxError:
        word, offset = self.tokens[self.place][1:] if self.place < len(self.tokens) else ("<EOF>", len(self.path))
        return PathSyntaxError(f"mismatched input '{word}'" + (f" expecting {expected}" if expected else ""), offset)

    def kind(self, ahead: int = 0) -> str:
        at = self.place + ahead
        return self.tokens[at][0] if at < len(self.tokens) else ""

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
            raise self.error(f"'{word}'")

    def next(self, *kinds: str) -> str:
        if self.kind() not in kinds:
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
        sign = self.peek()
        if sign == "+" or (sign == "-" and self.kind(1) != "number"):
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
        word = self.next("string", "name")
        return _text(word) if word.startswith('"') else word

    def member(self, tree: Tree) -> Tree:
        name = self.peek()
        if self.kind() == "name" and name in _METHODS and self.peek(1) == "(":
            self.place += 2
            if name == "datetime" and self.kind() == "string":
                self.place += 1
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
            if not self.take(","):
                raise self.error("{',', ']'}")

    def primary(self) -> Tree:
        word = self.peek()
        if self.kind() == "string":
            value = _text(self.next("string"))
            return ("literal", Typed(("varchar", len(value)), value))
        if self.kind() == "number" or (word == "-" and self.kind(1) == "number"):
            return self.number("-" if self.take("-") else "")
        if self.kind() == "variable":
            return ("variable", self.next("variable")[1:])
        if word in _WORDS:
            self.place += 1
            return _WORDS[word]
        if self.take("("):
            tree = self.sum()
            self.expect(")")
            return tree
        raise self.error()

    def number(self, sign: str) -> Tree:
        offset = self.tokens[self.place][2]
        word = sign + self.next("number")
        if "e" in word.lower():
            return ("literal", Typed(("double",), float(word)))
        if "." in word:
            value = Decimal(word)
            scale = -int(value.as_tuple().exponent)
            precision = max(len(value.as_tuple().digits) if value else 1, scale)
            if precision > _MAX_PRECISION:
                raise PathSyntaxError(f"Invalid numeric literal: {word}", offset)
            return ("literal", Typed(("decimal", precision, scale), value))
        try:
            return ("literal", Typed((whole_type(int(word)),), int(word)))
        except (PathError, ValueError):
            raise PathSyntaxError(f"Invalid numeric literal: {word}", offset) from None

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
            return ("not", self.delimited())
        start = self.place
        if self.peek() == "(":
            try:
                tree = self.delimited()
            except Failure:  # brackets around an operand
                self.place = start
            else:
                if self.take("is", "unknown"):
                    return ("is unknown", tree)
                if self.peek() in ("", ")", "&&", "||"):
                    return tree
                self.place = start
        return self.delimited() if self.peek() == "exists" else self.comparison()

    def delimited(self) -> Tree:
        if self.take("exists", "("):
            tree: Tree = ("exists", self.sum())
        else:
            self.expect("(")
            tree = self.predicate()
        self.expect(")")
        return tree

    def comparison(self) -> Tree:
        left = self.sum()
        if self.take("starts", "with"):
            if self.kind() not in ("string", "variable"):
                raise self.error("{STRING, NAMED_VARIABLE}")
            return ("starts with", left, self.primary())
        if self.take("like_regex"):
            self.next("string")
            if self.take("flag"):
                self.next("string")
            return ("like_regex", left)
        sign = self.peek()
        if sign not in ("==", "<>", "!=", "<", "<=", ">", ">="):
            raise self.error()
        self.place += 1
        return ("compare", sign, left, self.sum())


def _text(written: str) -> str:
    return written[1:-1].replace('""', '"')


_WORDS: dict[str, Tree] = {
    "$": ("root",), "@": ("item",), "last": ("last",), "true": ("literal", Typed(("boolean",), True)),
    "false": ("literal", Typed(("boolean",), False)), "null": ("null",),
}  # fmt: skip
