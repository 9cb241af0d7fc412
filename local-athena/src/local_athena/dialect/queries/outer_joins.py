"""Outer joins whose condition DuckDB does not join by: with a subquery in it, or of a LATERAL relation."""

from __future__ import annotations

from dataclasses import replace

from sqlglot import exp

from local_athena.dialect.context import Context
from local_athena.dialect.errors import failure
from local_athena.dialect.expressions import comparisons
from local_athena.dialect.queries import decorrelation
from local_athena.dialect.scope import Field, Relation
from local_athena.dialect.values.types import BOOLEAN, held, ident

_ASKED = "$asked"


def asked(ctx: Context, side: Relation, condition: str) -> Relation:
    """*side* with one more column, at its end, for a *condition* about it alone."""
    alias, name = ident(ctx.alias()), f"{_ASKED}{ctx.alias()}"
    columns = [ident(f"c{i}") for i in range(len(side.fields))]
    listed = ", ".join(f"{f.sql} AS {c}" for f, c in zip(side.fields, columns, strict=True))
    fields = [replace(f, sql=f"{alias}.{c}") for f, c in zip(side.fields, columns, strict=True)]
    sql = f"(SELECT {listed}, {condition} AS {ident(name)} FROM {side.text}) AS {alias}"
    return replace(side, sql=sql, fields=[*fields, Field(name, BOOLEAN, f"{alias}.{ident(name)}")])


def is_asked(f: Field) -> bool:
    """Whether *f* is a column that ``asked`` has added."""
    return f.name is not None and f.name.startswith(_ASKED)


def check_mixed(term: exp.Expr, left: list[Field], right: list[Field]) -> None:
    """:raises AthenaError: NOT_SUPPORTED where *term*, about both sides of an outer join, looks for a value of the left in a
    subquery: Trino plans the subquery beside the right, and fails. See ``testQuantifiedComparisonInJoinCriteria`` in
    https://github.com/trinodb/trino/blob/master/core/trino-main/src/test/java/io/trino/sql/query/TestJoin.java
    """
    if _apart(term, left, right):
        return
    for node in term.find_all(exp.In, *comparisons.COMPARISONS):
        asks = _list_of_query(node) if isinstance(node, exp.In) else comparisons.quantifier(node)
        if asks is not None and decorrelation.looks_outward(node.this, right):
            message = "A subquery that a value of both sides of an outer join is compared with is not supported"
            raise failure("NOT_SUPPORTED", message, node)


def _apart(term: exp.Expr, left: list[Field], right: list[Field]) -> bool:
    """Whether *term* compares a value of one side with one of the other: Trino plans the subqueries of each beside its side.

    https://github.com/trinodb/trino/blob/master/core/trino-main/src/main/java/io/trino/sql/planner/RelationPlanner.java
    (``planJoin``)
    """
    whole = term.unnest()
    if not isinstance(whole, (*comparisons.COMPARISONS, exp.NullSafeEQ, exp.NullSafeNEQ)) or comparisons.quantifier(
        whole
    ):
        return False
    ends = (whole.this, whole.expression)
    return any(
        not decorrelation.looks_outward(one, left) and not decorrelation.looks_outward(other, right)
        for one, other in (ends, ends[::-1])
    )


def _list_of_query(node: exp.In) -> exp.Expr | None:
    """The side behind IN, if that is a query or VALUES."""
    listed = node.args.get("query") or next(iter(node.expressions), None)
    return listed if isinstance(listed, exp.Query | exp.Values) else None


def nested(ctx: Context, left: Relation, right: Relation, side: str, condition: str) -> Relation:
    """``left side JOIN right ON condition``: the rows that a row meets are looked for beside it, one after the other."""
    if side == "LEFT":
        return _left(ctx, left, right, condition)
    if side == "RIGHT":
        made = _left(ctx, right, left, condition)
        return replace(made, fields=[*made.fields[len(right.fields) :], *made.fields[: len(right.fields)]])
    return _full(ctx, left, right, condition)


def each(ctx: Context, left: Relation, right: Relation, condition: str) -> Relation:
    """``left RIGHT JOIN LATERAL right``, which Trino does for each row of the left by itself: every row of the right comes with
    it, or with NULLs. The cases are those of
    https://github.com/trinodb/trino/blob/master/core/trino-main/src/test/java/io/trino/sql/query/TestSubqueries.java
    """
    both = [*left.fields, *right.fields]
    columns = [ident(f"c{i}") for i in range(len(both))]
    shown = [f"CASE WHEN {condition} THEN {f.sql} END" if i < len(left.fields) else f.sql for i, f in enumerate(both)]
    listed = ", ".join(f"{sql} AS {c}" for sql, c in zip(shown, columns, strict=True))
    name = ident(ctx.alias())
    fields = [replace(f, sql=f"{name}.{c}") for f, c in zip(both, columns, strict=True)]
    return Relation(f"(SELECT {listed} FROM {left.text} CROSS JOIN {right.text}) AS {name}", fields, whole=True)


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
    return Relation(f"(SELECT {met} FROM {whole.text} UNION ALL {alone}) AS {name}", shown, whole=True)
