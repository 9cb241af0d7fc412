"""Relations under their aliases."""

from __future__ import annotations

from dataclasses import replace

from sqlglot import exp

from local_athena.dialect.context import Context
from local_athena.dialect.errors import failure
from local_athena.dialect.scope import SCHEMA, Field, Relation
from local_athena.dialect.values.types import ident


def aliased(ctx: Context, sql: str, fields: list[Field], alias: exp.Expr | None) -> Relation:
    """A relation under its alias (or one of ours), its columns renamed where the alias lists names: then none is hidden."""
    name = alias.name.lower() if alias is not None and alias.name else None
    columns = [c.name.lower() for c in alias.args.get("columns") or ()] if alias is not None else []
    fields = [f for f in fields if not f.hidden] if columns else fields
    if columns and len(columns) != len(fields):
        raise failure(
            "MISMATCHED_COLUMN_ALIASES",
            f"Column alias list has {len(columns)} entries but '{name}' has {len(fields)} columns available",
            alias,
        )
    shown = ident(ctx.shown_as(name))
    schema = alias.meta.get(SCHEMA, ()) if alias is not None else ()
    made = [
        replace(f, name=columns[i] if columns else f.name, relation=name, sql=f"{shown}.{f.sql}", schema=schema)
        for i, f in enumerate(fields)
    ]
    return Relation(f"{sql} AS {shown}", made)
