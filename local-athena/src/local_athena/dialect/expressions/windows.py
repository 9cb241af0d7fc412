"""OVER, FILTER and ORDER BY inside calls: https://trino.io/docs/current/functions/window.html."""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp

from local_athena.dialect.context import Context
from local_athena.dialect.errors import failure, raise_sql, raise_with, type_mismatch
from local_athena.dialect.expressions.call import Call
from local_athena.dialect.expressions.comparisons import key
from local_athena.dialect.expressions.operators import NO_CLOCK
from local_athena.dialect.parsing import places
from local_athena.dialect.scope import OUTPUT_IN_ORDER, Scope, Value
from local_athena.dialect.values import clocks, ordering
from local_athena.dialect.values.literals import DAY
from local_athena.dialect.values.types import DATE, DAYS, DIGITS, MONTH_INTERVAL, MONTHS, OPAQUE, UNKNOWN, Type, held
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
        if c.filter is not None:
            query = call.node.find_ancestor(exp.Select)
            raise failure("NOT_SUPPORTED", "FILTER is not yet supported for window functions", query)
    if (c.ignore_nulls or c.respect_nulls) and call.name not in _TELL_VALUES:
        code = "NULL_TREATMENT_NOT_ALLOWED" if c.window is not None else "SYNTAX_ERROR"
        raise failure(code, f"Cannot specify null treatment clause for {call.name} function", call.node)
    if c.window is not None and call.name in ("lag", "lead"):
        ordered_by = _named(c.window, call.scope)
        if ordered_by.args.get("order") is None and ordered_by.args.get("alias") is None:
            raise failure("MISSING_ORDER_BY", f"{call.name} function requires an ORDER BY window clause", call.node)
        if c.window.args.get("spec") is not None:
            raise failure("INVALID_WINDOW_FRAME", f"Cannot specify window frame for {call.name} function", call.node)
    order = f" ORDER BY {_ordered_call(call)}" if c.order else ""
    kept = call.ctx.predicate(c.filter, call.scope, "Filter expression") if c.filter is not None else ""
    over = f" OVER ({window(call.ctx, c.window, call.scope)})" if c.window is not None else ""
    return {
        "D": "DISTINCT " if c.distinct else "",
        "O": order,
        "I": " IGNORE NULLS" if c.ignore_nulls else "",
        "W": f" FILTER (WHERE {kept}){over}" if kept else over,
        "F": kept,
        "V": over,
    }


def _ordered_call(call: Call) -> str:
    """The ORDER BY inside a call: of what has an order, and of the arguments alone where these are DISTINCT."""
    c, shown = call.clauses, [a.sql for a in call.args if isinstance(a, Value)]
    for item in c.order:
        with call.scope.in_aggregate(OUTPUT_IN_ORDER):
            value = call.ctx.expression(item.this, call.scope)
        if not value.type.ordered:
            message = f"ORDER BY can only be applied to orderable types (actual: {value.type})"
            raise type_mismatch(message, call.node)
        if c.distinct and value.sql not in shown:
            message = "For aggregate function with DISTINCT, ORDER BY expressions must appear in arguments"
            raise failure("EXPRESSION_NOT_IN_DISTINCT", message, item)
    return ordered(call.ctx, c.order, call.scope)


def present(sql: str, c: dict[str, str]) -> str:
    """FILTER and OVER, from what ``clauses`` gives, of an aggregate that passes over rows where *sql* is NULL."""
    more = f" AND {c['F']}" if c["F"] else ""
    return f" FILTER (WHERE {sql} IS NOT NULL{more}){c['V']}"


WITHIN_GROUP = ("listagg",)
_TELL_VALUES = ("first_value", "last_value", "nth_value", "lag", "lead")


def _named(node: exp.Expr, scope: Scope) -> exp.Expr:
    """The window that says the order: *node* itself, or the named one that it builds on."""
    base = node.args.get("alias")
    if node.args.get("order") is None and base is not None and _name_of(base) in scope.windows:
        return _named(scope.windows[_name_of(base)], scope)
    return node


