"""Correlated subqueries that Trino can plan. The others it refuses: ``Given correlated subquery is not supported``.

DuckDB plans any of them, so that a query would pass here and fail on AWS. Trino takes the conditions that look outward out of a
subquery and joins by them, which LIMIT, GROUP BY, windows, set operations and joins are in the way of. The rules are those of
https://github.com/trinodb/trino/blob/master/core/trino-main/src/main/java/io/trino/sql/planner/optimizations/PlanNodeDecorrelator.java
and of the rules ``TransformCorrelated...`` and ``DecorrelateUnnest`` beside it. Where the text alone does not tell what Trino
plans, nothing is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Literal

from sqlglot import exp

from local_athena.dialect.errors import failure
from local_athena.dialect.expressions import aggregation
from local_athena.dialect.queries.plans import Plan
from local_athena.dialect.scope import Field, Scope, find_parts, prefix_of
from local_athena.dialect.values.coercion import common

type Use = Literal["scalar", "exists", "in", "compared", "lateral"]


UNKNOWN = Plan("unknown")
FAILS = Plan(fails=True)


def check(plan: Plan | None, use: Use, node: exp.Expr) -> None:
    """:raises AthenaError: ``NOT_SUPPORTED``, in Trino's words, where Trino has no plan for the subquery *node*."""
    if plan is None or plan.kind == "unknown":
        return
    refused = plan.fails and not (use == "lateral" and _join_takes(plan, node))
    if use in ("scalar", "lateral"):
        refused |= plan.kind == "rows" and (plan.outward or plan.first)
        refused |= plan.kind == "values" and use == "scalar"
    elif use == "in":
        refused |= plan.kind != "rows" or not plan.plain or plan.outward
    elif use == "compared":
        refused |= plan.kind in ("aggregate", "row", "values") or (plan.kind == "rows" and (plan.outward or plan.first))
    if refused:
        raise failure("NOT_SUPPORTED", "Given correlated subquery is not supported", node)


def _join_takes(plan: Plan, node: exp.Expr) -> bool:
    """Whether the join that the LATERAL *node* stands in takes its groups, as ``TransformCorrelatedGroupedAggregation...`` and
    ``TransformCorrelatedDistinctAggregation...`` do, however the outer row is compared with theirs.
    """
    join = node.find_ancestor(exp.Join, exp.Select)
    side, on = (join.side, join.args.get("on")) if isinstance(join, exp.Join) else ("", None)
    always = on is None or (isinstance(on, exp.Boolean) and on.this is True)
    return always and side in {"groups": ("",), "distinct": ("", "LEFT")}.get(plan.joinable, ())


def renamed(plan: Plan | None, fields: Sequence[Field]) -> Plan | None:
    """*plan* of a subquery in FROM, its columns under the names that *fields* have outside."""
    if plan is None or plan.kind == "unknown":
        return plan
    names = {o: f.sql for o, f in zip(plan.outputs, fields, strict=False) if o is not None}

    def outside(columns: frozenset[str]) -> frozenset[str]:
        return frozenset(names.get(c, f"{c}*") for c in columns)  # no column outside has such a name

    fails = plan.fails or (plan.outward and plan.kind == "rows")
    return replace(plan, needed=outside(plan.needed), fixed=outside(plan.fixed), fails=fails, outputs=(), joinable="")


def joined(left: Plan | None, right: Plan | None, single: bool) -> Plan | None:
    """The plan of a join, which no condition is taken out of. *single*: the left is VALUES of one row."""
    if left is None and right is None:
        return None
    if single and right is not None and right.kind in ("unnest", "row"):
        return right if right.kind == "unnest" else UNKNOWN
    kinds = {p.kind for p in (left, right) if p is not None}
    return FAILS if kinds <= {"rows", "row", "values", "aggregate"} else UNKNOWN


def united(sides: Sequence[Plan | None]) -> Plan | None:
    """The plan of a set operation, which no condition is taken out of."""
    return FAILS if any(side is not None for side in sides) else None


def looks_outward(node: exp.Expr | None, fields: Sequence[Field]) -> bool:
    """Whether *node* names a column that is none of *fields*; subqueries in it are not looked into."""
    return node is not None and any(_foreign(node, Scope([*fields]), frozenset()))


def _foreign(node: exp.Expr, own: Scope, bound: frozenset[str]) -> Iterator[bool]:
    if isinstance(node, exp.Query | exp.Values | exp.DataType | exp.Interval):
        return
    if isinstance(node, exp.Lambda):
        yield from _foreign(node.this, own, bound | {e.name.lower() for e in node.expressions})
    elif isinstance(node, exp.Column):
        if isinstance(node.this, exp.Star):
            prefix = prefix_of(node)
            yield not (own.relation(prefix) or own.relation(prefix[:1]))
            return
        if node.parts[0].name.lower() not in bound and aggregation.column(node, own) is None:
            yield True
    else:
        for child in node.iter_expressions():
            yield from _foreign(child, own, bound)


