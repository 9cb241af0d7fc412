"""Queries: WITH, SELECT, set operations, VALUES, ORDER BY and LIMIT: https://trino.io/docs/current/sql/select.html."""

from __future__ import annotations

import re

from sqlglot import exp

from local_athena.dialect.context import Context
from local_athena.dialect.errors import failure, placed, type_mismatch
from local_athena.dialect.expressions import aggregation, windows
from local_athena.dialect.queries import decorrelation, order_by, relations, sets, stars, with_clause
from local_athena.dialect.queries.grouping import DISTINCT_OF, apart, firsts, group_by, order_maps
from local_athena.dialect.queries.samples import sample
from local_athena.dialect.scope import Field, Query, Scope, Value, outputs, strict
from local_athena.dialect.sqltext import says
from local_athena.dialect.values import rows
from local_athena.dialect.values.coercion import coerce, common
from local_athena.errors import NotSupported


def query(ctx: Context, node: exp.Expr, parent: Scope | None) -> Query:
    """As ``Context.query``."""
    with_ = node.args.get("with_")
    if with_ is None:
        return _body(ctx, node, parent)
    ctx.ctes.append({})
    try:
        head = with_clause.translate(ctx, with_, parent)
        body = _body(ctx, node, parent)
    finally:
        ctx.ctes.pop()
    return Query(f"{head} {body.sql}", body.fields, body.plan)


def _body(ctx: Context, node: exp.Expr, parent: Scope | None) -> Query:
    if isinstance(node, exp.Select):
        outer, taken = ctx.grouped, ctx.taken
        ctx.grouped = node.args.get("group") is not None
        try:
            return _select(ctx, node, parent)
        finally:
            ctx.grouped, ctx.taken = outer, taken
    if isinstance(node, exp.SetOperation):
        return _modified(ctx, node, _set_operation(ctx, node, parent))
    if isinstance(node, exp.Values):
        return _modified(ctx, node, values(ctx, node, parent))
    if isinstance(node, exp.Subquery | exp.Paren):
        return _modified(ctx, node, query(ctx, node.this, parent))
    if isinstance(node, exp.Table):
        return _select(ctx, exp.Select(expressions=[exp.Star()], from_=exp.From(this=node)), parent)
    raise NotSupported(f"{type(node).__name__} as a query")


# ---- SELECT


_CLAUSES = frozenset(
    (
        "with_",
        "expressions",
        "from_",
        "joins",
        "where",
        "group",
        "having",
        "order",
        "limit",
        "offset",
        "windows",
        "distinct",
        "sample",
    )
)


def _select(ctx: Context, node: exp.Select, parent: Scope | None) -> Query:
    for clause, given in node.args.items():
        if given and clause not in _CLAUSES:
            error = NotSupported("MATCH_RECOGNIZE" if clause == "match" else clause.upper())
            raise placed(error, given if isinstance(given, exp.Expr) else None)
    source, scope = relations.from_clause(ctx, node, parent)
    windows.check_named(ctx, node.args.get("windows") or [], scope)
    if node.args.get("sample") is not None:
        if node.args.get("joins"):
            raise NotSupported("TABLESAMPLE of a subquery in a join")
        source += sample(ctx, node.args["sample"])
    where = node.args.get("where")
    aggregation.refuse(where.this if where is not None else None, "WHERE clause")
    condition = f" WHERE {ctx.predicate(where.this, scope, 'WHERE clause')}" if where is not None else ""
    scope.keys = aggregation.grouping_columns(node, scope, lambda item: stars.columns_of(item, scope))
    if scope.keys:
        order_maps(scope, scope.keys)
        scope.firsts = firsts(node, scope, scope.keys)
    items = _items(ctx, node, scope)
    fields = outputs(items)
    grouped, scope.keys = scope.keys, None
    group = group_by(ctx, node, scope, items)
    scope.keys = grouped
    shown, scope.firsts = scope.firsts, {}
    aggregation.check(node, scope, lambda item: stars.columns_of(item, scope))
    scope.firsts = shown
    having = node.args.get("having")
    kept = ctx.predicate(having.this, scope, "HAVING clause") if having is not None else None
    distinct = node.args.get("distinct")
    if distinct is not None and distinct.args.get("on") is not None:
        raise NotSupported("SELECT DISTINCT ON")
    word = "SELECT"
    if distinct is not None:
        named = [DISTINCT_OF + (f": {f.name}" if f.name else "") for f in fields]
        forms = [apart(v.sql, v.type, v.zone, node, n) for (_, v), n in zip(items, named, strict=True)]
        word = sets.distinct(forms)
    listed = [f"{v.sql} AS {f.sql}" for (_, v), f in zip(items, fields, strict=True)]
    by = order_by.keys(ctx, node, items, scope)
    core = f"{source}{condition}{group}"
    if kept is not None and says(kept, _LAMBDAS):
        core, listed, by = _having_outside(node, core, kept, listed, fields, by)
    elif kept is not None:
        core += f" HAVING {kept}"
    plan = decorrelation.select(node, scope, scope.plan) if parent is not None else None
    if order_by.with_ties(node):
        return Query(order_by.ties(ctx, node, word, listed, fields, core, by), fields, plan)
    return Query(order_by.arranged(word, listed, fields, core, by, order_by.limit(ctx, node)), fields, plan)