def ordered(
    ctx: Context, items: list[exp.Ordered], scope: Scope, measured: bool = False, clause: str = "ORDER BY"
) -> str:
    """The keys of an ORDER BY inside a call or a window; *measured* where a frame counts by distances of their values."""
    return ", ".join(_key(ctx, item, scope, measured, clause) + direction(item) for item in items)


def _key(ctx: Context, item: exp.Ordered, scope: Scope, measured: bool, clause: str) -> str:
    value = ctx.expression(item.this, scope)
    ordering.orderable(value.type, item, clause)
    first = bool(item.args.get("nulls_first"))
    if ordering.nested(value.type):
        return ordering.whole(value.sql, value.type, first)
    if value.type.is_float and first and not measured:
        return ordering.sortable(value, first) or value.sql
    plain = key(value.sql, value.type)
    if measured:
        return f"CAST({plain} AS {held(value.type)})" if value.const is not None else plain
    return unnumbered(value) if plain == value.sql else plain


def unnumbered(value: Value) -> str:
    """*value* as a key to sort by. A literal would be read as the number of a column, or refused."""
    literal = value.type == UNKNOWN or (value.const is not None and (value.type.is_integer or value.type.is_text))
    return f"CAST({value.sql} AS VARCHAR)" if literal else value.sql


def direction(item: exp.Ordered) -> str:
    first = bool(item.args.get("nulls_first"))
    return f"{' DESC' if item.args.get('desc') else ''} NULLS {'FIRST' if first else 'LAST'}"


def _name_of(identifier: exp.Expr) -> str:
    """The name of a window as Trino compares it: in capitals, or as it stands in quotation marks."""
    return identifier.name if identifier.args.get("quoted") else identifier.name.upper()


def check_named(ctx: Context, windows: list[exp.Expr], scope: Scope) -> None:
    """Look at the windows of a WINDOW clause, used or not, and make them known: each may build on those before it."""
    for named in windows:
        assert isinstance(named, exp.Window)
        name = _name_of(named.this)
        if name in scope.windows:
            raise failure("DUPLICATE_WINDOW_NAME", f"WINDOW name '{named.name}' specified more than once", named)
        window(ctx, named, scope)
        scope.windows[name] = named


def _check_inside(node: exp.Window) -> None:
    """:raises AthenaError: ``NESTED_WINDOW`` where a window function stands inside the window."""
    spec, order = node.args.get("spec"), node.args.get("order")
    bounds = [spec.args.get(b) for b in ("start", "end")] if spec is not None else []
    query = node.find_ancestor(exp.Query)
    for part in (*(node.args.get("partition_by") or ()), *(order.expressions if order is not None else ()), *bounds):
        if isinstance(part, exp.Expr) and any(w.find_ancestor(exp.Query) is query for w in part.find_all(exp.Window)):
            message = "Cannot nest window functions or row pattern measures inside window specification"
            raise failure("NESTED_WINDOW", message, part)


def _check_base(node: exp.Window, named: exp.Window, scope: Scope) -> None:
    """Refuse what a window may not add to the *named* one that it builds on."""
    if node.args.get("partition_by"):
        message = "WINDOW specification with named WINDOW reference cannot specify PARTITION BY"
        raise failure("INVALID_PARTITION_BY", message, node.args["partition_by"][0])
    if node.args.get("order") is not None and _named(named, scope).args.get("order") is not None:
        message = "Cannot specify ORDER BY if referenced named WINDOW specifies ORDER BY"
        raise failure("INVALID_ORDER_BY", message, node.args["order"])
    adds = node.args.get("order") is not None or node.args.get("spec") is not None
    if adds and named.args.get("spec") is not None:
        message = "Cannot reference named WINDOW containing frame specification"
        raise failure("INVALID_WINDOW_REFERENCE", message, node.args["alias"])