def values(node: exp.Values) -> Plan | None:
    """The plan of VALUES."""
    if not any(looks_outward(e, ()) for e in node.expressions):
        return None
    return Plan("values") if len(node.expressions) == 1 else FAILS


def select(node: exp.Select, scope: Scope, source: Plan | None) -> Plan | None:
    """The plan of a SELECT over *source*, None where nothing in it looks outward. *scope* holds the columns of its FROM."""
    if source is not None and source.kind == "unknown":
        return source
    fields = scope.fields
    group, having, order = (node.args.get(name) for name in ("group", "having", "order"))
    outward = any(looks_outward(e, fields) for e in node.expressions)
    conditions = _conditions(node.args.get("where"))
    outside = [c for c in conditions if looks_outward(c, fields)]
    kept = [c for c in _conditions(having) if looks_outward(c, fields)]
    grouped_outside = group is not None and any(looks_outward(e, fields) for e in aggregation.elements(group))
    if source is None and not (outward or outside or kept or grouped_outside):
        return None
    if grouped_outside:
        raise failure("NOT_SUPPORTED", "Grouping field should originate from the relations of the same query", group)
    if any(c.find(exp.Query, exp.Values) for c in (*outside, *kept)):
        return UNKNOWN
    correlated = source is not None or bool(outside)
    if any(isinstance(w, exp.Window) for e in node.expressions for w in aggregation.aggregates(e, windows=True)):
        return FAILS if source is None or source.kind != "unnest" else UNKNOWN
    plan = source or Plan(single=_one_row(node))
    if plan.kind == "row":
        return UNKNOWN if conditions or group is not None or having is not None else plan
    if conditions and source is not None and source.kind != "rows":
        return replace(FAILS, kind=plan.kind)
    plan = _with(plan, outside, scope)
    parts = [*node.expressions, *([having.this] if having is not None else [])]
    calls = [call for part in parts for call in aggregation.aggregates(part)]
    if calls or group is not None or having is not None:
        plan = _grouped(node, scope, plan, calls, kept, correlated)
        if plan.fails or plan.kind == "unknown":
            return plan
        outward = outward and not any(looks_outward(call, fields) for call in calls)
    elif source is None and not conditions and _one_row(node) and not _looks_inward(node, fields):
        return Plan("row", fails=_takes_away(node))
    return _shown(node, scope, replace(plan, outward=plan.outward or outward), order)


def _conditions(clause: exp.Expr | None) -> list[exp.Expr]:
    """The terms of a condition, but TRUE."""
    return [term for term in terms(clause.this) if not _holds(term)] if clause is not None else []


def terms(condition: exp.Expr) -> list[exp.Expr]:
    """The terms that a condition joins by AND, through all brackets."""
    found, waiting = [], [condition]
    while waiting:
        one = waiting.pop().unnest()
        if isinstance(one, exp.And):
            waiting += [one.right, one.left]
        else:
            found.append(one)
    return found


def _holds(term: exp.Expr) -> bool:
    """Whether *term* is TRUE, or compares a constant with itself, which Trino folds before it plans."""
    if isinstance(term, exp.EQ):
        return isinstance(term.left, exp.Literal) and term.left == term.right
    return isinstance(term, exp.Boolean) and term.this is True


def _one_row(node: exp.Select) -> bool:
    """Whether FROM is missing, or is one row: of VALUES, or of a SELECT without FROM."""
    source = node.args.get("from_")
    if source is None:
        return True
    given = source.this
    while (
        isinstance(given, exp.Subquery | exp.Table) and isinstance(given.this, exp.Expr) and not given.args.get("joins")
    ):
        given = given.this
    if node.args.get("joins"):
        return False
    if isinstance(given, exp.Select):
        return not any(given.args.get(k) for k in ("from_", "where", "having", "limit", "offset"))
    return isinstance(given, exp.Values) and len(given.expressions) == 1


def _takes_away(node: exp.Select) -> bool:
    """Whether LIMIT or OFFSET leaves nothing of one row."""
    limit, offset = node.args.get("limit"), node.args.get("offset")
    none = isinstance(limit, exp.Limit) and limit.expression.name == "0"
    return none or (offset is not None and offset.expression.name != "0")


def _looks_inward(node: exp.Select, fields: Sequence[Field]) -> bool:
    own = Scope([*fields])
    return any(
        isinstance(e, exp.Star) or aggregation.column(c, own) is not None
        for e in node.expressions
        for c in (e.find_all(exp.Column) if not isinstance(e, exp.Star) else [exp.column("*")])
    )


