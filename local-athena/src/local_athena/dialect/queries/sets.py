"""Rows that are told apart: SELECT DISTINCT and the set operations, https://trino.io/docs/current/sql/select.html.

DuckDB does so by the values themselves. Where those do not tell (``grouping.apart``), a form of them does, and of rows that are
equal one is shown.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from local_athena.dialect.expressions import chains
from local_athena.dialect.queries.grouping import apart
from local_athena.dialect.scope import Field
from local_athena.errors import NotSupported


def distinct(forms: Sequence[str | None]) -> str:
    """``SELECT DISTINCT`` of as many columns, told apart by their *forms*; by themselves where there is none."""
    if not any(forms):
        return "SELECT DISTINCT"
    return f"SELECT DISTINCT ON ({', '.join(form or str(i) for i, form in enumerate(forms, 1))})"


def joined(sides: list[str], word: str, fields: Sequence[Field], node: exp.Expr) -> str:
    """The set operation *word* of two or more *sides*, whose columns are *fields*."""
    columns = [f"c{i}" for i in range(len(fields))]
    named, shown = ", ".join(columns), ", ".join(f"{c} AS {f.sql}" for c, f in zip(columns, fields, strict=True))

    def form(prefix: str, column: str, f: Field) -> str | None:
        return apart(f"{prefix}{column}", f.type, f.zone, node)

    if word == "UNION ALL" or not any(form("", c, f) for c, f in zip(columns, fields, strict=True)):
        return chains.balanced(sides, word)
    first = distinct([form("", c, f) for c, f in zip(columns, fields, strict=True)])
    if word == "UNION":
        return f"{first} {shown} FROM ({chains.balanced(sides, 'UNION ALL')}) AS _s({named})"
    if word.endswith("ALL"):
        raise NotSupported(f"{word} on maps, times or timestamps with time zone")
    left, right = sides
    equal = " AND ".join(
        f"{form('_s.', c, f) or f'_s.{c}'} IS NOT DISTINCT FROM {form('_r.', c, f) or f'_r.{c}'}"
        for c, f in zip(columns, fields, strict=True)
    )
    kept = f"{'NOT ' if word == 'EXCEPT' else ''}EXISTS (SELECT 1 FROM {right} AS _r({named}) WHERE {equal})"
    return f"{first} {shown} FROM {left} AS _s({named}) WHERE {kept}"
