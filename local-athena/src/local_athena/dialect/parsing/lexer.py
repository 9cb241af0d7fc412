"""Words and signs of a text as Trino's lexer parts it, each of a kind that the grammar knows.

https://github.com/trinodb/trino/blob/master/core/trino-grammar/src/main/antlr4/io/trino/grammar/sql/SqlBase.g4
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from local_athena.dialect.parsing.trino_grammar import WORDS

_WHOLE = "[0-9](?:_?[0-9])*"
_LEXEME = re.compile(
    rf"""(?P<space>\s+|--[^\r\n]*|/\*.*?\*/)
      | (?P<UNICODE>[uU]&'(?:[^']|'')*') | (?P<BINARY>[xX]'[^']*') | (?P<STRING>'(?:[^']|'')*')
      | (?P<QUOTED>"(?:[^"]|"")*") | (?P<BACKQUOTED>`(?:[^`]|``)*`)
      | (?P<word>[A-Za-z_][A-Za-z_0-9]*)
      | (?P<DOUBLE>(?:[0-9]+\.[0-9]*|\.[0-9]+)[eE][+-]?[0-9]+ | [0-9]+[eE][+-]?[0-9]+(?!\w))
      | (?P<DECIMAL>{_WHOLE}\.(?:{_WHOLE})? | \.{_WHOLE})
      | (?P<INTEGER>(?:0[xX](?:_?[0-9a-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|{_WHOLE})(?!\w))
      | (?P<DIGITS>[0-9][A-Za-z_0-9]*)
      | (?P<sign><>|!=|<=|>=|=>|->|\|\||\{{-|-\}}|.)""",
    re.VERBOSE | re.DOTALL | re.ASCII,
)

_ILLEGAL = {
    "$BACKQUOTED": "backquoted identifiers are not supported; use double quotes to quote identifiers",
    "$DIGITS": "identifiers must not start with a digit; surround the identifier with double quotes",
    '""': "Zero-length delimited identifier not allowed",
}
"""``PostProcessor`` of https://github.com/trinodb/trino/blob/master/core/trino-parser/src/main/java/io/trino/sql/parser/SqlParser.java"""


@dataclass(frozen=True)
class Lexemes:
    """Kinds of the words of a text, the last of which is its end, and their places in it."""

    sql: str
    kinds: list[str]
    starts: list[int]

    def text(self, at: int) -> str:
        """The word as it is written; ``<EOF>`` for the end."""
        if self.kinds[at] == "$EOF":
            return "<EOF>"
        found = _LEXEME.match(self.sql, self.starts[at])
        return found[0] if found else ""

    def illegal(self, end: int) -> str | None:
        """The message about the first word before *end* that Trino's parser reads and refuses."""
        for at, kind in enumerate(self.kinds[:end]):
            message = _ILLEGAL.get(self.text(at) if kind == "$QUOTED" else kind)
            if message:
                return f"{self.place(at)}: {message}"
        return None

    def place(self, at: int) -> str:
        """``line 2:7``."""
        before = self.sql[: self.starts[at]]
        return f"line {before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"


def read(sql: str) -> Lexemes:
    """The words of *sql*."""
    kinds, starts = [], []
    for found in _LEXEME.finditer(sql):
        group = found.lastgroup
        if group == "space":
            continue
        if group == "word":
            upper = found[0].upper()
            kinds.append(upper if upper in WORDS else "$NAME")
        else:
            kinds.append(found[0] if group == "sign" else f"${group}")
        starts.append(found.start())
    while kinds and kinds[-1] == ";":
        kinds.pop()
    return Lexemes(sql, [*kinds, "$EOF"], [*starts[: len(kinds)], len(sql)])
