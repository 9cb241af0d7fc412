"""UNNEST: the elements of arrays and maps as rows."""

from __future__ import annotations

from dataclasses import replace

from sqlglot import exp

from local_athena.dialect.context import Context
from local_athena.dialect.errors import type_mismatch
from local_athena.dialect.queries import decorrelation
from local_athena.dialect.queries.aliases import aliased
from local_athena.dialect.queries.plans import Plan
from local_athena.dialect.scope import Relation, Scope, Value, outputs
from local_athena.dialect.sqltext import text
from local_athena.dialect.values.types import BIGINT, Type, field_names


def unnest(
    ctx: Context, node: exp.Unnest, scope: Scope, alias: exp.Expr | None = None, outer: bool = False
) -> Relation:
    """UNNEST of arrays, maps and arrays of rows, side by side; the shorter are filled with NULL. With *outer*, a row of NULLs
    stands for what has no elements.
    """
    alias = alias or node.args.get("alias")
    offset = node.args.get("offset")
    if isinstance(offset, exp.Identifier) and alias is not None and alias.args.get("columns") is not None:
        alias = alias.copy()
        alias.set("columns", [*alias.args["columns"], offset.copy()])
    given = [ctx.expression(e, scope.fence()) for e in node.expressions]  # the text is that of a subquery
    whole = _is_whole([value.type for value in given], alias, bool(offset))
    inner, listed, fields, lengths = [], [], [], []
    for i, (e, value) in enumerate(zip(node.expressions, given, strict=True)):
        if value.type.name == "map":
            lists = [(f"map_keys({value.sql})", value.type.args[0]), (f"map_values({value.sql})", value.type.args[1])]
        elif value.type.name == "array":
            lists = [(value.sql, value.type.element)]
        else:
            raise type_mismatch(f"Cannot unnest type: {value.type}", e)
        lengths.append(f"coalesce(len({lists[0][0]}), 0)")
        for j, (sql, t) in enumerate(lists):
            inner.append((sql, f"u{i}_{j}"))
            if _is_of_rows(value.type) and not whole:
                for own, held_name, arg in zip(t.fields, field_names(t), t.args, strict=True):
                    listed.append(f'struct_extract("u{i}_{j}", {text(held_name)})')
                    fields.append((own.lower() if own is not None else None, Value("", arg)))
            else:
                listed.append(f'"u{i}_{j}"')
                fields.append((None, Value("", t)))
    longest = lengths[0] if len(lengths) == 1 else f"greatest({', '.join(lengths)})"
    if offset:
        inner.append((f"range(1, {longest} + 1)", "o"))
        listed.append('"o"')
        fields.append((None, Value("", BIGINT)))
    made = outputs(fields)
    shown = ", ".join(f"{sql} AS {f.sql}" for sql, f in zip(listed, made, strict=True))
    padded = [(f"CASE WHEN {longest} = 0 THEN [NULL] ELSE {sql} END" if outer else sql, name) for sql, name in inner]
    rows = ", ".join(f'unnest({sql}) AS "{name}"' for sql, name in padded)
    found = aliased(ctx, f"LATERAL (SELECT {shown} FROM (SELECT {rows}))", made, alias)
    outward = any(decorrelation.looks_outward(e, scope.fields) for e in node.expressions)
    return replace(found, plan=Plan("unnest") if outward else None)


def _is_whole(types: list[Type], alias: exp.Expr | None, counted: bool) -> bool:
    """Whether rows stay whole: AWS's pages give each array one name, as in ``UNNEST(vulnerabilities) AS t(vulnerability)``.

    https://docs.aws.amazon.com/security-lake/latest/userguide/subscriber-query-examples2.html
    """
    names = len(alias.args.get("columns") or ()) if alias is not None else 0
    own = [2 if t.name == "map" else 1 for t in types]
    parts = [len(t.element.args) if _is_of_rows(t) else count for t, count in zip(types, own, strict=True)]
    return names == sum(own) + counted != sum(parts) + counted


def _is_of_rows(t: Type) -> bool:
    return t.name == "array" and t.element.name == "row"
