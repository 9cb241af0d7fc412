"""GROUP BY, GROUPING SETS, ROLLUP and CUBE: https://trino.io/docs/current/sql/select.html#group-by-clause."""

from __future__ import annotations

from dataclasses import replace

from sqlglot import exp

from local_athena.dialect.context import Context
from local_athena.dialect.errors import failure
from local_athena.dialect.scope import Scope, Value
from local_athena.dialect.types import TIME_ZONED, ZONED, Type
from local_athena.errors import NotSupported

type Items = list[tuple[str | None, Value]]


def group_by(ctx: Context, node: exp.Select, scope: Scope, items: Items) -> str:
    """The GROUP BY clause of *node*, or nothing."""
    group = node.args.get("group")
    if group is None:
        return ""
    sets = [group.args.get(name) for name in ("expressions", "grouping_sets", "rollup", "cube")]
    if group.args.get("totals") or not any(sets):
        raise failure("SYNTAX_ERROR", "mismatched input in GROUP BY", node)
    if group.args.get("all") is False:
        raise NotSupported("GROUP BY DISTINCT")
    parts = [_element(ctx, e, scope, items) for e in group.expressions]
    for name, word in (("grouping_sets", "GROUPING SETS"), ("rollup", "ROLLUP"), ("cube", "CUBE")):
        parts += [
            _element(ctx, e, scope, items) if isinstance(e, exp.Expr) else word for e in group.args.get(name) or ()
        ]
    return " GROUP BY " + ", ".join(parts)


def comparable(t: Type, zone: str | None, node: exp.Expr) -> None:
    """Refuse to tell rows apart by what DuckDB would tell apart and Trino does not: zoned timestamps in different zones, of which
    Trino compares the instants, and maps with their entries in different orders.
    """
    if any(part.name == "map" for part in t.walk()):
        raise NotSupported("DISTINCT or a set operation on maps, or GROUP BY maps inside other values")
    if any(part.name == TIME_ZONED or (part.name == ZONED and zone is None) for part in t.walk()):
        raise NotSupported(
            "GROUP BY, DISTINCT or a set operation on times or timestamps with time zone whose zones are not known"
        )


def _element(ctx: Context, node: exp.Expr, scope: Scope, items: Items) -> str:
    if isinstance(node, exp.GroupingSets):
        return f"GROUPING SETS ({', '.join(_element(ctx, e, scope, items) for e in node.expressions)})"
    if isinstance(node, exp.Rollup | exp.Cube):
        word = "ROLLUP" if isinstance(node, exp.Rollup) else "CUBE"
        return f"{word} ({', '.join(_element(ctx, e, scope, items) for e in node.expressions)})"
    if isinstance(node, exp.Tuple):
        return f"({', '.join(_element(ctx, e, scope, items) for e in node.expressions)})"
    if isinstance(node, exp.Paren):
        return f"({_element(ctx, node.this, scope, items)})"
    if isinstance(node, exp.Literal) and not node.is_string:
        if not (node.name.isdigit() and 0 < int(node.name) <= len(items)):
            raise failure("INVALID_COLUMN_REFERENCE", f"GROUP BY position {node.name} is not in select list", node)
        value = items[int(node.name) - 1][1]
        if value.type.name == "map":
            return _map_key(value, items)
        comparable(value.type, value.zone, node)
        return node.name if value.const is not None else value.sql
    value = ctx.expression(node, scope)
    if value.type.name == "map":
        return _map_key(value, items)
    comparable(value.type, value.zone, node)
    # A number would be a position.
    return f"CAST({value.sql} AS BIGINT)" if value.const is not None and value.type.is_integer else value.sql


def _map_key(value: Value, items: Items) -> str:
    """A map with its entries in order, in GROUP BY and in the items of SELECT that show it."""
    if any(part.name in ("map", ZONED) for arg in value.type.args for part in arg.walk()):
        raise NotSupported("GROUP BY maps that hold maps or timestamps with time zone")
    key = f"map_from_entries(list_sort(map_entries({value.sql})))"
    for i, (name, item) in enumerate(items):
        if item.sql == value.sql:
            items[i] = (name, replace(item, sql=key))
    return key
