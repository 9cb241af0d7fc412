"""A result's column names in the letters in which its query writes them.

Trino looks names up without regard to case and shows them as they stand: ``SELECT Id, n AS "Total"`` gives ``Id`` and ``Total``.
https://github.com/aws/aws-sdk-pandas/blob/main/tests/unit/test_athena_iceberg.py (test_to_iceberg_uppercase_columns)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import EllipsisType

from sqlglot import exp

type Labels = list[str | EllipsisType | None]
"""Written names; None for a column without one, ``...`` for columns that the text does not name."""
type Known = Mapping[str, Labels]


def labels(query: exp.Expr, names: Sequence[str]) -> list[str]:
    """*names*, those of the result's columns, as *query* writes them."""
    written = _written(query, {})
    head, tail = written, written[len(written) :]
    if ... in written:
        head = written[: written.index(...)]
        tail = written[len(written) - written[::-1].index(...) :]
    middle = [None] * (len(names) - len(head) - len(tail))
    return [
        label if isinstance(label, str) and label.lower() == name.lower() else name
        for label, name in zip([*head, *middle, *tail], names, strict=False)
    ]


def _written(node: exp.Expr, known: Known) -> Labels:
    with_ = node.args.get("with_")
    for cte in with_.expressions if with_ is not None else ():
        known = {**known, cte.alias.lower(): _listed(cte.args.get("alias")) or _written(cte.this, known)}
    match node:
        case exp.Subquery():
            return _written(node.this, known)
        case exp.SetOperation():
            return _written(node.left, known)
        case exp.Select():
            return [label for item in node.expressions for label in _item(item, node, known)]
        case _:
            return [...]


def _item(item: exp.Expr, select: exp.Select, known: Known) -> Labels:
    if isinstance(item, exp.Paren):
        return _item(item.this, select, known)
    if isinstance(item, exp.Aliases):
        return [e.name for e in item.expressions]
    if isinstance(item, exp.Star) or (isinstance(item, exp.Column | exp.Dot) and item.is_star):
        return _star(item.table.lower() if isinstance(item, exp.Column) else None, item, select, known)
    if isinstance(item, exp.Alias):
        return [item.alias]
    if isinstance(item, exp.Dot):
        return [item.expression.name]
    return [item.name if isinstance(item, exp.Column | exp.Identifier) else None]


def _star(relation: str | None, item: exp.Expr, select: exp.Select, known: Known) -> Labels:
    """Names for ``*`` or, with *relation*, ``t.*``."""
    from_, joins = select.args.get("from_"), select.args.get("joins") or []
    if isinstance(item, exp.Dot) or from_ is None or any(join.args.get("using") for join in joins):
        return [...]
    sources = [from_.this, *(join.this for join in joins)]
    if relation is not None:
        sources = [source for source in sources if source.alias_or_name.lower() == relation][:1]
    return [label for source in sources for label in _source(source, known)] or [...]


def _source(source: exp.Expr, known: Known) -> Labels:
    listed = _listed(source.args.get("alias"))
    if listed:
        return listed
    if isinstance(source, exp.Subquery):
        return _written(source.this, known)
    if isinstance(source, exp.Table) and not source.args.get("db"):
        return known.get(source.name.lower(), [...])
    return [...]


def _listed(alias: exp.Expr | None) -> Labels:
    """Column names that an alias lists: ``t(a, b)``."""
    return [column.name for column in alias.args.get("columns") or ()] if alias is not None else []
