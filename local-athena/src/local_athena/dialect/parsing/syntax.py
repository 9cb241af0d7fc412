"""Errors of sqlglot's tokenizer and parser in Trino's words, with the place that Trino tells.

https://github.com/trinodb/trino/blob/master/core/trino-parser/src/main/java/io/trino/sql/parser/SqlParser.java
"""

from __future__ import annotations

import re
from typing import Any

from sqlglot.errors import ParseError, TokenError

from local_athena.errors import AthenaError

END = "<EOF>"
"""The message of a ``ParseError`` where the text ends too early."""


def at(token: Any, message: str) -> AthenaError:
    """A *message* about the *token*, whose ``col`` is that of its last character."""
    return AthenaError("SYNTAX_ERROR", f"line {token.line}:{token.col - (token.end - token.start)}: {message}")


def error(found: ParseError | TokenError, sql: str) -> AthenaError:
    """The error of *sql*."""
    if isinstance(found, TokenError):
        return _untokenized(sql)
    if str(found) == END:
        return ended(sql)
    details: dict[str, Any] = found.errors[0] if found.errors else {}
    line, end, token = details.get("line"), details.get("col"), details.get("highlight") or ""
    if line is None or end is None:
        return ended(sql)
    column = max(int(end) - len(token) + 1, 1)
    shown = token.split()[0] if token.strip() else END
    if shown == "->" and (lambda_ := _LAMBDA.search(_before(sql, int(line), column))):
        message = "Lambda expression should always be used inside a function"
        return AthenaError("TYPE_MISMATCH", f"line {_position(sql, lambda_.start())}: {message}")
    told = str(details.get("description"))
    expected = told if told.startswith("Expecting: ") else "Expecting: <query>"
    return AthenaError("SYNTAX_ERROR", f"line {line}:{column}: mismatched input '{shown}'. {expected}")


_LAMBDA = re.compile(r"(?:\w+|\([\w\s,]*\))\s*\Z")
"""The parameters of a lambda, at the end of the text before its arrow."""


def _before(sql: str, line: int, column: int) -> str:
    """The text before a place."""
    lines = sql.split("\n")
    return "\n".join([*lines[: line - 1], lines[line - 1][: column - 1]])


def ended(sql: str) -> AthenaError:
    return _mismatched(sql, len(sql), END)


_TOKEN = re.compile(r"(?s)--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|[^'\"/-]+|.")
_HEX = re.compile(r"(?i)\bx$")


def _untokenized(sql: str) -> AthenaError:
    """A quote that is not closed, or a binary literal of other letters."""
    place = 0
    for m in _TOKEN.finditer(sql):
        if m[0] in ("'", '"'):
            return _mismatched(sql, m.start(), m[0])
        if m[0].startswith("'") and _HEX.search(sql[: m.start()]) and re.search("[^0-9a-fA-F\\s']", m[0]):
            message = "Binary literal can only contain hexadecimal digits"
            return AthenaError("SYNTAX_ERROR", f"line {_position(sql, m.start() - 1)}: {message}")
        place = m.end()
    return _mismatched(sql, place, END)


def _mismatched(sql: str, place: int, token: str) -> AthenaError:
    message = f"line {_position(sql, place)}: mismatched input '{token}'. Expecting: <expression>, <query>"
    return AthenaError("SYNTAX_ERROR", message)


def _position(sql: str, place: int) -> str:
    before = sql[:place]
    return f"{before.count(chr(10)) + 1}:{place - (before.rfind(chr(10)) + 1) + 1}"
