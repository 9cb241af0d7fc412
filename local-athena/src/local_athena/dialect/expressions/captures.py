"""Lambdas over columns of a query around the one that they stand in, which DuckDB does not bind inside a lambda.

Their expression is computed from a struct of the columns that it names, which stands in front of the lambda:
``list_transform([{'c0': "t"."a", 'c1': "u"."b"}], lambda _v: list_filter(_v.c1, lambda x: x > _v.c0))[1]``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from zlib import crc32

from sqlglot import exp

from local_athena.dialect import functions
from local_athena.dialect.scope import Scope, Value
from local_athena.dialect.sqltext import LITERAL, NAME

_LAMBDA = "lambda "
_COLUMN = re.compile(rf"{LITERAL}|({NAME}\.{NAME})")
_STEP = re.compile(rf"{LITERAL}|{NAME}|\blambda [^:]*:|[(\[{{,)\]}}]")


def captured(value: Value, node: exp.Expr, scope: Scope) -> Value:
    """*value*, the translation of *node*, in a form that DuckDB binds if a lambda in it names a column of a query around it."""
    if _LAMBDA not in value.sql or scope.parameters is not None:
        return value
    here, outer = _columns(scope)
    named = _named(value.sql) if outer else set()
    if not named & outer or not any(map(_named, _bodies(value.sql))):
        return value
    if not named <= here | outer or _is_computed_elsewhere(node):
        return value
    places = {column: f"c{i}" for i, column in enumerate(sorted(named))}
    given = f"_v{crc32(value.sql.encode()):08x}"
    body = _COLUMN.sub(lambda m: f"{given}.{places[m[1]]}" if m[1] else m[0], value.sql)
    fields = ", ".join(f"'{place}': {column}" for column, place in places.items())
    return replace(value, sql=f"list_transform([{{{fields}}}], lambda {given}: {body})[1]")


def _columns(scope: Scope) -> tuple[set[str], set[str]]:
    """The columns of the query that *scope* is of, and those of the queries around it."""
    here: set[str] = set()
    outer: set[str] = set()
    known = here
    current: Scope | None = scope
    while current is not None:
        known |= {f.sql for f in current.fields}
        if current.fenced:
            known = outer
        current = current.parent
    return here, outer - here


def _named(sql: str) -> set[str]:
    return {m[1] for m in _COLUMN.finditer(sql) if m[1]}


def _bodies(sql: str) -> Iterator[str]:
    """The bodies of the outermost lambdas in *sql*: each ends with its argument."""
    depth, start, outside = 0, None, 0
    for step in _STEP.finditer(sql):
        sign = step[0]
        if start is None and sign.startswith(_LAMBDA):
            start, outside = step.end(), depth
        elif start is not None and depth == outside and sign in ",)":
            yield sql[start : step.start()]
            start = None
        if sign in "([{":
            depth += 1
        elif sign in ")]}":
            depth -= 1


def _is_computed_elsewhere(node: exp.Expr) -> bool:
    """Whether *node* has aggregates, windows or subqueries, which cannot stand in a lambda."""
    return any(
        not isinstance(part, exp.Anonymous) or part.name.lower() in functions.AGGREGATE_NAMES
        for part in node.find_all(exp.Query, exp.Window, exp.Anonymous)
    )
