"""Outer joins whose condition DuckDB does not join by: with a subquery in it, or of a LATERAL relation."""

from __future__ import annotations

from dataclasses import replace

from local_athena.dialect.context import Context
from local_athena.dialect.scope import Relation
from local_athena.dialect.types import held, ident
from local_athena.errors import NotSupported


def nested(ctx: Context, left: Relation, right: Relation, side: str, condition: str) -> Relation:
    """``left side JOIN right ON condition``: the rows that a row meets are looked for beside it, one after the other."""
    if side == "LEFT":
        return _left(ctx, left, right, condition)
    if right.lateral:
        raise NotSupported(f"{side} JOIN of a LATERAL relation with a condition")
    if side == "RIGHT":
        made = _left(ctx, right, left, condition)
        return replace(made, fields=[*made.fields[len(right.fields) :], *made.fields[: len(right.fields)]])
    return _full(ctx, left, right, condition)


def _left(ctx: Context, left: Relation, right: Relation, condition: str) -> Relation:
    name = ident(ctx.alias())
    columns = [ident(f"c{i}") for i in range(len(right.fields))]
    listed = ", ".join(f"{f.sql} AS {c}" for f, c in zip(right.fields, columns, strict=True))
    found = f"LATERAL (SELECT {listed} FROM {right.sql} WHERE {condition}) AS {name}"
    fields = [replace(f, sql=f"{name}.{c}") for f, c in zip(right.fields, columns, strict=True)]
    return Relation(f"{left.text} LEFT JOIN {found} ON true", [*left.fields, *fields])


def _full(ctx: Context, left: Relation, right: Relation, condition: str) -> Relation:
    """A left join and below it what the right has alone."""
    whole = _left(ctx, left, right, condition)
    fields = whole.fields
    columns = [ident(f"c{i}") for i in range(len(fields))]
    met = ", ".join(f"{f.sql} AS {c}" for f, c in zip(fields, columns, strict=True))
    nothing = [f"CAST(NULL AS {held(f.type)}) AS {c}" for f, c in zip(left.fields, columns, strict=False)]
    rest = [f"{f.sql} AS {c}" for f, c in zip(right.fields, columns[len(left.fields) :], strict=True)]
    alone = (
        f"SELECT {', '.join([*nothing, *rest])} FROM {right.text} "
        f"WHERE NOT EXISTS (SELECT 1 FROM {left.text} WHERE {condition})"
    )
    name = ident(ctx.alias())
    shown = [replace(f, sql=f"{name}.{c}") for f, c in zip(fields, columns, strict=True)]
    return Relation(f"(SELECT {met} FROM {whole.text} UNION ALL {alone}) AS {name}", shown)
