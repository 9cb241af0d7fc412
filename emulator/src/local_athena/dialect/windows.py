"""OVER, FILTER and ORDER BY inside calls: https://trino.io/docs/current/functions/window.html."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from local_athena.dialect import expressions
from local_athena.dialect.comparisons import key
from local_athena.dialect.context import Context
from local_athena.dialect.errors import failure, type_mismatch
from local_athena.dialect.scope import Scope
from local_athena.dialect.types import DAYS, MONTHS
from local_athena.errors import NotSupported

if TYPE_CHECKING:
    from local_athena.dialect.calls import Call


def clauses(call: Call) -> dict[str, str]:
    """The texts of an aggregate template's ``$D``, ``$O``, ``$I`` and ``$W``."""
    c = call.clauses
    order = f" ORDER BY {ordering(call.ctx, c.order, call.scope)}" if c.order else ""
    tail = ""
    if c.filter is not None:
        tail += f" FILTER (WHERE {expressions.predicate(call.ctx, c.filter, call.scope, 'FILTER')})"
    if c.window is not None:
        tail += f" OVER ({window(call.ctx, c.window, call.scope)})"
    return {
        "D": "DISTINCT " if c.distinct else "",
        "O": order,
        "I": " IGNORE NULLS" if c.ignore_nulls else "",
        "W": tail,
    }


def ordering(ctx: Context, items: list[exp.Ordered], scope: Scope) -> str:
    return ", ".join(ordered(ctx, item, scope) for item in items)


def ordered(ctx: Context, item: exp.Ordered, scope: Scope) -> str:
    value = expressions.expression(ctx, item.this, scope)
    if value.type.name in ("map", "json"):
        raise type_mismatch(f"Type {value.type} is not orderable, and therefore cannot be used in ORDER BY", item)
    # A literal would be read as the number of a column.
    sql = (
        f"CAST({value.sql} AS VARCHAR)"
        if value.const is not None and value.type.is_integer
        else key(value.sql, value.type)
    )
    return sql + direction(item)


def direction(item: exp.Ordered) -> str:
    first = bool(item.args.get("nulls_first"))
    return f"{' DESC' if item.args.get('desc') else ''} NULLS {'FIRST' if first else 'LAST'}"


def window(ctx: Context, node: exp.Window, scope: Scope) -> str:
    """The inside of OVER (...), with a named window put in place."""
    base = node.args.get("alias")
    parts: list[str] = []
    if base is not None:
        name = base.name.lower()
        if name not in scope.windows:
            raise failure("INVALID_WINDOW_REFERENCE", f"Cannot resolve WINDOW name {base.name}", node)
        named = scope.windows[name]
        assert isinstance(named, exp.Window)
        parts.append(window(ctx, named, scope))
    if node.args.get("partition_by"):
        values = [expressions.expression(ctx, e, scope) for e in node.args["partition_by"]]
        parts.append("PARTITION BY " + ", ".join(key(v.sql, v.type) for v in values))
    if node.args.get("order") is not None:
        parts.append("ORDER BY " + ordering(ctx, node.args["order"].expressions, scope))
    if node.args.get("spec") is not None:
        parts.append(_frame(ctx, node.args["spec"], scope))
    return " ".join(p for p in parts if p)


def _frame(ctx: Context, spec: exp.WindowSpec, scope: Scope) -> str:
    kind = str(spec.args["kind"]).upper()
    if spec.args.get("exclude") is not None:
        raise NotSupported("Window frame with EXCLUDE")
    start = _bound(ctx, spec.args["start"], spec.args.get("start_side"), scope)
    end = (
        _bound(ctx, spec.args["end"], spec.args.get("end_side"), scope)
        if spec.args.get("end") is not None
        else "CURRENT ROW"
    )
    return f"{kind} BETWEEN {start} AND {end}"


def _bound(ctx: Context, bound: str | exp.Expr, side: str | None, scope: Scope) -> str:
    if isinstance(bound, str):
        return f"{bound} {side or ''}".strip().upper()
    value = expressions.expression(ctx, bound, scope)
    if value.type.name == DAYS:
        return f"to_milliseconds({value.sql}) {(side or '').upper()}"
    if value.type.name == MONTHS:
        return f"to_months(CAST({value.sql} AS INTEGER)) {(side or '').upper()}"
    return f"{value.sql} {(side or '').upper()}"


def listagg_arguments(node: exp.Expr) -> list[exp.Expr]:
    """The arguments of ``LISTAGG(x, ',' ON OVERFLOW ...)``; overflow never comes at a megabyte, so its clause says nothing here."""
    if not isinstance(node, exp.GroupConcat):
        raise NotSupported(node.sql(dialect="trino"))
    separator = node.args.get("separator")
    return [node.this, separator if separator is not None else exp.Literal.string("")]