def window(ctx: Context, node: exp.Window, scope: Scope, measured: bool = False) -> str:
    """The inside of OVER (...), with a named window put in place."""
    base = node.args.get("alias")
    _check_inside(node)
    measured = measured or _measured(node)
    parts: list[str] = []
    if base is not None:
        name = _name_of(base)
        if name not in scope.windows:
            raise failure("INVALID_WINDOW_REFERENCE", f"Cannot resolve WINDOW name {base.name}", base)
        named = scope.windows[name]
        assert isinstance(named, exp.Window)
        _check_base(node, named, scope)
        parts.append(window(ctx, named, _of_relations(scope), measured))
    if node.args.get("partition_by"):
        values = [ctx.expression(e, scope) for e in node.args["partition_by"]]
        for v, e in zip(values, node.args["partition_by"], strict=True):
            if any(part.name in OPAQUE for part in v.type.walk()):
                what = "comparable, and therefore cannot be used in window function PARTITION BY"
                raise type_mismatch(f"{v.type} is not {what}", e)
        parts.append("PARTITION BY " + ", ".join(key(v.sql, v.type) for v in values))
    if node.args.get("order") is not None:
        items = node.args["order"].expressions
        parts.append("ORDER BY " + ordered(ctx, items, scope, measured, "window function ORDER BY"))
    if node.args.get("spec") is not None:
        parts.append(_frame(ctx, node.args["spec"], scope, _check_order(ctx, node, scope)))
    return " ".join(p for p in parts if p)


def _of_relations(scope: Scope) -> Scope:
    """The scope that a window of the WINDOW clause is read in, also where ORDER BY refers to it."""
    return scope.parent if scope.outputs and scope.parent is not None else scope


def _measured(node: exp.Window) -> bool:
    """Whether the frame is one of distances: ``RANGE 3 PRECEDING``."""
    spec = node.args.get("spec")
    if spec is None or str(spec.args["kind"]).upper() != "RANGE":
        return False
    return any(isinstance(spec.args.get(bound), exp.Expr) for bound in ("start", "end"))


@dataclass(frozen=True)
class _Order:
    """By what a frame of distances is measured."""

    type: Type
    descending: bool


def _check_order(ctx: Context, node: exp.Window, scope: Scope) -> _Order | None:
    """Refuse frames by distance or by groups where there is no order to measure them in."""
    spec, clause = node.args["spec"], _named(node, scope).args.get("order")
    kind, items = str(spec.args["kind"]).upper(), clause.expressions if clause is not None else []
    measured = any(isinstance(spec.args.get(bound), exp.Expr) for bound in ("start", "end"))
    frame = f"Window frame of type {kind} PRECEDING or FOLLOWING requires"
    if kind in ("RANGE", "GROUPS") and measured and not items:
        raise failure("MISSING_ORDER_BY", f"{frame} ORDER BY", places.inside(node))
    if not _measured(node):
        return None
    if len(items) != 1:
        message = f"{frame} single sort item in ORDER BY (actual: {len(items)})"
        raise failure("INVALID_ORDER_BY", message, places.inside(node))
    own = node.args.get("order") is clause
    t = ctx.expression(items[0].this, scope if own else _of_relations(scope)).type
    if not (t.is_number or t.name.startswith(("date", "time", "interval"))):
        message = f"{frame} that sort item type be numeric, datetime or interval (actual: {t})"
        raise type_mismatch(message, items[0])
    for bound in (spec.args.get("start"), spec.args.get("end")):
        if isinstance(bound, exp.Expr) and not isinstance(bound, exp.Null):
            given = ctx.expression(bound, scope).type
            measurable = t.is_number == given.is_number and (given == t or not t.name.startswith("interval"))
            measurable = measurable and not (clocks.is_clock(t) and given == MONTH_INTERVAL)
            if given != UNKNOWN and not (measurable and (given.is_number or given.name.startswith("interval"))):
                message = f"Window frame RANGE value type ({given}) not compatible with sort item type ({t})"
                raise type_mismatch(message, bound)
    if t.name.startswith("time") and t.precision > _MICROS:
        raise NotSupported(f"Window frame of type RANGE by distances of {t}")
    return _Order(t, bool(items[0].args.get("desc")))


_MICROS = 6


def _frame(ctx: Context, spec: exp.WindowSpec, scope: Scope, order: _Order | None) -> str:
    kind = str(spec.args["kind"]).upper()
    if spec.args.get("exclude") is not None:
        raise NotSupported("Window frame with EXCLUDE")
    _check_frame(spec, kind)
    bounds = []
    for which in ("start", "end"):
        bound, side = spec.args.get(which) or "CURRENT ROW", spec.args.get(f"{which}_side")
        if isinstance(bound, str):
            bounds.append(f"{bound} {side or ''}".strip().upper())
        else:
            towards = (side or "").upper()
            if order is not None:
                distance = _distance(ctx.expression(bound, scope), order, towards)
            else:
                distance = _count(ctx, bound, kind, which, scope)
            bounds.append(f"{distance} {towards}")
    return f"{kind} BETWEEN {bounds[0]} AND {bounds[1]}"


