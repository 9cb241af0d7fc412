"""A cursor over the words of a query."""

from __future__ import annotations

from decimal import Decimal

from local_athena.dialect.parsing.lexer import Lexemes
from local_athena.dialect.parsing.trino_grammar import FREE


class Unprintable(Exception):
    """Raised where another form stands than is looked for, or one that is not printed."""


class Words:
    """Reads words from left to right."""

    def __init__(self, lexemes: Lexemes) -> None:
        self._lexemes, self.at = lexemes, 0

    @property
    def kind(self) -> str:
        return self._lexemes.kinds[self.at]

    @property
    def text(self) -> str:
        return self._lexemes.text(self.at)

    def ahead(self, *kinds: str) -> bool:
        """Whether words of these kinds come next."""
        return (*self._lexemes.kinds[self.at : self.at + len(kinds)],) == kinds

    def accept(self, *kinds: str) -> bool:
        if not self.ahead(*kinds):
            return False
        self.at += len(kinds)
        return True

    def expect(self, *kinds: str) -> None:
        if not self.accept(*kinds):
            raise Unprintable(self.text)

    def take(self) -> str:
        """The next word as it is written."""
        text = self.text
        self.at += 1
        return text

    def one_of(self, *kinds: str) -> str:
        """The next word if it is one of *kinds*, else the empty text."""
        if self.kind not in kinds:
            return ""
        self.at += 1
        return self._lexemes.kinds[self.at - 1]

    @property
    def names(self) -> bool:
        """Whether a name is next."""
        return self.kind in ("$NAME", "$QUOTED") or self.kind in FREE

    def identifier(self) -> str:
        if not self.names:
            raise Unprintable(self.text)
        return self.take()

    def qualified_name(self) -> str:
        parts = [self.identifier()]
        while self.ahead(".") and not self.ahead(".", "*"):
            self.at += 1
            parts.append(self.identifier())
        return ".".join(parts)

    def string(self) -> str:
        """A string literal. How those with other than ASCII's letters are printed differs between Trino's versions."""
        if self.kind != "$STRING" or not self.text.isascii() or not self.text.isprintable():
            raise Unprintable(self.text)
        return self.take()

    def number(self) -> str:
        """A number: what has a point or an exponent is a double, in the form of Java's ``DecimalFormat``."""
        kind, text = self.kind, self.take().replace("_", "")
        if kind == "$INTEGER":
            return str(int(text, 0) if text[:2].lower() in ("0x", "0o", "0b") else int(text))
        if kind not in ("$DECIMAL", "$DOUBLE"):
            raise Unprintable(text)
        _, digits, exponent = Decimal(repr(float(text))).normalize().as_tuple()
        if not isinstance(exponent, int):
            raise Unprintable(text)
        shown = "".join(map(str, digits))
        places = len(shown) - 1 + exponent if any(digits) else 0
        return f"{shown[0]}{'.' if shown[1:] else ''}{shown[1:]}E{places}"

    def binary(self) -> str:
        text = self.take()[2:-1]
        return f"X'{''.join(text.split()).upper()}'"
