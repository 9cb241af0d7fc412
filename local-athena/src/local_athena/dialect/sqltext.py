"""DuckDB text: string literals, expressions that are written once and used several times, and words that stand in a text."""

from __future__ import annotations

import re
from collections.abc import Callable
from zlib import crc32


def text(value: str) -> str:
    """*value* as a DuckDB string literal. DuckDB's parser ends a query at NUL."""
    quoted = "'" + value.replace("'", "''") + "'"
    return "(" + quoted.replace("\0", "' || chr(0) || '") + ")" if "\0" in value else quoted


_LONG = 100


def once(sql: str, build: Callable[[str], str]) -> str:
    """Let *build* write *sql* several times without repeating it: a long text is bound to a lambda's parameter.

    Nested expressions would else double at each level, and DuckDB would bind and run every copy. The name follows from the
    text, so that the same expression in SELECT and GROUP BY stays the same. DuckDB takes no subquery in a lambda's body.
    """
    if len(sql) <= _LONG and not says(sql, SUBQUERY):
        return build(sql)
    name = f"_o{crc32(sql.encode()):08x}"
    body = build(name)
    return build(sql) if says(body, SUBQUERY) else f"list_transform([{sql}], lambda {name}: {body})[1]"


LITERAL, NAME = r"'(?:[^']|'')*'", r'"(?:[^"]|"")*"'
_QUOTED = re.compile(f"{LITERAL}|{NAME}")


SUBQUERY = re.compile(r"\(SELECT ")


def says(sql: str, words: re.Pattern[str]) -> bool:
    """Whether *words* stand in *sql* outside of string literals and quoted names."""
    return words.search(sql) is not None and words.search(_QUOTED.sub("''", sql)) is not None
