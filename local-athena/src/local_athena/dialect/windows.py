"""OVER, FILTER and ORDER BY inside calls: https://trino.io/docs/current/functions/window.html."""

from __future__ import annotations

from sqlglot import exp

from local_athena.dialect import ordering
from local_athena.dialect.call import Call
from local_athena.dialect.comparisons import key
from local_athena.dialect.context import Context
from local_athena.dialect.errors import failure, raise_sql, type_mismatch
from local_athena.dialect.scope import Scope, Value
from local_athena.dialect.types import DAYS, MONTHS, held
from local_athena.errors import NotSupported


def clauses(call: Call) -> dict[str, str]:
    """The texts of an aggregate template's ``$D``, ``$O``, ``$I`` and ``$W``, and those that the last is made of: ``F`` is the
    condition of FILTER, ``V`` is `` OVER (...)``.
    """
    c = call.clauses
    if c.window is not None and call.name not in WITHIN_GROUP:
        for given, what in ((c.distinct, "DISTINCT in window function parameters not yet supported"),
                            (c.order, "Window function with ORDER BY is not supported")):  # fmt: skip
            if given:
                raise failure("NOT_SUPPORTED", what, call.node)
    if c.ignore_nulls and call.name not in _TELL_VALUES:
        code = "NULL_TREATMENT_NOT_ALLOWED" if c.window is not None else "SYNTAX_ERROR"
        raise failure(code, f"Cannot specify null treatment clause for {call.name} function", call.node)
    if c.window is not None and call.name in ("lag", "lead"):
        ordered_by = _named(c.window, call.scope)
        if ordered_by.args.get("order") is None and ordered_by.args.get("alias") is None:
            raise failure("MISSING_ORDER_BY", f"{call.name} function requires an ORDER BY window clause", call.node)
        if c.window.args.get("spec") is not None:
            raise failure("INVALID_WINDOW_FRAME", f"Cannot specify window frame for {call.name} function", call.node)
    order = f" ORDER BY {ordered(call.ctx, c.order, call.scope)}" if c.order else ""
    kept = call.ctx.predicate(c.filter, call.scope, "FILTER") if c.filter is not None else ""
    over = f" OVER ({window(call.ctx, c.window, call.scope)})" if c.window is not None else ""
    return {
        "D": "DISTINCT " if c.distinct else "",
        "O": order,
        "I": " IGNORE NULLS" if c.ignore_nulls else "",
        "W": f" FILTER (WHERE {kept}){over}" if kept else over,
        "F": kept,
        "V": over,
    }


def present(sql: str, c: dict[str, str]) -> str:
    """FILTER and OVER, from what ``clauses`` gives, of an aggregate that passes over rows where *sql* is NULL."""
    more = f" AND {c['F']}" if c["F"] else ""
    return f" FILTER (WHERE {sql} IS NOT NULL{more}){c['V']}"


WITHIN_GROUP = ("listagg",)
_TELL_VALUES = ("first_value", "last_value", "nth_value", "lag", "lead")


def _named(node: exp.Expr, scope: Scope) -> exp.Expr:
    """The window that says the order: *node* itself, or the named one that it builds on."""
    base = node.args.get("alias")
    if node.args.get("order") is None and base is not None and base.name.lower() in scope.windows:
        return _named(scope.windows[base.name.lower()], scope)
    return node


def ordered(ctx: Context, items: list[exp.Ordered], scope: Scope, measured: bool = False) -> str:
    """The keys of an ORDER BY inside a call or a window; *measured* where a frame counts by distances of their values."""
    return ", ".join(_key(ctx, item, scope, measured) + direction(item) for item in items)


def _key(ctx: Context, item: exp.Ordered, scope: Scope, measured: bool) -> str:
    value = ctx.expression(item.this, scope)
    ordering.orderable(value.type, item)
    first = bool(item.args.get("nulls_first"))
    if ordering.nested(value.type):
        return ordering.whole(value.sql, value.type, first)
    if value.type.is_float and first and not measured:
        return ordering.sortable(value, first) or value.sql
    plain = key(value.sql, value.type)
    return unnumbered(value) if plain == value.sql else plain


def unnumbered(value: Value) -> str:
    """*value* as a key to sort by. A literal would be read as the number of a column, or refused."""
    literal = value.const is not None and (value.type.is_integer or value.type.is_text)
    return f"CAST({value.sql} AS VARCHAR)" if literal else value.sql


def direction(item: exp.Ordered) -> str:
    first = bool(item.args.get("nulls_first"))
    return f"{' DESC' if item.args.get('desc') else ''} NULLS {'FIRST' if first else 'LAST'}"


def window(ctx: Context, node: exp.Window, scope: Scope, measured: bool = False) -> str:
    """The inside of OVER (...), with a named window put in place."""
    base = node.args.get("alias")
    measured = measured or _measured(node)
    parts: list[str] = []
    if base is not None:
        name = base.name.lower()
        if name not in scope.windows:
            raise failure("INVALID_WINDOW_REFERENCE", f"Cannot resolve WINDOW name {base.name}", node)
        named = scope.windows[name]
        assert isinstance(named, exp.Window)
        parts.append(window(ctx, named, scope, measured))
    if node.args.get("partition_by"):
        values = [ctx.expression(e, scope) for e in node.args["partition_by"]]
        parts.append("PARTITION BY " + ", ".join(key(v.sql, v.type) for v in values))
    if node.args.get("order") is not None:
        parts.append("ORDER BY " + ordered(ctx, node.args["order"].expressions, scope, measured))
    if node.args.get("spec") is not None:
        _check_order(ctx, node, scope)
        parts.append(_frame(ctx, node.args["spec"], scope))
    return " ".join(p for p in parts if p)


