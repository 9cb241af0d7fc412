"""FROM: relations, joins, UNNEST, LATERAL, VALUES: https://trino.io/docs/current/sql/select.html#from-clause."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlglot import exp

from local_athena.dialect import aggregation, comparisons, outer_joins, table_functions
from local_athena.dialect.coercion import coerce, common
from local_athena.dialect.context import Context
from local_athena.dialect.errors import failure, type_mismatch
from local_athena.dialect.scope import Field, Relation, Scope, Value, outputs
from local_athena.dialect.sqltext import text
from local_athena.dialect.types import BIGINT, ZONED, Type, field_names, from_datatype, ident
from local_athena.errors import NotSupported
from local_athena.model import Column


def from_clause(ctx: Context, node: exp.Select, parent: Scope | None) -> tuple[str, Scope]:
    """`` FROM ...`` of *node* and the scope it makes; an empty text where there is none."""
    source = node.args.get("from_")
    if source is None:
        return "", Scope(parent=parent)
    joined = _joined(ctx, source.this, node.args.get("joins") or [], parent)
    return " FROM " + joined.text, Scope(joined.fields, parent)


def _joined(ctx: Context, first: exp.Expr, joins: list[exp.Join], parent: Scope | None) -> Relation:
    left = relation(ctx, first, parent, [])
    for join in joins:
        left = _join(ctx, left, join, parent)
    return left


def _join(ctx: Context, left: Relation, join: exp.Join, parent: Scope | None) -> Relation:
    side, kind = (join.side or "").upper(), (join.kind or "").upper()
    if side == "LEFT" and (unnest := _unnested(join)) is not None and _always(join.args.get("on")):
        # A value without elements gives a row of NULLs. A LEFT JOIN would do so too, but DuckDB's turns the elements' order round.
        right = _unnest(ctx, unnest, Scope(left.fields, parent), join.this.args.get("alias"), outer=True)
        return Relation(f"{left.text} CROSS JOIN {right.text}", [*left.fields, *right.fields])
    right = relation(ctx, join.this, parent, left.fields)
    if (join.method or "").upper() == "NATURAL":
        raise failure("NOT_SUPPORTED", "Natural join not supported", join)
    if (join.method or "").upper() or kind not in ("", "INNER", "CROSS", "OUTER"):
        raise NotSupported(f"{join.method} {side} {kind} JOIN")
    both = [*left.fields, *right.fields]
    if kind == "CROSS":
        return Relation(f"{left.text} CROSS JOIN {right.text}", both)
    on, using = join.args.get("on"), [i.name.lower() for i in join.args.get("using") or ()]
    word = f"{side} JOIN".strip() if side else "INNER JOIN"
    if using:
        condition, fields = _using(left, right, using, side, join)
        return Relation(f"{left.text} {word} {right.text} ON {condition}", fields)
    if on is None:
        return Relation(f"{left.text}, {right.text}", both)
    if not _always(on):
        unnested = _unnested(join) is not None
        if unnested or (side == "FULL" and isinstance(join.this, exp.Lateral)):
            what = "UNNEST" if unnested else "LATERAL relation"
            message = f"{side or 'INNER'} JOIN involving {what} is only supported with condition ON TRUE"
            raise failure("NOT_SUPPORTED", message, join)
    lateral = isinstance(join.this, exp.Lateral)
    aggregation.refuse(on, "JOIN clause")
    ctx.joining = True
    try:
        condition = ctx.predicate(on, Scope(both, parent), "JOIN ON clause")
    finally:
        ctx.joining = False
    if side and (on.find(exp.Query, exp.Values) or (lateral and not _always(on))):
        return outer_joins.nested(ctx, left, right, side, condition)
    if side in ("RIGHT", "FULL") and lateral and right.correlated:
        # Each row of the left is joined to the rows that it makes itself: none of these lacks its partner.
        word = "INNER JOIN" if side == "RIGHT" else "LEFT JOIN"
    return Relation(f"{left.text} {word} {right.text} ON {condition}", both)


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
        if given and clause not in _CLAUSES.get(type(node), _CLAUSES[exp.Subquery]):
            raise NotSupported(f"{clause.upper()} in FROM")
    if isinstance(node, exp.Table) and isinstance(node.this, exp.Values | exp.Subquery):
        inner_node = node.this.copy()
        inner_node.set("alias", node.args.get("alias"))
        made = relation(ctx, inner_node, parent, before)
    elif isinstance(node, exp.Table) and isinstance(node.this, exp.Unnest | exp.Lateral):
        made = relation(ctx, node.this, parent, before)
    elif isinstance(node, exp.Table):
        made = _table(ctx, node, Scope(before, parent))
    elif isinstance(node, exp.Unnest):
        made = _unnest(ctx, node, Scope(before, parent))
    elif isinstance(node, exp.Lateral):
        made = _lateral(ctx, node, Scope(before, parent))
    elif isinstance(node, exp.Subquery | exp.Paren) and isinstance(
        node.this, exp.Table | exp.Unnest | exp.Paren | exp.Subquery
    ):
        made = _bracketed(ctx, node, parent, before)
    elif isinstance(node, exp.Subquery | exp.Select | exp.SetOperation | exp.Values | exp.Paren):
        inner = ctx.query(node, parent)
        made = _aliased(ctx, f"({inner.sql})", inner.fields, node.args.get("alias"))
    else:
        raise NotSupported(f"{type(node).__name__} in FROM")
    if isinstance(node, exp.Subquery) and node.args.get("sample") is not None:
        if made.unnamed:
            raise NotSupported("TABLESAMPLE of joins in brackets without an alias")
        made = replace(made, sql=made.sql + sample(node.args["sample"]), unnamed=True)
    if isinstance(node, exp.Table | exp.Subquery) and node.args.get("joins"):
        for join in node.args["joins"]:
            made = _join(ctx, made, join, parent)
        made = Relation(f"({made.text})", made.fields, unnamed=True)
    return made


def _bracketed(ctx: Context, node: exp.Expr, parent: Scope | None, before: list[Field]) -> Relation:
    """``(t)``, ``(a JOIN b ON ...)``, with an alias or without."""
    if isinstance(node.this, exp.Subquery) and _is_query(node.this):
        inner = ctx.query(node, parent)
        return _aliased(ctx, f"({inner.sql})", inner.fields, node.args.get("alias"))
    made = relation(ctx, node.this, parent, before)
    alias = node.args.get("alias")
    if alias is None:
        return made
    listed = ", ".join(f"{f.sql} AS {g.sql}" for f, g in zip(made.fields, _outputs(made.fields), strict=True))
    return _aliased(ctx, f"(SELECT {listed} FROM {made.text})", _outputs(made.fields), alias)


def _is_query(node: exp.Expr) -> bool:
    """Whether *node* is a query in nothing but brackets: neither one under an alias, nor one that is joined to something."""
    while isinstance(node, exp.Subquery | exp.Paren):
        if any(node.args.get(clause) for clause in ("alias", "joins", "sample")):
            return False
        node = node.this
    return isinstance(node, exp.Query | exp.Values) and not isinstance(node, exp.Table)


def _outputs(fields: list[Field]) -> list[Field]:
    return outputs([(f.name, f.value()) for f in fields])


def _aliased(ctx: Context, sql: str, fields: list[Field], alias: exp.Expr | None) -> Relation:
    """A subquery under its alias (or one of ours), its columns renamed where the alias lists names."""
    name = alias.name.lower() if alias is not None and alias.name else None
    columns = [c.name.lower() for c in alias.args.get("columns") or ()] if alias is not None else []
    if columns and len(columns) != len(fields):
        raise failure(
            "MISMATCHED_COLUMN_ALIASES",
            f"Column alias list has {len(columns)} entries but '{name}' has {len(fields)} columns available",
            alias,
        )
    shown = ident(ctx.shown_as(name))
    made = [
        replace(f, name=columns[i] if columns else f.name, relation=name, sql=f"{shown}.{f.sql}")
        for i, f in enumerate(fields)
    ]
    return Relation(f"{sql} AS {shown}", made)


def _table(ctx: Context, node: exp.Table, scope: Scope) -> Relation:
    if isinstance(node.this, exp.Anonymous):
        made_rows = table_functions.translate(ctx, node.this, scope)
        return _aliased(ctx, f"({made_rows.sql})", made_rows.fields, node.args.get("alias"))
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
    made = _aliased(ctx, sql, fields, alias)
    if node.args.get("sample") is not None:
        made = replace(made, sql=made.sql + sample(node.args["sample"]), unnamed=True)
    return made


def sample(node: exp.TableSample) -> str:
    """TABLESAMPLE BERNOULLI (10) and SYSTEM (10)."""
    method = node.args["method"].name.lower() if node.args.get("method") is not None else "bernoulli"
    if not 0 <= float(node.args["percent"].name) <= 100:
        raise failure("NUMERIC_VALUE_OUT_OF_RANGE", "Sample percentage must be between 0 and 100", node)
    return f" TABLESAMPLE {'bernoulli' if method == 'bernoulli' else 'system'}({node.args['percent'].name}%)"


def _stored(name: str, columns: Sequence[Column]) -> tuple[str, list[Field]]:
    """A relation of the catalog, with the types that we hold otherwise than DuckDB stores them converted on the way in."""
    fields, listed, converted = [], [], False
    for c in columns:
        t = from_datatype(c.type)
        column = ident(c.name)
        fields.append(Field(c.name.lower(), t, column, zone="UTC" if t.name == ZONED else None))
        inner = incoming(column, t)
        converted = converted or inner != column
        listed.append(f"{inner} AS {column}" if inner != column else column)
    return (f"(SELECT {', '.join(listed)} FROM {ident(name)})" if converted else ident(name)), fields


def incoming(sql: str, t: Type) -> str:
    """A stored value in the form that translated expressions hold it in."""
    if t.name == ZONED:
        return f"CASE WHEN {sql} IS NOT NULL THEN {{'i': timezone('UTC', {sql}), 'z': 'UTC'}} END"
    if t.name == "char":
        return f"rpad({sql}, CAST(greatest(length({sql}), {t.params[0]}) AS INTEGER), ' ')"
    if t.name == "array" and incoming("_i", t.element) != "_i":
        return f"list_transform({sql}, lambda _i{len(str(t))}: {incoming(f'_i{len(str(t))}', t.element)})"
    if t.name in ("map", "row") and any(incoming("_i", a) != "_i" for a in t.args):
        raise NotSupported(f"A stored column of type {t}")
    return sql


def _lateral(ctx: Context, node: exp.Lateral, scope: Scope) -> Relation:
    inner = node.this
    if isinstance(inner, exp.Unnest):
        return _unnest(ctx, inner, scope, node.args.get("alias"))
    if not isinstance(inner, exp.Subquery):
        raise NotSupported(node.sql(dialect="trino"))
    fence = scope.fence()
    made = ctx.query(inner, fence)
    found = _aliased(ctx, f"({made.sql})", made.fields, node.args.get("alias"))
    return replace(found, lateral=True, correlated=fence.crossed)


def _unnest(
    ctx: Context, node: exp.Unnest, scope: Scope, alias: exp.Expr | None = None, outer: bool = False
) -> Relation:
    """UNNEST of arrays, maps and arrays of rows, side by side; the shorter are filled with NULL. With *outer*, a row of NULLs
    stands for what has no elements.
    """
    alias = alias or node.args.get("alias")
    inner, listed, fields, lengths = [], [], [], []
    for i, e in enumerate(node.expressions):
        value = ctx.expression(e, scope)
        if value.type.name == "map":
            lists = [(f"map_keys({value.sql})", value.type.args[0]), (f"map_values({value.sql})", value.type.args[1])]
        elif value.type.name == "array":
            lists = [(value.sql, value.type.element)]
        else:
            raise type_mismatch(f"Cannot unnest type: {value.type}", e)
        lengths.append(f"coalesce(len({lists[0][0]}), 0)")
        for j, (sql, t) in enumerate(lists):
            inner.append((sql, f"u{i}_{j}"))
            if t.name == "row" and value.type.name == "array":
                for own, held_name, arg in zip(t.fields, field_names(t), t.args, strict=True):
                    listed.append(f'struct_extract("u{i}_{j}", {text(held_name)})')
                    fields.append((own, Value("", arg)))
            else:
                listed.append(f'"u{i}_{j}"')
                fields.append((None, Value("", t)))
    offset = node.args.get("offset")
    longest = lengths[0] if len(lengths) == 1 else f"greatest({', '.join(lengths)})"
    if offset:
        inner.append((f"range(1, {longest} + 1)", "o"))
        listed.append('"o"')
        fields.append((None, Value("", BIGINT)))
        if isinstance(offset, exp.Identifier) and alias is not None and alias.args.get("columns") is not None:
            alias = alias.copy()
            alias.set("columns", [*alias.args["columns"], offset.copy()])
    made = outputs(fields)
    shown = ", ".join(f"{sql} AS {f.sql}" for sql, f in zip(listed, made, strict=True))
    padded = [(f"CASE WHEN {longest} = 0 THEN [NULL] ELSE {sql} END" if outer else sql, name) for sql, name in inner]
    rows = ", ".join(f'unnest({sql}) AS "{name}"' for sql, name in padded)
    return replace(_aliased(ctx, f"(SELECT {shown} FROM (SELECT {rows}))", made, alias), lateral=True)
