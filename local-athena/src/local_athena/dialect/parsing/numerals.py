"""Numbers with underscores, and whole numbers in hexadecimal, octal and binary: ``1_000``, ``0x1F``, ``0o17``, ``0b101``.

https://github.com/trinodb/trino/blob/master/core/trino-grammar/src/main/antlr4/io/trino/grammar/sql/SqlBase.g4
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from sqlglot.tokenizer_core import Token, TokenType

_BASES = {"x": 16, "o": 8, "b": 2}
_WHOLE = "[0-9](?:_?[0-9])*"
_NUMERAL = re.compile(
    rf"0[xX](?:_?[0-9a-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|{_WHOLE}(?:[.](?:{_WHOLE})?)?|[.]{_WHOLE}", re.ASCII
)
_MARK = re.compile(r"[0-9]_|0[xXoObB]")


def joined(tokens: Sequence[Any], sql: str) -> Sequence[Any]:
    """*tokens* with one for each of such numbers, which sqlglot takes for a number and a name."""
    if not _MARK.search(sql):
        return tokens
    made: list[Any] = []
    behind = 0  # the place in *sql* behind the last number that was made
    for place, token in enumerate(tokens):
        if token.start < behind:
            continue
        found = _NUMERAL.match(sql, token.start) if _begins(tokens, place, sql) else None
        if found and found.end() > token.end and _stands_alone(tokens, place, found.end(), sql):
            behind = found.end()
            written = found[0].replace("_", "")
            base = _BASES.get(written[1:2].lower())
            text = str(int(written[2:], base)) if base else written
            col = token.col - (token.end - token.start) + len(found[0]) - 1
            token = Token(TokenType.NUMBER, text, token.line, col, token.start, found.end() - 1, token.comments)
        made.append(token)
    return made


def _begins(tokens: Sequence[Any], place: int, sql: str) -> bool:
    token = tokens[place]
    if token.token_type == TokenType.DOT:  # .5_0, but no column of a table
        before = tokens[place - 1] if place else None
        return before is None or before.end + 1 < token.start
    return token.token_type == TokenType.NUMBER or (
        token.token_type == TokenType.HEX_STRING and sql[token.start : token.start + 1] == "0"
    )


def _stands_alone(tokens: Sequence[Any], place: int, end: int, sql: str) -> bool:
    """Whether a token ends right before *end* that no letter, digit or underscore follows."""
    if re.match(r"\w", sql[end : end + 1]):
        return False
    return any(t.end + 1 == end for t in tokens[place : place + 5])
