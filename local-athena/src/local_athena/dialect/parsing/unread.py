"""Texts of Trino's grammar that sqlglot does not read: most of them Trino refuses a step later, and tells why."""

from __future__ import annotations

from local_athena.dialect.parsing import lexer
from local_athena.dialect.parsing.trino_grammar import FREE
from local_athena.errors import AthenaError, NotSupported

_BEFORE_TEXTS = ("ZONE", "PATH", "NESTED", "COMMENT")
"""Words that may be names and have a text behind them in a clause of their own."""
_NO_FUNCTIONS = ("ROW", "ARRAY", "ANY", "SOME")
"""Words that are functions to the grammar, and to nobody else."""
_FIELDS = ("YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND")


def refusal(sql: str, found: str, types: frozenset[str]) -> AthenaError:
    """The error of a text whose forms all are Trino's, in which sqlglot has *found* another; *types* are those that there are."""
    read = lexer.read(sql)
    for at, (kind, following) in enumerate(zip(read.kinds, read.kinds[1:], strict=False)):
        if kind == "$DIGITS":
            message = "identifiers must not start with a digit; surround the identifier with double quotes"
            return AthenaError("SYNTAX_ERROR", f"{read.place(at)}: {message}")
        name = kind == "$NAME" or kind in FREE
        interval = kind == "INTERVAL" and read.kinds[at + 2] in _FIELDS
        unknown = kind not in _BEFORE_TEXTS and read.text(at).upper() not in types - {"INTERVAL"}
        if name and following == "$STRING" and unknown and not interval:
            return AthenaError("TYPE_NOT_FOUND", f"{read.place(at)}: Unknown type: {read.text(at)}")
        near = any(found.startswith(f"{read.place(place)}: ") for place in range(at, min(at + 3, len(read.kinds))))
        if kind in _NO_FUNCTIONS and following == "(" and near:
            message = f"Function '{read.text(at).lower()}' not registered"
            return AthenaError("FUNCTION_NOT_FOUND", f"{read.place(at)}: {message}")
    return NotSupported("A form of a query that sqlglot does not read")
