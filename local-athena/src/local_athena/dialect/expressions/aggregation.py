"""Aggregates: where they may stand, and what may stand beside them: https://trino.io/docs/current/sql/select.html#group-by-clause.

Trino's analyser says so with the user's own words; DuckDB would speak of columns that nobody has written. The rules are those of
https://github.com/trinodb/trino/blob/master/core/trino-main/src/main/java/io/trino/sql/analyzer/AggregationAnalyzer.java
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from sqlglot import exp

from local_athena.dialect import functions
from local_athena.dialect.errors import failure
from local_athena.dialect.parsing.formatter import formatted
from local_athena.dialect.scope import Scope, find_parts
from local_athena.dialect.values.types import field_name

type Form = tuple[Any, ...]


def _name(node: exp.Expr) -> str | None:
    """The lower-case name of a call that may be an aggregate."""
    if isinstance(node, exp.Anonymous):
        return node.name.lower()
    return "listagg" if isinstance(node, exp.GroupConcat) else None


def _is_aggregate(node: exp.Expr) -> bool:
    name = _name(node)
    return name in functions.AGGREGATE_NAMES and name not in functions.WINDOWS and name != "grouping"


def _called(window: exp.Window) -> exp.Expr:
    """The call in front of OVER."""
    return _unwrapped(window.this)


def _unwrapped(node: exp.Expr) -> exp.Expr:
    """A call without FILTER and its like around it."""
    while isinstance(node, exp.Filter | exp.WithinGroup | exp.IgnoreNulls | exp.RespectNulls):
        node = node.this
    return node


def _parts(node: exp.Expr) -> Iterator[exp.Expr]:
    """The children of *node* that are no queries."""
    for child in node.iter_expressions():
        if not isinstance(child, exp.Query):
            yield child


def aggregates(node: exp.Expr | None, windows: bool = False) -> Iterator[exp.Expr]:
    """The calls of aggregates in *node* (and, with *windows*, window functions and GROUPING), those of subqueries left out."""
    if node is None or isinstance(node, exp.Query):
        return
    if isinstance(node, exp.Window):
        if windows:
            yield node
            return
        for part in (*_parts(_called(node)), *(p for p in _parts(node) if p is not node.this)):
            yield from aggregates(part)
        return
    if _is_aggregate(node) or (windows and _name(node) == "grouping"):
        yield node
        return
    for part in _parts(node):
        yield from aggregates(part, windows)


def refuse(node: exp.Expr | None, clause: str) -> None:
    """:raises AthenaError: ``EXPRESSION_NOT_SCALAR`` where *clause* holds an aggregate or a window function."""
    if found := [*aggregates(node, windows=True)]:
        shown = ", ".join(formatted(f) for f in found)
        message = f"{clause} cannot contain aggregations, window functions or grouping operations: [{shown}]"
        raise failure("EXPRESSION_NOT_SCALAR", message, node)


def _check_nested(call: exp.Expr) -> None:
    name = _name(call)
    inner = [f for part in _parts(call) for f in aggregates(part)]
    if inner:
        shown = ", ".join(formatted(f) for f in inner)
        message = f"Cannot nest aggregations inside aggregation '{name}': [{shown}]"
        raise failure("NESTED_AGGREGATION", message, call)
    if any(isinstance(f, exp.Window) for part in _parts(call) for f in aggregates(part, windows=True)):
        message = f"Cannot nest window functions or row pattern measures inside aggregation '{name}'"
        raise failure("NESTED_WINDOW", message, call)


def _check_window(node: exp.Window) -> None:
    """Refuse a window function among the arguments of another."""
    call = _called(node)
    if any(isinstance(f, exp.Window) for part in _parts(call) for f in aggregates(part, windows=True)):
        message = (
            f"Cannot nest window functions or row pattern measures inside window function '{_name(call)}' arguments"
        )
        raise failure("NESTED_WINDOW", message, node)


def check(node: exp.Select, scope: Scope, columns: Callable[[exp.Expr], list[str]]) -> None:
    """Check the select list, HAVING and ORDER BY of *node*.

    *columns* gives the texts of the columns that an item such as ``t.*`` stands for, nothing for any other item.

    :raises AthenaError: ``NESTED_AGGREGATION``, ``NESTED_WINDOW``, ``EXPRESSION_NOT_AGGREGATE``, ``EXPRESSION_NOT_SCALAR``.
    """
    group, having, order = (node.args.get(name) for name in ("group", "having", "order"))
    sorted_by = [item.this for item in order.expressions] if order is not None else []
    parts = [*node.expressions, *([having.this] if having is not None else []), *sorted_by]
    called = [call for part in parts for call in aggregates(part)]
    for call in called:
        _check_nested(call)
    for part in parts:
        for call in aggregates(part, windows=True):
            if isinstance(call, exp.Window):
                _check_window(call)
    if group is None:
        for part in parts:
            _refuse_grouping(part)
    if group is None and not called and having is None:
        return
    keys = _all_keys(node, scope, columns)
    for part in parts:
        _check_grouping(part, keys, scope)
    for named in node.args.get("windows") or ():
        _grouped_window(named, keys, scope)
    aliases = {item.alias.lower() for item in node.expressions if isinstance(item, exp.Alias)}
    for item in node.expressions:
        shown = columns(item)
        if shown:
            if (wrong := next((sql for sql in shown if ("column", sql) not in keys), None)) is not None:
                raise failure("EXPRESSION_NOT_AGGREGATE", _not_grouped(wrong, scope))  # Trino tells no place
        else:
            _require(item.unalias(), keys, scope)
    if having is not None:
        for call in aggregates(having.this, windows=True):
            if isinstance(call, exp.Window):
                message = "HAVING clause cannot contain window functions or row pattern measures"
                raise failure("NESTED_WINDOW", message, call)
        _require(having.this, keys, scope)
    for item in sorted_by:
        by_alias = isinstance(item, exp.Column) and item.parts[0].name.lower() in aliases
        if not by_alias and not isinstance(item, exp.Literal):
            _require(item, keys, scope, aliases)


def _refuse_grouping(node: exp.Expr) -> None:
    for call in aggregates(node, windows=True):
        if _name(call) == "grouping":
            message = (
                "A GROUPING() operation can only be used with a corresponding GROUPING SET/CUBE/ROLLUP/GROUP BY clause"
            )
            raise failure("MISSING_GROUP_BY", message, call.find_ancestor(exp.Select))


def grouping_columns(node: exp.Select, scope: Scope, columns: Callable[[exp.Expr], list[str]]) -> frozenset[str] | None:
    """The texts of the columns that *node* is grouped by, None where it is not grouped: *columns* are those of ``check``."""
    order = node.args.get("order")
    parts = [*node.expressions, *((item.this for item in order.expressions) if order is not None else ())]
    clauses = any(node.args.get(name) is not None for name in ("group", "having"))
    if not clauses and not any(True for part in parts for _ in aggregates(part)):
        return None
    return frozenset(form[1] for form in _all_keys(node, scope, columns) if form[0] == "column")


def _all_keys(node: exp.Select, scope: Scope, columns: Callable[[exp.Expr], list[str]]) -> set[Form]:
    group = node.args.get("group")
    keys: set[Form] = set()
    for element in elements(group) if group is not None else ():
        refuse(element, "GROUP BY clause")
        keys |= {*_keys(element, node, scope, columns)}
    return keys


def _not_grouped(sql: str, scope: Scope) -> str:
    """The message about a column that ``*`` stands for: it is told by its name, or else by its number."""
    at, found = next((i, f) for i, f in enumerate(scope.fields, 1) if f.sql == sql)
    name = f"{found.relation}.{found.name}" if found.relation is not None else found.name
    return f"Column {at if found.name is None else repr(name)} not in GROUP BY clause"


_MOST_GROUPED = 63


def _groupings(node: exp.Expr) -> Iterator[exp.Expr]:
    """The calls of GROUPING() in *node*, those of subqueries left out."""
    if _name(node) == "grouping":
        yield node
    for part in _parts(node):
        yield from _groupings(part)


def _check_grouping(node: exp.Expr, keys: set[Form], scope: Scope) -> None:
    """Refuse GROUPING() of too many columns, or of anything but columns that are grouped by."""
    if not isinstance(node, exp.Query):
        for call in _groupings(node):
            if len(call.expressions) > _MOST_GROUPED:
                message = f"GROUPING supports up to {_MOST_GROUPED} column arguments"
                raise failure("TOO_MANY_ARGUMENTS", message, call)
            for argument in call.expressions:
                found = column(argument, scope)
                if found not in {f.sql for f in scope.fields} or ("column", found) not in keys:
                    message = (
                        "The arguments to GROUPING() must be expressions referenced by the GROUP BY at the associated query "
                        f"level. Mismatch due to {formatted(argument)}."
                    )
                    raise failure("INVALID_ARGUMENTS", message, call)


def _grouped_window(node: exp.Expr, keys: set[Form], scope: Scope) -> None:
    order, spec = node.args.get("order"), node.args.get("spec")
    bounds = [b for b in spec.args.values() if isinstance(b, exp.Expr)] if spec is not None else []
    by = [item.this for item in order.expressions] if order is not None else []
    for part in (*(node.args.get("partition_by") or ()), *by, *bounds):
        _require(part, keys, scope)


def elements(group: exp.Expr) -> Iterator[exp.Expr]:
    given = [*group.expressions]
    for name in ("grouping_sets", "rollup", "cube"):
        given += [e for e in group.args.get(name) or () if isinstance(e, exp.Expr)]
    while given:
        element = given.pop(0)
        if isinstance(element, exp.GroupingSets | exp.Rollup | exp.Cube | exp.Tuple):
            given += element.expressions
        elif isinstance(element, exp.Paren):
            given.append(element.this)
        else:
            yield element


def _keys(
    element: exp.Expr, node: exp.Select, scope: Scope, columns: Callable[[exp.Expr], list[str]]
) -> Iterator[Form]:
    if not (isinstance(element, exp.Literal) and not element.is_string):
        yield _form(element, scope)
        return
    place = int(element.name) if element.name.isdigit() else 0
    listed: list[Form] = []
    for item in node.expressions:
        shown = columns(item)
        listed += [("column", sql) for sql in shown] or [_form(item.unalias(), scope)]
    if 0 < place <= len(listed):
        item = next((i for i in node.expressions if _form(i.unalias(), scope) == listed[place - 1]), None)
        refuse(item, "GROUP BY clause")
        yield listed[place - 1]


def grouped_columns(node: exp.Select, scope: Scope) -> Iterator[str]:
    """The texts of the columns that *node* is grouped by."""
    for element in elements(node.args["group"]):
        for form in _keys(element, node, scope, lambda _: []):
            if form[0] == "column":
                yield form[1]


def _form(node: Any, scope: Scope, inside: bool = False) -> Form:
    """*node* in a form that is equal for expressions of one meaning, however their columns are written.

    A name *inside* a subquery may be a column of its own, whatever the columns of *scope* are.
    """
    inside = inside or isinstance(node, exp.Query)
    if isinstance(node, exp.Paren):
        return _form(node.this, scope, inside)
    if isinstance(node, exp.ColumnDef):  # a field of a row type
        return ("field", field_name(node), _form(node.args["kind"], scope, inside))
    if isinstance(node, exp.Column | exp.Identifier):
        found = None if inside and _ambiguous(node, scope) else column(node, scope)
        if found is not None:
            return ("column", found)
        return ("name", node.sql(dialect="trino").lower())
    if not isinstance(node, exp.Expr):
        return ("text", str(node))
    args = tuple(
        (
            name,
            tuple(_form(v, scope, inside) for v in value) if isinstance(value, list) else _form(value, scope, inside),
        )
        for name, value in sorted(node.args.items())
        if value is not None and value is not False and value != []
    )
    shown = node.name.lower() if isinstance(node, exp.Anonymous) else ""
    return (type(node).__name__, shown, tuple(a for a in args if not (shown and a[0] == "this")))


def _ambiguous(node: exp.Column | exp.Identifier, scope: Scope) -> bool:
    name = node.parts[0].name if isinstance(node, exp.Column) else node.name
    return len(scope.named(name.lower())) > 1


def column(node: exp.Expr, scope: Scope) -> str | None:
    """The text of the column of *scope* itself that *node* names or looks into, None for any other name."""
    parts = [p.name.lower() for p in node.parts] if isinstance(node, exp.Column) else [node.name.lower()]
    found, known = find_parts(Scope(scope.fields), parts, node)
    return ".".join([found.sql, *parts[known:]]) if found is not None else None


def _require(node: exp.Expr, keys: set[Form], scope: Scope, aliases: set[str] | None = None) -> None:
    if not _grouped(node, keys, scope, frozenset(), aliases or set()):
        raise _ungrouped(node)


def _first(node: exp.Column) -> str | None:
    """The name of a column that is written without its relation."""
    return node.name.lower() if len(node.parts) == 1 else None


def _ungrouped(node: exp.Expr) -> Exception:
    message = f"'{formatted(node)}' must be an aggregate expression or appear in GROUP BY clause"
    return failure("EXPRESSION_NOT_AGGREGATE", message, node)


def _grouped(node: exp.Expr, keys: set[Form], scope: Scope, bound: frozenset[str], aliases: set[str]) -> bool:
    """Whether *node* has one value for a group. *bound* are the parameters of the lambdas around it."""
    if isinstance(node, exp.Query) or _is_aggregate(_unwrapped(node)) or _name(node) == "grouping":
        return True
    if isinstance(node, exp.Column | exp.Identifier):
        first = (node.parts[0] if isinstance(node, exp.Column) else node).name.lower()
        if first in bound or (first in aliases and not isinstance(node, exp.Identifier) and len(node.parts) == 1):
            return True
        found = column(node, scope)
        return found is None or any(k[0] == "column" and f"{found}.".startswith(f"{k[1]}.") for k in keys)
    if keys and _form(node, scope) in keys and not any(_first(c) in aliases for c in node.find_all(exp.Column)):
        return True
    if isinstance(node, exp.Lambda):
        bound |= {e.name.lower() for e in node.expressions}
        return _grouped(node.this, keys, scope, bound, aliases)
    if isinstance(node, exp.Dot):
        return _grouped(node.this, keys, scope, bound, aliases)
    if isinstance(node, exp.Window):
        call = _called(node)
        parts = [*_parts(call), *(p for p in _parts(node) if p is not node.this)]
        if isinstance(node.this, exp.Filter):
            parts.append(node.this.expression)
    elif isinstance(node, exp.DataType | exp.Interval | exp.Var):
        return True
    elif isinstance(node, exp.Cast):
        parts = [node.this]
    else:
        parts = [*_parts(node)]
    return all(_grouped(p, keys, scope, bound, aliases) for p in parts)
