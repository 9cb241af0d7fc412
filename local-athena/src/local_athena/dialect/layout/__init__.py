"""Queries in Trino's layout, as SHOW CREATE VIEW prints them: read word by word from a text of Trino's grammar, and written anew.

sqlglot's tree does not keep how names, types and literals were written, which Trino does.
https://github.com/trinodb/trino/blob/master/core/trino-parser/src/main/java/io/trino/sql/SqlFormatter.java
"""

from __future__ import annotations

from local_athena.dialect.layout.queries import QueryWriter
from local_athena.dialect.layout.words import Unprintable
from local_athena.dialect.parsing import lexer, recognizer

__all__ = ["laid_out"]


def laid_out(query: str) -> str | None:
    """The text of *query* in Trino's layout, None where a form in it cannot be printed exactly."""
    if recognizer.refusal(query, "query") is not None:
        return None
    writer = QueryWriter(lexer.read(query))
    try:
        text = writer.query(0)
        writer.expect("$EOF")
    except (Unprintable, RecursionError):
        return None
    return text.rstrip()