_LAMBDAS = re.compile("lambda |trino_")
"""A lambda, or a macro that may have one."""


def _has_windows(node: exp.Select) -> bool:
    """Whether the select list or ORDER BY of *node* has a window function of its own, which sees what HAVING keeps alone."""
    order = node.args.get("order")
    parts = [*node.expressions, *(order.expressions if order is not None else ())]
    return any(isinstance(f, exp.Window) for part in parts for f in aggregation.aggregates(part, windows=True))


def _having_outside(
    node: exp.Select, core: str, kept: str, listed: list[str], fields: list[Field], by: list[order_by.Key]
) -> tuple[str, list[str], list[order_by.Key]]:
    """HAVING as a filter around the grouped query: DuckDB's HAVING takes a lambda's parameter for an ungrouped column."""
    if _has_windows(node):
        raise NotSupported("A window function beside a HAVING clause that calls a function of Trino's own")
    moved, more = order_by.outside(by, fields)
    inner = [*listed, f'{kept} AS "$having"', *more]
    return f' FROM (SELECT {", ".join(inner)}{core}) WHERE "$having"', [f.sql for f in fields], moved


def _items(ctx: Context, node: exp.Select, scope: Scope) -> list[tuple[str | None, Value]]:
    items: list[tuple[str | None, Value]] = []
    for item in node.expressions:
        if isinstance(item, exp.Star):
            if not scope.fields:
                raise failure("COLUMN_NOT_FOUND", "SELECT * not allowed in queries without FROM clause", item)
            items += [(f.name, f.value()) for f in scope.visible()]
        elif (shown := stars.starred(ctx, item, scope)) is not None:
            items += shown
        elif isinstance(item, exp.Aliases) and (shown := stars.starred(ctx, item.this, scope)) is not None:
            names = [e.name.lower() for e in item.expressions]
            if len(names) != len(shown):
                message = f"Column alias list has {len(names)} entries but relation has {len(shown)} columns"
                raise failure("MISMATCHED_COLUMN_ALIASES", message, item.expressions[0])
            items += [(name, value) for name, (_, value) in zip(names, shown, strict=True)]
        elif isinstance(item, exp.Alias):
            items.append((item.alias.lower(), ctx.expression(item.this, scope)))
        else:
            items.append((_name(item), ctx.expression(item, scope)))
    return items


def _name(item: exp.Expr) -> str | None:
    """The name of a column without an alias: its own, or a field's; nothing for any other expression."""
    if isinstance(item, exp.Column | exp.Identifier):
        return item.name.lower()
    if isinstance(item, exp.Dot) and isinstance(item.expression, exp.Identifier):
        return item.expression.name.lower()
    return None


# ---- set operations, VALUES


def _set_operation(ctx: Context, node: exp.SetOperation, parent: Scope | None) -> Query:
    if node.args.get("by_name") or node.args.get("match_by") or node.args.get("on"):
        raise NotSupported("Set operation with CORRESPONDING")
    if _associative(node) and _associative(node.left) and node.left.args.get("distinct") == node.args.get("distinct"):
        return _long_union(ctx, node, parent)
    left, right = query(ctx, node.left, parent), query(ctx, node.right, parent)
    fields = _met(node, left.fields, right.fields)
    word = {exp.Union: "UNION", exp.Except: "EXCEPT", exp.Intersect: "INTERSECT"}[type(node)]
    if node.args.get("distinct") is False:
        word += " ALL"
    plan = decorrelation.united((left.plan, right.plan))
    return Query(sets.joined([_side(left, fields), _side(right, fields)], word, fields, node), fields, plan)


def _associative(node: exp.Expr) -> bool:
    """Whether *node* is a UNION that may be one of a chain: nothing but its two sides belongs to it."""
    more = ("order", "limit", "offset", "with_", "by_name", "match_by", "on")
    return isinstance(node, exp.Union) and not any(node.args.get(k) for k in more)


def _long_union(ctx: Context, node: exp.SetOperation, parent: Scope | None) -> Query:
    """``a UNION b UNION c ...``, which may be thousands, as a balanced tree."""
    nodes: list[exp.Expr] = [node]
    distinct = node.args.get("distinct")
    while _associative(nodes[-1].this) and nodes[-1].this.args.get("distinct") == distinct:
        nodes.append(nodes[-1].this)
    nodes.reverse()
    made = query(ctx, nodes[0].this, parent)
    sides, fields = [made], made.fields
    for part in nodes:
        side = query(ctx, part.expression, parent)
        fields = _met(part, fields, side.fields)
        sides.append(side)
    word = "UNION ALL" if distinct is False else "UNION"
    plan = decorrelation.united([side.plan for side in sides])
    return Query(sets.joined([_side(side, fields) for side in sides], word, fields, node), fields, plan)


