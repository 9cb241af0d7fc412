"""DuckDB text: string literals, expressions that are written once and used several times, and words that stand in a text."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
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


def together(sqls: Sequence[str], build: Callable[..., str]) -> str:
    """As ``once``, of several texts. Those with subqueries are bound in one row, so that none stands in another's lambda."""
    if not any(says(sql, SUBQUERY) for sql in sqls):
        return _each_once([*sqls], build)
    bound = [sql for sql in sqls if says(sql, SUBQUERY)]
    name = f"_q{crc32(repr(bound).encode()):08x}"
    places = iter(range(1, len(bound) + 1))
    shown = [f"({name}[{next(places)}])" if says(sql, SUBQUERY) else sql for sql in sqls]
    return f"list_transform([row({', '.join(bound)})], lambda {name}: {_each_once(shown, build)})[1]"


def _each_once(sqls: list[str], build: Callable[..., str]) -> str:
    if not sqls:
        return build()
    first, *rest = sqls
    return once(first, lambda x: _each_once(rest, lambda *others: build(x, *others)))


_LAMBDA = re.compile(r"\blambda [^:]*: ")


def subquery_in_lambda(sql: str) -> bool:
    """Whether a subquery stands in the body of a lambda, where DuckDB takes none."""
    if "lambda " not in sql or not says(sql, SUBQUERY):
        return False
    bare = _QUOTED.sub("''", sql)
    return any(SUBQUERY.search(_body(bare, found.end())) for found in _LAMBDA.finditer(bare))


def _body(sql: str, start: int) -> str:
    """The text from *start* to the bracket that closes what it stands in."""
    depth = 0
    for at in range(start, len(sql)):
        depth += (sql[at] in "([{") - (sql[at] in ")]}")
        if depth < 0:
            return sql[start:at]
    return sql[start:]


LITERAL, NAME = r"'(?:[^']|'')*'", r'"(?:[^"]|"")*"'
_QUOTED = re.compile(f"{LITERAL}|{NAME}")


SUBQUERY = re.compile(r"\(SELECT ")


def says(sql: str, words: re.Pattern[str]) -> bool:
    """Whether *words* stand in *sql* outside of string literals and quoted names."""
    return words.search(sql) is not None and words.search(_QUOTED.sub("''", sql)) is not None
