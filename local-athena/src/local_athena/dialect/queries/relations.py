"""FROM: relations, joins, UNNEST, LATERAL, VALUES: https://trino.io/docs/current/sql/select.html#from-clause."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlglot import exp

from local_athena.dialect.context import Context
from local_athena.dialect.errors import failure, placed, type_mismatch
from local_athena.dialect.expressions import aggregation, comparisons
from local_athena.dialect.queries import decorrelation, outer_joins, table_functions, unnesting
from local_athena.dialect.queries.aliases import aliased
from local_athena.dialect.queries.samples import sample
from local_athena.dialect.scope import Field, Query, Relation, Scope, outputs
from local_athena.dialect.values.coercion import coerce, common
from local_athena.dialect.values.incoming import incoming
from local_athena.dialect.values.types import ZONED, from_datatype, ident
from local_athena.errors import NotSupported
from local_athena.model import Column


def from_clause(ctx: Context, node: exp.Select, parent: Scope | None) -> tuple[str, Scope]:
    """`` FROM ...`` of *node* and the scope it makes; an empty text where there is none."""
    source = node.args.get("from_")
    if source is None:
        return "", Scope(parent=parent)
    joined = _joined(ctx, source.this, node.args.get("joins") or [], parent)
    alone = joined.plan is not None and joined.plan.kind == "unnest" and not node.args.get("joins")
    if alone and any(decorrelation.looks_outward(e, joined.fields) for e in node.expressions):
        # DuckDB loses the outer row's columns where its elements are all that FROM has.
        joined = replace(joined, sql=f"(SELECT 1) CROSS JOIN {joined.text}", lateral=False)
    return " FROM " + joined.text, Scope(joined.fields, parent, plan=joined.plan)


def _joined(ctx: Context, first: exp.Expr, joins: list[exp.Join], parent: Scope | None) -> Relation:
    left = relation(ctx, first, parent, [])
    for join in joins:
        left = _join(ctx, left, join, parent)
    return left


def _join(ctx: Context, left: Relation, join: exp.Join, parent: Scope | None) -> Relation:
    side = (join.side or "").upper()
    unnest = _unnested(join)
    if unnest is not None and side in ("RIGHT", "FULL"):
        _refuse_outward(unnest, left, side, join)
    if unnest is not None and side in ("LEFT", "FULL") and _always(join.args.get("on")):
        # A value without elements gives a row of NULLs. A LEFT JOIN would do so too, but DuckDB's turns the elements' order round.
        right = unnesting.unnest(ctx, unnest, Scope(left.fields, parent), join.this.args.get("alias"), outer=True)
        made = Relation(f"{left.text} CROSS JOIN {right.text}", [*left.fields, *right.fields])
    else:
        right = relation(ctx, join.this, parent, left.fields)
        made = _met(ctx, left, right, join, parent)
    made.plan = decorrelation.joined(left.plan, right.plan, left.single)
    if parent is not None and decorrelation.looks_outward(join.args.get("on"), made.fields):
        made.plan = decorrelation.UNKNOWN
    return made


def _refuse_outward(node: exp.Expr, left: Relation, side: str, join: exp.Join) -> None:
    """:raises AthenaError: INVALID_COLUMN_REFERENCE where *node*, on the right of an outer join, names a column of its *left*."""
    names = {f.name for f in left.fields} | {f.relation for f in left.fields}
    if any(c.parts[0].name.lower() in names for c in node.find_all(exp.Column)):
        raise failure("INVALID_COLUMN_REFERENCE", f"LATERAL reference not allowed in {side} JOIN", join)


def _met(ctx: Context, left: Relation, right: Relation, join: exp.Join, parent: Scope | None) -> Relation:
    """``left JOIN right``, by the condition of *join*."""
    side, kind = (join.side or "").upper(), (join.kind or "").upper()
    if (join.method or "").upper() == "NATURAL":
        raise failure("NOT_SUPPORTED", "Natural join not supported", join)
    if (join.method or "").upper() or kind not in ("", "INNER", "CROSS", "OUTER"):
        raise NotSupported(f"{join.method} {side} {kind} JOIN")
    both = [*left.fields, *right.fields]
    if kind == "CROSS":
        return Relation(f"{left.text} CROSS JOIN {right.text}", both)
    on, using = join.args.get("on"), [i.name.lower() for i in join.args.get("using") or ()]
    lateral = isinstance(join.this, exp.Lateral)
    if (using or (on is not None and not _always(on))) and (
        _unnested(join) is not None or (side == "FULL" and lateral)
    ):
        what = "UNNEST" if _unnested(join) is not None else "LATERAL relation"
        message = f"{side or 'INNER'} JOIN involving {what} is only supported with condition ON TRUE"
        raise failure("NOT_SUPPORTED", message, join if on is None or isinstance(on, exp.Boolean) else on)
    word = f"{side} JOIN".strip() if side else "INNER JOIN"
    if using:
        condition, fields = _using(left, right, using, side, join)
        if lateral:
            raise failure("NOT_SUPPORTED", "Correlated join with criteria other than ON is not supported", join)
        return Relation(f"{left.text} {word} {right.text} ON {condition}", fields)
    if on is None:
        return Relation(f"{left.text}, {right.text}", both)
    if side in ("RIGHT", "FULL") and lateral and right.correlated:
        raise failure("INVALID_COLUMN_REFERENCE", f"LATERAL reference not allowed in {side} JOIN", join)
    aggregation.refuse(on, "JOIN clause")
    if side and not lateral:
        left, right, on = _asked_before(ctx, left, right, on, parent)
        both = [*left.fields, *right.fields]
    ctx.joining = True
    try:
        names = Scope(both, parent, closed=side != "")
        condition = ctx.predicate(on, names, "JOIN ON clause")
    finally:
        ctx.joining = False
    if side == "RIGHT" and (lateral or _unnested(join) is not None):
        return outer_joins.each(ctx, left, right, condition)
    if side and (on.find(exp.Query, exp.Values) or (lateral and not _always(on))):
        made = outer_joins.nested(ctx, left, right, side, condition)
        return replace(made, fields=[f for f in made.fields if not outer_joins.is_asked(f)])
    if side == "FULL" and lateral:
        # Each row of the left is joined to the right by itself: no row of the right lacks its partner.
        word = "LEFT JOIN"
    return Relation(f"{left.text} {word} {right.text} ON {condition}", [f for f in both if not outer_joins.is_asked(f)])


def _asked_before(
    ctx: Context, left: Relation, right: Relation, on: exp.Expr, parent: Scope | None
) -> tuple[Relation, Relation, exp.Expr]:
    """Both sides of an outer join and its condition, whose terms with a subquery about one side alone have become columns of that
    side: DuckDB does not join by them.
    """
    rest: list[exp.Expr] = []
    for term in decorrelation.terms(on):
        asks = term.find(exp.Query, exp.Values) is not None
        of_left = asks and not decorrelation.looks_outward(term, left.fields)
        if not of_left and (not asks or decorrelation.looks_outward(term, right.fields)):
            outer_joins.check_mixed(term, left.fields, right.fields)
            rest.append(term)
            continue
        side = left if of_left else right
        names = Scope([*left.fields, *right.fields], parent, closed=True)
        asked = ctx.predicate(term, names, "JOIN ON clause")
        made = outer_joins.asked(ctx, side, asked)
        rest.append(exp.column(exp.Identifier(this=made.fields[-1].name, quoted=True)))
        left, right = (made, right) if of_left else (left, made)
    return left, right, exp.and_(*rest, copy=False) if len(rest) > 1 else rest[0]


def _unnested(join: exp.Join) -> exp.Unnest | None:
    """The UNNEST that *join* is with, if it is."""
    inner = join.this.this if isinstance(join.this, exp.Lateral) else join.this
    return inner if isinstance(inner, exp.Unnest) else None


def _always(on: exp.Expr | None) -> bool:
    return isinstance(on, exp.Boolean) and bool(on.this)


def _using(left: Relation, right: Relation, names: list[str], side: str, node: exp.Join) -> tuple[str, list[Field]]:
    """JOIN ... USING: equal columns become one, which stands first and has no qualifier."""
    conditions, merged = [], []
    for i, name in enumerate(names):
        if name in names[:i]:
            message = f"Column '{name}' appears multiple times in USING clause"
            raise failure("DUPLICATE_COLUMN_NAME", message, node)
        pair = []
        for fields in (left.fields, right.fields):
            found = [f for f in fields if f.name == name]
            if len(found) != 1:
                code = "AMBIGUOUS_NAME" if found else "COLUMN_NOT_FOUND"
                raise failure(
                    code, f"Column '{name}' is {'ambiguous' if found else 'missing from one side of join'}", node
                )
            pair.append(found[0].value())
        t = common(pair[0].type, pair[1].type)
        if t is None:
            raise type_mismatch(
                f"Column types of left and right side of join are incompatible: {pair[0].type}, {pair[1].type}", node
            )
        a, b = (coerce(v, t) for v in pair)
        conditions.append(comparisons.compare("=", a, b, node).sql)
        sql = f"coalesce({a.sql}, {b.sql})" if side == "FULL" else b.sql if side == "RIGHT" else a.sql
        merged.append(Field(name, t, sql))
    rest = [f for f in (*left.fields, *right.fields) if f.name not in names]
    return " AND ".join(conditions), [*merged, *rest]


_CLAUSES: dict[type[exp.Expr], tuple[str, ...]] = {
    exp.Table: ("this", "db", "catalog", "alias", "joins", "sample", "version", "when"),
    exp.Subquery: (
        "this",
        "expressions",
        "expression",
        "alias",
        "joins",
        "sample",
        "with_",
        "order",
        "limit",
        "offset",
        "distinct",
    ),
    exp.Unnest: ("expressions", "alias", "offset"),
    exp.Lateral: ("this", "alias"),
    exp.Select: tuple(exp.Select.arg_types),
}


def relation(ctx: Context, node: exp.Expr, parent: Scope | None, before: list[Field]) -> Relation:
    """One item of FROM. *before* are the fields to its left, which UNNEST and LATERAL may use."""
    for clause, given in node.args.items():
        if (given and clause not in _CLAUSES.get(type(node), _CLAUSES[exp.Subquery])) or isinstance(
            given, exp.JSONTable
        ):
            raise placed(NotSupported("JSON_TABLE" if clause == "this" else f"{clause.upper()} in FROM"), node)
    if isinstance(node, exp.Table) and isinstance(node.this, exp.Values | exp.Subquery):
        inner_node = node.this.copy()
        inner_node.set("alias", node.args.get("alias"))
        made = relation(ctx, inner_node, parent, before)
    elif isinstance(node, exp.Table) and isinstance(node.this, exp.Unnest | exp.Lateral):
        made = relation(ctx, node.this, parent, before)
    elif isinstance(node, exp.Table):
        made = _table(ctx, node, Scope(before, parent))
    elif isinstance(node, exp.Unnest):
        made = unnesting.unnest(ctx, node, Scope(before, parent))
    elif isinstance(node, exp.Lateral):
        made = _lateral(ctx, node, Scope(before, parent))
    elif isinstance(node, exp.Subquery | exp.Paren) and (
        isinstance(node.this, exp.Table | exp.Unnest | exp.Paren | exp.Subquery)
        or (isinstance(node.this, exp.Values) and node.this.args.get("joins"))
    ):
        made = _bracketed(ctx, node, parent, before)
    elif isinstance(node, exp.Subquery | exp.Select | exp.SetOperation | exp.Values | exp.Paren):
        made = _derived(ctx, ctx.query(node, parent), node)
    else:
        raise NotSupported(f"{type(node).__name__} in FROM")
    if isinstance(node, exp.Subquery) and node.args.get("sample") is not None:
        if made.unnamed:
            raise NotSupported("TABLESAMPLE of joins in brackets without an alias")
        made = replace(made, sql=made.sql + sample(ctx, node.args["sample"]), unnamed=True)
    if isinstance(node, exp.Table | exp.Subquery | exp.Values) and node.args.get("joins"):
        for join in node.args["joins"]:
            made = _join(ctx, made, join, parent)
        made = made if made.whole else Relation(f"({made.text})", made.fields, unnamed=True, plan=made.plan)
    return made


def _derived(ctx: Context, inner: Query, node: exp.Expr) -> Relation:
    """A subquery under the alias of *node*."""
    made = aliased(ctx, f"({inner.sql})", inner.fields, node.args.get("alias"))
    rows = node if isinstance(node, exp.Values) else node.this
    single = isinstance(rows, exp.Values) and len(rows.expressions) == 1
    return replace(made, single=single, plan=decorrelation.renamed(inner.plan, made.fields))


def _bracketed(ctx: Context, node: exp.Expr, parent: Scope | None, before: list[Field]) -> Relation:
    """``(t)``, ``(a JOIN b ON ...)``, with an alias or without."""
    if isinstance(node.this, exp.Subquery) and _is_query(node.this):
        return _derived(ctx, ctx.query(node, parent), node)
    made = relation(ctx, node.this, parent, before)
    alias = node.args.get("alias")
    if alias is None:
        return made
    listed = ", ".join(f"{f.sql} AS {g.sql}" for f, g in zip(made.fields, _outputs(made.fields), strict=True))
    return aliased(ctx, f"(SELECT {listed} FROM {made.text})", _outputs(made.fields), alias)


def _is_query(node: exp.Expr) -> bool:
    """Whether *node* is a query in nothing but brackets: neither one under an alias, nor one that is joined to something."""
    while isinstance(node, exp.Subquery | exp.Paren):
        if any(node.args.get(clause) for clause in ("alias", "joins", "sample")):
            return False
        node = node.this
    return isinstance(node, exp.Query | exp.Values) and not isinstance(node, exp.Table)


def _outputs(fields: list[Field]) -> list[Field]:
    made = outputs([(f.name, f.value()) for f in fields])
    return [replace(out, hidden=f.hidden) for out, f in zip(made, fields, strict=True)]


def _table(ctx: Context, node: exp.Table, scope: Scope) -> Relation:
    if isinstance(node.this, exp.Anonymous):
        made_rows = table_functions.translate(ctx, node.this, node)
        return aliased(ctx, f"({made_rows.sql})", made_rows.fields, node.args.get("alias"))
    if node.args.get("version") is not None or node.args.get("when") is not None:
        raise NotSupported("Time travel on " + node.name)
    name = node.name.lower()
    qualified = node.args.get("db") is not None
    alias = node.args.get("alias") or exp.TableAlias(this=exp.to_identifier(node.name))
    if not alias.name:
        alias = exp.TableAlias(this=exp.to_identifier(node.name), columns=alias.args.get("columns"))
    fields = None if qualified else ctx.cte(name)
    sql = ident(name)
    if fields is None:
        columns = None if qualified else ctx.relations.get(node.name) or ctx.relations.get(name)
        if columns is None:
            shown = ".".join(p.name for p in node.parts)
            raise failure("TABLE_NOT_FOUND", f"Table '{shown}' does not exist", node)
        sql, fields = _stored(node.name if node.name in ctx.relations else name, columns)
    made = aliased(ctx, sql, fields, alias)
    if node.args.get("sample") is not None:
        made = replace(made, sql=made.sql + sample(ctx, node.args["sample"]), unnamed=True)
    return made


_HIDDEN = frozenset({"$path", "$file_size", "$file_modified_time", "$partition", "$bucket"})


def _stored(name: str, columns: Sequence[Column]) -> tuple[str, list[Field]]:
    """A relation of the catalog, with the types that we hold otherwise than DuckDB stores them converted on the way in."""
    fields, listed, converted = [], [], False
    for c in columns:
        t = from_datatype(c.type)
        column = ident(c.name)
        zone = "UTC" if t.name == ZONED else None
        fields.append(Field(c.name.lower(), t, column, zone=zone, hidden=c.name in _HIDDEN))
        inner = incoming(column, t)
        converted = converted or inner != column
        listed.append(f"{inner} AS {column}" if inner != column else column)
    return (f"(SELECT {', '.join(listed)} FROM {ident(name)})" if converted else ident(name)), fields


def _lateral(ctx: Context, node: exp.Lateral, scope: Scope) -> Relation:
    inner = node.this
    if isinstance(inner, exp.Unnest):
        return unnesting.unnest(ctx, inner, scope, node.args.get("alias"))
    if not isinstance(inner, exp.Subquery):
        raise NotSupported(node.sql(dialect="trino"))
    fence = scope.fence()
    made = ctx.query(inner, fence)
    decorrelation.check(made.plan, "lateral", inner)
    found = aliased(ctx, f"({made.sql})", made.fields, node.args.get("alias"))
    plan = made.plan
    if plan is not None and not (plan.kind == "row" and scope.crossed):
        plan = decorrelation.UNKNOWN
    return replace(found, lateral=True, correlated=fence.crossed, plan=plan)