def _met(node: exp.Expr, left: list[Field], right: list[Field]) -> list[Field]:
    """The columns of a set operation. Raises TYPE_MISMATCH where its sides do not meet."""
    name = type(node).__name__.upper()
    if len(left) != len(right):
        message = f"{name} query has different number of fields: {len(left)}, {len(right)}"
        raise failure("TYPE_MISMATCH", message, node)
    types = []
    for i, (a, b) in enumerate(zip(left, right, strict=True)):
        t = common(a.type, b.type)
        if t is None:
            raise type_mismatch(f"column {i + 1} in {name} query has incompatible types: {a.type}, {b.type}", node)
        types.append(t)
    zones = [a.zone if a.zone == b.zone else None for a, b in zip(left, right, strict=True)]
    fields = outputs([(f.name, Value(f.sql, t, zone=z)) for f, t, z in zip(left, types, zones, strict=True)])
    if not (isinstance(node, exp.Union) and node.args.get("distinct") is False):
        word = "UNION DISTINCT" if isinstance(node, exp.Union) else name
        for f in fields:
            apart(f.sql, f.type, f.zone, node, f"Type {{}} is not comparable and therefore cannot be used in {word}")
    return fields


def _side(side: Query, fields: list[Field]) -> str:
    """A side of a set operation whose columns are *fields*."""
    values = [strict(coerce(f.value(), to.type)) for f, to in zip(side.fields, fields, strict=True)]
    if all(v.sql == f.sql for v, f in zip(values, side.fields, strict=True)):
        return f"({side.sql})"
    listed = ", ".join(f"{v.sql} AS {f.sql}" for v, f in zip(values, fields, strict=True))
    return f"(SELECT {listed} FROM ({side.sql}))"


def values(ctx: Context, node: exp.Values, parent: Scope | None) -> Query:
    """VALUES: rows of expressions, each column of the type that all its values meet in."""
    scope = Scope(parent=parent)
    listed: list[list[Value]] = []
    for item in node.expressions:
        found = [ctx.expression(e, scope) for e in (item.expressions if isinstance(item, exp.Tuple) else [item])]
        listed.append(rows.parts_of(found[0]) if len(found) == 1 and found[0].type.name == "row" else found)
    if odd := next((r for r in listed if len(r) != len(listed[0])), None):
        raise type_mismatch(f"Values rows have mismatched sizes: {len(listed[0])} vs {len(odd)}", node)
    types = []
    for i in range(len(listed[0])):
        t = listed[0][i].type
        for r in listed[1:]:
            met = common(t, r[i].type)
            if met is None:
                first, other = (", ".join(str(v.type) for v in row) for row in (listed[0], r))
                raise type_mismatch(f"Values rows have mismatched types: row({first}) vs row({other})", node)
            t = met
        types.append(t)
    zones = [{r[i].zone for r in listed} for i in range(len(types))]
    fields = outputs(
        [(None, Value("", t, zone=z.pop() if len(z) == 1 else None)) for t, z in zip(types, zones, strict=True)]
    )
    texts = ["(" + ", ".join(strict(coerce(v, t)).sql for v, t in zip(r, types, strict=True)) + ")" for r in listed]
    columns = ", ".join(f.sql for f in fields)
    plan = decorrelation.values(node) if parent is not None else None
    return Query(f'SELECT * FROM (VALUES {", ".join(texts)}) AS "{ctx.alias()}"({columns})', fields, plan)


def _modified(ctx: Context, node: exp.Expr, made: Query) -> Query:
    """*made* with the ORDER BY and LIMIT that stand after a set operation, VALUES or a bracket."""
    if not any(node.args.get(k) is not None for k in ("order", "limit", "offset")):
        return made
    scope = Scope([Field(f.name, f.type, f.sql) for f in made.fields])
    items = [(f.name, f.value()) for f in made.fields]
    by = order_by.keys(ctx, node, items, scope)
    core = f" FROM ({made.sql})"
    plan = made.plan if made.plan is None or made.plan.fails else decorrelation.UNKNOWN
    if order_by.with_ties(node):
        listed = [f"{f.sql} AS {f.sql}" for f in made.fields]
        return Query(order_by.ties(ctx, node, "SELECT", listed, made.fields, core, by), made.fields, plan)
    listed = [f.sql for f in made.fields]
    sql = order_by.arranged("SELECT", listed, made.fields, core, by, order_by.limit(ctx, node))
    return Query(sql, made.fields, plan)
