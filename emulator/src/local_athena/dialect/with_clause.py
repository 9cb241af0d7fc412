"""WITH and WITH RECURSIVE: https://trino.io/docs/current/sql/select.html#with-clause."""

from __future__ import annotations

from sqlglot import exp

from local_athena.dialect import queries
from local_athena.dialect.context import Context
from local_athena.dialect.errors import failure, type_mismatch
from local_athena.dialect.scope import Field, Scope
from local_athena.dialect.types import ident


def translate(ctx: Context, node: exp.With, parent: Scope | None) -> str:
    recursive = bool(node.args.get("recursive"))
    parts = []
    for cte in node.expressions:
        name, columns = cte.alias.lower(), [c.name.lower() for c in cte.args["alias"].columns]
        if name in ctx.ctes[-1]:
            raise failure("DUPLICATE_NAMED_QUERY", f"WITH query name '{name}' specified more than once", cte)
        body = cte.this
        if recursive and isinstance(body, exp.Union) and _mentions(body.expression, name):
            made, fields = _recursive(ctx, cte, body, columns, parent)
        else:
            made = queries.query(ctx, body, parent)
            fields = _renamed(made.fields, columns, cte)
        ctx.ctes[-1][name] = fields
        listed = ", ".join(f.sql for f in fields)
        parts.append(f"{ident(name)}({listed}) AS ({made.sql})")
    return f"WITH {'RECURSIVE ' if recursive else ''}{', '.join(parts)}"


def _recursive(
    ctx: Context, cte: exp.Expr, body: exp.Union, columns: list[str], parent: Scope | None
) -> tuple[queries.Query, list[Field]]:
    """A query that mentions itself: its columns have the types of what it begins with."""
    if not columns:
        raise failure("MISSING_COLUMN_ALIASES", "missing column aliases in recursive WITH query", cte)
    name = cte.alias.lower()
    base = queries.query(ctx, body.left, parent)
    fields = ctx.ctes[-1][name] = _renamed(base.fields, columns, cte)
    made = queries.query(ctx, body, parent)
    for i, (first, all_) in enumerate(zip(fields, made.fields, strict=True)):
        if first.type != all_.type:
            what = f"recursion step relation output type ({all_.type}) is not coercible to recursion base relation"
            raise type_mismatch(f"{what} output type ({first.type}) at column {i + 1}", body)
    return made, fields


def _mentions(node: exp.Expr, name: str) -> bool:
    return any(t.name.lower() == name for t in node.find_all(exp.Table))


def _renamed(fields: list[Field], columns: list[str], node: exp.Expr) -> list[Field]:
    if columns and len(columns) != len(fields):
        raise failure(
            "MISMATCHED_COLUMN_ALIASES",
            f"Column alias list has {len(columns)} entries but relation has {len(fields)} columns",
            node,
        )
    return queries.outputs([(columns[i] if columns else f.name, f.value()) for i, f in enumerate(fields)])
