"""Texts of Trino's grammar that it refuses a step later, when it analyses them; sqlglot reads them otherwise or not at all."""

from __future__ import annotations

from sqlglot import exp

from local_athena.dialect.errors import failure
from local_athena.dialect.parsing import lexer
from local_athena.dialect.parsing.trino_grammar import FREE
from local_athena.errors import AthenaError, NotSupported

_NO_FUNCTIONS = ("ROW", "ARRAY")
"""Words that are functions to the grammar, and to nobody else."""
_QUERIES = ("SELECT", "VALUES", "TABLE", "WITH")
_FIELDS = ("YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND")


def check_text(read: lexer.Lexemes, types: frozenset[str]) -> None:
    """:raises AthenaError: TYPE_NOT_FOUND for a literal of a type that is not among *types*, unless that is a word of the grammar;
    FUNCTION_NOT_FOUND for ANY and SOME of anything but a query.
    """
    for at, (kind, following) in enumerate(zip(read.kinds, read.kinds[1:], strict=False)):
        if following == "$STRING" and (
            (kind == "INTERVAL" and read.kinds[at + 2] not in _FIELDS)
            or (kind == "$NAME" and read.text(at).upper() not in types)
        ):
            raise _unknown(read, at)
        if kind in ("ANY", "SOME") and following == "(":
            inside = next(kind for kind in read.kinds[at + 1 :] if kind != "(")
            if inside not in _QUERIES:
                raise _unregistered(read, at)


def _unregistered(read: lexer.Lexemes, at: int) -> AthenaError:
    return AthenaError("FUNCTION_NOT_FOUND", f"{read.place(at)}: Function '{read.text(at).lower()}' not registered")


def _unknown(read: lexer.Lexemes, at: int) -> AthenaError:
    """The error of ``nosuch 'a'``; of ``x 'a'`` that of a binary literal which is written so.

    https://github.com/trinodb/trino/blob/master/core/trino-parser/src/test/java/io/trino/sql/parser/TestSqlParser.java
    """
    if read.text(at).upper() == "X":
        message = "Spaces are not allowed between 'X' and the starting quote of a binary literal"
        return AthenaError("SYNTAX_ERROR", f"{read.place(at)}: {message}")
    return AthenaError("TYPE_NOT_FOUND", f"{read.place(at)}: Unknown type: {read.text(at)}")


def unread(read: lexer.Lexemes, found: str) -> AthenaError:
    """The error of a text in which sqlglot has *found* a form that it does not know."""
    for at, (kind, following) in enumerate(zip(read.kinds, read.kinds[1:], strict=False)):
        if not any(found.startswith(f"{read.place(place)}: ") for place in range(at, min(at + 3, len(read.kinds)))):
            continue
        if kind in FREE and following == "$STRING":
            return _unknown(read, at)
        if kind in _NO_FUNCTIONS and following == "(":
            return _unregistered(read, at)
    return NotSupported("A form of a query that sqlglot does not read")


def check_tree(tree: exp.Expr) -> None:
    """:raises AthenaError: for calls of words that are no functions, names of too many parts, and parameters that are left."""
    for node in tree.find_all(exp.Anonymous, exp.Table):
        if isinstance(node, exp.Table):
            if isinstance(node.this, exp.Dot):
                raise failure("SYNTAX_ERROR", "Too many dots in table name", node)
        elif node.name.upper() in _NO_FUNCTIONS and not node.expressions:
            raise failure("FUNCTION_NOT_FOUND", f"Function '{node.name.lower()}' not registered", node)
    if parameters := len([*tree.find_all(exp.Placeholder)]):  # Athena puts values for them into the text
        message = f"line 1:1: Incorrect number of parameters: expected {parameters} but found 0"
        raise AthenaError("INVALID_PARAMETER_USAGE", message)
