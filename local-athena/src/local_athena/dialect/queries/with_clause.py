"""WITH and WITH RECURSIVE: https://trino.io/docs/current/sql/select.html#with-clause."""

from __future__ import annotations

from sqlglot import exp

from local_athena.dialect.context import Context
from local_athena.dialect.errors import failure, raise_sql, type_mismatch
from local_athena.dialect.queries import recursion
from local_athena.dialect.scope import Field, Query, Scope, outputs, strict
from local_athena.dialect.values.coercion import coerce, common
from local_athena.dialect.values.types import ident


def translate(ctx: Context, node: exp.With, parent: Scope | None) -> str:
    recursive = bool(node.args.get("recursive"))
    parts = []
    for cte in node.expressions:
        name, columns = cte.alias.lower(), [c.name.lower() for c in cte.args["alias"].columns]
        if name in ctx.ctes[-1]:
            raise failure(
                "DUPLICATE_NAMED_QUERY", f"WITH query name '{name}' specified more than once", cte.args["alias"]
            )
        body = cte.this
        _check_columns(cte, columns)
        if recursive and not columns:
            raise failure("MISSING_COLUMN_ALIASES", "missing column aliases in recursive WITH query", cte)
        if recursive and recursion.check(cte, name):
            steps, made, fields = _recursive(ctx, cte, body, columns, parent)
            parts += steps
        else:
            made = ctx.query(body, parent)
            fields = _renamed(made.fields, columns, cte)
        ctx.ctes[-1][name] = fields
        listed = ", ".join(f.sql for f in fields)
        parts.append(f"{ident(name)}({listed}) AS ({made.sql})")
    return f"WITH {', '.join(parts)}"


_DEEPEST = 10
"""Steps of a recursion, the default of ``max_recursion_depth``, which Athena has no way to set:
https://trino.io/docs/current/sql/select.html#with-recursive-clause"""


def _recursive(
    ctx: Context, cte: exp.Expr, body: exp.Union, columns: list[str], parent: Scope | None
) -> tuple[list[str], Query, list[Field]]:
    """A query that mentions itself: its columns have the types of what it begins with.

    As Trino plans it: a chain of steps, each of which reads the one before, and one more that must find nothing. DuckDB's own
    recursion would never end where a query's does not. The steps are common table expressions of their own, given back first.
    """
    name = cte.alias.lower()
    base = ctx.query(body.left, parent)
    fields = ctx.ctes[-1][name] = _renamed(base.fields, columns, cte)
    step = ctx.query(body.expression, parent)
    if len(step.fields) != len(fields):
        message = f"UNION query has different number of fields: {len(fields)}, {len(step.fields)}"
        raise failure("TYPE_MISMATCH", message, body)
    for i, (first, next_) in enumerate(zip(fields, step.fields, strict=True)):
        if common(first.type, next_.type) != first.type:
            what = f"recursion step relation output type ({next_.type}) is not coercible to recursion base relation"
            raise type_mismatch(f"{what} output type ({first.type}) at column {i + 1}", body.expression.unnest())
    return _unrolled(name, base, step, fields, body.args.get("distinct") is not False)


def _unrolled(
    name: str, base: Query, step: Query, fields: list[Field], distinct: bool
) -> tuple[list[str], Query, list[Field]]:
    listed = ", ".join(f.sql for f in fields)
    values = [strict(coerce(s.value(), f.type)).sql for s, f in zip(step.fields, fields, strict=True)]
    shown = ", ".join(f"{v} AS {f.sql}" for v, f in zip(values, fields, strict=True))

    def step_name(depth: int) -> str:
        return ident(f"{name}${depth}")

    parts = [f"{step_name(0)}({listed}) AS MATERIALIZED ({base.sql})"]
    for depth in range(1, _DEEPEST + 2):
        before = f"{ident(name)}({listed}) AS (FROM {step_name(depth - 1)})"
        parts.append(f"{step_name(depth)} AS MATERIALIZED (WITH {before} SELECT {shown} FROM ({step.sql}))")
    message = (
        f"Recursion depth limit exceeded ({_DEEPEST}). Use 'max_recursion_depth' session property to modify the limit."
    )
    failed = raise_sql("NOT_SUPPORTED", message, "BOOLEAN")
    ended = f"CASE WHEN (SELECT count(*) FROM {step_name(_DEEPEST + 1)}) > 0 THEN {failed} ELSE true END"
    whole = " UNION ALL ".join(f"FROM {step_name(depth)}" for depth in range(_DEEPEST + 1))
    sql = f"SELECT {'DISTINCT ' if distinct else ''}* FROM ({whole}) WHERE {ended}"
    return parts, Query(sql, fields), fields


def _check_columns(cte: exp.Expr, columns: list[str]) -> None:
    for i, column in enumerate(columns):
        if column in columns[:i]:
            raise failure("DUPLICATE_COLUMN_NAME", f"WITH query column name '{column}' specified more than once", cte)


def _renamed(fields: list[Field], columns: list[str], node: exp.Expr) -> list[Field]:
    if columns and len(columns) != len(fields):
        raise failure(
            "MISMATCHED_COLUMN_ALIASES",
            f"Column alias list has {len(columns)} entries but relation has {len(fields)} columns",
            node,
        )
    return outputs([(columns[i] if columns else f.name, f.value()) for i, f in enumerate(fields)])