_DISTANCE = "Window frame offset value must not be negative or null"
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
    for bound, which in ((spec.args["start"], "starting"), (given, "ending")):
        distance = bound.this if isinstance(bound, exp.Neg) and isinstance(bound.this, exp.Literal) else None
        if kind == "RANGE" and (distance is not None or isinstance(bound, exp.Null)):
            raise failure("INVALID_WINDOW_FRAME", _DISTANCE, spec)
        if isinstance(bound, exp.Null):
            raise failure("INVALID_WINDOW_FRAME", f"Window frame {which} offset must not be null", spec)
        if distance is not None and distance.name.isdigit():
            message = f"Window frame -{distance.name} offset must not be negative"
            raise failure("INVALID_WINDOW_FRAME", message, spec)


def _count(ctx: Context, bound: exp.Expr, kind: str, which: str, scope: Scope) -> str:
    """How many rows, or groups of peers, a frame reaches: as many as there are, where it is more than a bigint holds."""
    value = ctx.expression(bound, scope)
    t = value.type
    if not (t.is_integer or t == UNKNOWN or (t.name == "decimal" and t.params[1] == 0)):
        message = f"Window frame {kind} {which} value type must be exact numeric type with scale 0 (actual {t})"
        raise type_mismatch(message, bound)
    count = f"CAST({f'least({value.sql}, {_MOST})' if t.name == 'decimal' else value.sql} AS BIGINT)"
    if value.const is not None and t.is_integer:
        return count
    said = f"'Window frame ' || CAST({count} AS VARCHAR) || ' offset must not be negative'"
    negative = raise_with("INVALID_WINDOW_FRAME", said, "BIGINT")
    missing = raise_sql("INVALID_WINDOW_FRAME", f"Window frame {which}ing offset must not be null", "BIGINT")
    return f"CASE WHEN {count} >= 0 THEN {count} WHEN {count} < 0 THEN {negative} ELSE {missing} END"


_MOST = 2**63 - 1


def _distance(value: Value, order: _Order, towards: str) -> str:
    """How far a frame of RANGE reaches. Where the rows are in order of intervals, these are numbers and so is it."""
    both = value.type.is_integer and order.type.is_integer
    # Of two integers the longer is what their sum, or difference, has to fit.
    kind = held(max(value.type, order.type, key=lambda t: DIGITS[t.name])) if both else held(value.type)
    distance = f"CAST({value.sql} AS {kind})" if value.type.is_integer else value.sql
    if value.const is None or value.type.name in (DAYS, MONTHS):
        failed = raise_sql("INVALID_WINDOW_FRAME", _DISTANCE, kind)
        number = f" AND NOT isnan({distance})" if value.type.is_float else ""
        distance = f"CASE WHEN {distance} >= 0{number} THEN {distance} ELSE {failed} END"
    if order.type == DATE and value.type.name == DAYS:
        added = (towards == "FOLLOWING") != order.descending
        failed = raise_sql("INVALID_FUNCTION_ARGUMENT", NO_CLOCK["+" if added else "-"], kind)
        distance = f"CASE WHEN {value.sql} % {DAY} <> 0 AND {value.sql} > 0 THEN {failed} ELSE {distance} END"
    spans = order.type.name in (DAYS, MONTHS)
    if value.type.name == DAYS and not spans:
        return f"to_milliseconds({distance})"
    if value.type.name == MONTHS and not spans:
        return f"to_months(CAST({distance} AS INTEGER))"
    return distance


def listagg_arguments(node: exp.Expr) -> list[exp.Expr]:
    """The arguments of ``LISTAGG(x, ',' ON OVERFLOW ...)`` before its clause."""
    if not isinstance(node, exp.GroupConcat):
        raise NotSupported(node.sql(dialect="trino"))
    separator = node.args.get("separator")
    return [node.this, separator if separator is not None else exp.Literal.string("")]