def _with(plan: Plan, conditions: Sequence[exp.Expr], scope: Scope) -> Plan:
    """*plan* under *conditions* that look outward."""
    own = Scope(scope.fields)
    needed, fixed = set(plan.needed), set(plan.fixed)
    for condition in conditions:
        found = {c for n in condition.find_all(exp.Column) if (c := aggregation.column(n, own)) is not None}
        needed |= found
        if isinstance(condition, exp.EQ):
            left, right = condition.left.unnest(), condition.right.unnest()
            for side, other in ((left, right), (right, left)):
                inner = aggregation.column(side, own) if isinstance(side, exp.Column) else None
                if (
                    inner is not None
                    and not any(aggregation.column(n, own) is not None for n in other.find_all(exp.Column))
                    and not _cast(side, other, scope)
                ):
                    fixed.add(inner)
    return replace(plan, needed=frozenset(needed), fixed=frozenset(fixed))


def _cast(inner: exp.Expr, outer: exp.Expr, scope: Scope) -> bool:
    """Whether the column *inner* is cast where it is compared with a column *outer* of the query around."""
    if not isinstance(inner, exp.Column) or not isinstance(outer, exp.Column):
        return False
    a, b = (find_parts(scope, [p.name.lower() for p in c.parts], c)[0] for c in (inner, outer))
    if a is None or b is None or (a.type.is_text and b.type.is_text):  # a longer varchar is the same value
        return False
    return common(a.type, b.type) != a.type


def _grouped(
    node: exp.Select, scope: Scope, plan: Plan, calls: Sequence[exp.Expr], kept: Sequence[exp.Expr], correlated: bool
) -> Plan:
    """*plan* under GROUP BY, or in one group."""
    group, having = node.args.get("group"), node.args.get("having")
    if any(looks_outward(call, scope.fields) for call in calls):
        return UNKNOWN if plan.fixed else FAILS
    if plan.kind == "aggregate":
        return FAILS
    if group is None:
        filtered = bool(calls) and all(isinstance(call.parent, exp.Filter) for call in calls)
        fails = (having is not None and (correlated or bool(kept))) or (plan.kind == "unnest" and filtered)
        return replace(plan, kind="aggregate", fails=plan.fails or fails, plain=False)
    if plan.kind == "unnest":
        return replace(plan, plain=False)
    several = (exp.GroupingSets, exp.Rollup, exp.Cube)
    listed = [e for given in group.args.values() if isinstance(given, list) for e in given]
    if correlated and any(isinstance(e, several) for e in listed):
        return FAILS
    keys = set(aggregation.grouped_columns(node, scope))
    if not plan.needed - keys <= plan.fixed:
        alone = (
            having is None
            and plan.kind == "rows"
            and not any(node.args.get(k) for k in ("limit", "offset", "distinct"))
        )
        return replace(FAILS, joinable=("groups" if calls else "distinct") if alone and not plan.fails else "")
    single = bool(plan.fixed) and keys | plan.needed <= plan.fixed
    return _with(replace(plan, single=single or plan.single, plain=False), kept, scope)


def _shown(node: exp.Select, scope: Scope, plan: Plan, order: exp.Expr | None) -> Plan:
    """*plan* with its select list, DISTINCT, ORDER BY and LIMIT."""
    own = Scope(scope.fields)
    outputs: list[str | None] = []
    for item in node.expressions:
        shown = item.unalias()
        if isinstance(shown, exp.Star) or (isinstance(shown, exp.Column) and isinstance(shown.this, exp.Star)):
            outputs += [
                f.sql for f in (scope.visible() if isinstance(shown, exp.Star) else scope.relation(prefix_of(shown)))
            ]
        else:
            outputs.append(aggregation.column(shown, own) if isinstance(shown, exp.Column) else None)
    plan = replace(plan, outputs=tuple(outputs))
    if node.args.get("distinct") is not None and plan.kind != "aggregate":
        if plan.kind == "unnest":
            return UNKNOWN
        if not plan.needed - set(outputs) <= plan.fixed:
            alone = plan.plain and not plan.fails and not any(node.args.get(k) for k in ("limit", "offset"))
            return replace(FAILS, joinable="distinct" if alone else "")
        plan = replace(plan, plain=False)
    limit, offset = node.args.get("limit"), node.args.get("offset")
    if (limit is None and offset is None) or plan.kind != "rows" or plan.single:
        return plan
    if not (plan.needed or plan.fixed) and plan.outputs == ():
        return plan
    plan = replace(plan, plain=False)
    if (
        limit is None
        or offset is not None
        or (isinstance(limit, exp.Fetch) and limit.args.get("limit_options") is not None and _ties(limit))
    ):
        return replace(FAILS, outputs=plan.outputs)
    if not plan.needed <= plan.fixed:
        return replace(plan, fails=True)
    given = limit.args.get("count") if isinstance(limit, exp.Fetch) else limit.expression
    one = given is None or given.name == "1"
    if order is not None and any(looks_outward(o.this, scope.fields) for o in order.expressions):
        return replace(plan, fails=True)
    if order is not None:
        return replace(plan, single=one)
    if one:
        return replace(plan, single=True, first=not set(outputs) <= plan.fixed, fails=not plan.fixed)
    return plan


def _ties(limit: exp.Fetch) -> bool:
    return bool(limit.args["limit_options"].args.get("with_ties"))