def _measured(node: exp.Window) -> bool:
    """Whether the frame is one of distances: ``RANGE 3 PRECEDING``."""
    spec = node.args.get("spec")
    if spec is None or str(spec.args["kind"]).upper() != "RANGE":
        return False
    return any(isinstance(spec.args.get(bound), exp.Expr) for bound in ("start", "end"))


def _check_order(ctx: Context, node: exp.Window, scope: Scope) -> None:
    """Refuse frames by distance or by groups where there is no order to measure them in."""
    spec, clause = node.args["spec"], _named(node, scope).args.get("order")
    kind, items = str(spec.args["kind"]).upper(), clause.expressions if clause is not None else []
    if kind == "GROUPS" and not items:
        raise failure("MISSING_ORDER_BY", "Window frame of type GROUPS requires ORDER BY", node)
    if not _measured(node):
        return
    frame = "Window frame of type RANGE PRECEDING or FOLLOWING requires"
    if len(items) != 1:
        code = "INVALID_ORDER_BY" if items else "MISSING_ORDER_BY"
        raise failure(code, f"{frame} single sort item in ORDER BY (actual: {len(items)})", node)
    t = ctx.expression(items[0].this, scope).type
    if not (t.is_number or t.name.startswith(("date", "time", "interval"))):
        message = f"{frame} that sort item type be numeric, datetime or interval (actual: {t})"
        raise type_mismatch(message, node)


def _frame(ctx: Context, spec: exp.WindowSpec, scope: Scope) -> str:
    kind = str(spec.args["kind"]).upper()
    if spec.args.get("exclude") is not None:
        raise NotSupported("Window frame with EXCLUDE")
    _check_frame(spec, kind)
    start = _bound(ctx, spec.args["start"], spec.args.get("start_side"), scope)
    end = (
        _bound(ctx, spec.args["end"], spec.args.get("end_side"), scope)
        if spec.args.get("end") is not None
        else "CURRENT ROW"
    )
    return f"{kind} BETWEEN {start} AND {end}"


_ORDER_OF_BOUNDS = ("UNBOUNDED PRECEDING", "PRECEDING", "CURRENT ROW", "FOLLOWING", "UNBOUNDED FOLLOWING")


def _kind_of_bound(bound: str | exp.Expr, side: str | None) -> str:
    return f"{bound} {side or ''}".strip().upper() if isinstance(bound, str) else str(side).upper()


def _check_frame(spec: exp.WindowSpec, kind: str) -> None:
    """Refuse frames that end before they begin, as Trino does, and negative distances."""
    start = _kind_of_bound(spec.args["start"], spec.args.get("start_side"))
    given = spec.args.get("end")
    end = _kind_of_bound(given, spec.args.get("end_side")) if given is not None else "CURRENT ROW"
    if start == "UNBOUNDED FOLLOWING" or end == "UNBOUNDED PRECEDING":
        wrong = f"start cannot be {start}" if start == "UNBOUNDED FOLLOWING" else f"end cannot be {end}"
        raise failure("INVALID_WINDOW_FRAME", f"Window frame {wrong}", spec)
    if _ORDER_OF_BOUNDS.index(start) > _ORDER_OF_BOUNDS.index(end):
        raise failure("INVALID_WINDOW_FRAME", f"Window frame starting from {start} cannot end with {end}", spec)
    for bound in (spec.args["start"], given):
        if isinstance(bound, exp.Null) or (isinstance(bound, exp.Neg) and isinstance(bound.this, exp.Literal)):
            message = f"Window frame {kind} offset must not be negative or null"
            raise failure("INVALID_WINDOW_FRAME", message, spec)


def _bound(ctx: Context, bound: str | exp.Expr, side: str | None, scope: Scope) -> str:
    if isinstance(bound, str):
        return f"{bound} {side or ''}".strip().upper()
    value = ctx.expression(bound, scope)
    if value.type.name == DAYS:
        return f"to_milliseconds({value.sql}) {(side or '').upper()}"
    if value.type.name == MONTHS:
        return f"to_months(CAST({value.sql} AS INTEGER)) {(side or '').upper()}"
    if value.const is not None:
        return f"{value.sql} {(side or '').upper()}"
    kind = "BIGINT" if value.type.is_integer else held(value.type)
    failed = raise_sql("INVALID_WINDOW_FRAME", "Window frame offset must not be negative or null", kind)
    checked = f"CASE WHEN {value.sql} >= 0 THEN {value.sql} ELSE {failed} END"
    return f"{checked} {(side or '').upper()}"


def listagg_arguments(node: exp.Expr) -> list[exp.Expr]:
    """The arguments of ``LISTAGG(x, ',' ON OVERFLOW ...)``; overflow never comes at a megabyte, so its clause says nothing here."""
    if not isinstance(node, exp.GroupConcat):
        raise NotSupported(node.sql(dialect="trino"))
    separator = node.args.get("separator")
    return [node.this, separator if separator is not None else exp.Literal.string("")]
