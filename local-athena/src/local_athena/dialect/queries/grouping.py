"""GROUP BY, GROUPING SETS, ROLLUP and CUBE: https://trino.io/docs/current/sql/select.html#group-by-clause."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, product

from sqlglot import exp

from local_athena.dialect.context import Context
from local_athena.dialect.errors import failure, type_mismatch
from local_athena.dialect.expressions import comparisons
from local_athena.dialect.parsing.formatter import formatted
from local_athena.dialect.scope import Scope, Value, first
from local_athena.dialect.values.types import OPAQUE, TIME_ZONED, ZONED, Type
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
    _check_sets(group, scope)
    if group.args.get("all") is False:
        return " GROUP BY " + _distinct(ctx, group, scope, items)
    element = _shown_first if _plainly_grouped(group) else _element
    parts = [element(ctx, e, scope, items) for e in group.expressions]
    for name, word in (("grouping_sets", "GROUPING SETS"), ("rollup", "ROLLUP"), ("cube", "CUBE")):
        parts += [
            _element(ctx, e, scope, items) if isinstance(e, exp.Expr) else word for e in group.args.get(name) or ()
        ]
    return " GROUP BY " + ", ".join(parts)


def _plainly_grouped(group: exp.Expr) -> bool:
    """Whether *group* is a list of keys, with no grouping sets among them."""
    more = any(group.args.get(name) for name in ("grouping_sets", "rollup", "cube"))
    return not more and not any(isinstance(e, exp.GroupingSets | exp.Rollup | exp.Cube) for e in group.expressions)


def firsts(node: exp.Select, scope: Scope, keys: frozenset[str]) -> dict[str, str]:
    """Those of the columns *keys* of GROUP BY that are told apart by another form of theirs, each with what a group shows of it:
    the first value, or NULL in the sets that the column is not of.
    """
    group = node.args.get("group")
    if group is None:
        return {}
    plain = _plainly_grouped(group)
    by_form = [f for f in scope.fields if f.sql in keys and _by_form(f.value())]
    return {
        f.sql: first(f.sql)
        if plain
        else f"CASE WHEN GROUPING({comparisons.key(f.sql, f.type)}) = 0 THEN {first(f.sql)} END"
        for f in by_form
    }


def key_of(value: Value, scope: Scope) -> str:
    """The key that a column is grouped by."""
    column = next((column for column, shown in scope.firsts.items() if value.sql in (column, shown)), None)
    return value.sql if column is None else comparisons.key(column, value.type)


def _by_form(value: Value) -> bool:
    known = value.type.name == ZONED and value.zone is not None
    opaque = any(part.name in OPAQUE for part in value.type.walk())
    return not (known or opaque or value.type.name == "map" or comparisons.plain(value.type))


def _shown_first(ctx: Context, node: exp.Expr, scope: Scope, items: Items) -> str:
    """A key of GROUP BY. Where another form of it tells groups apart, the items that are the key show the first of a group."""
    place = int(node.name) if isinstance(node, exp.Literal) and node.name.isdigit() else 0
    if isinstance(node, exp.Tuple) or place > len(items):
        return _element(ctx, node, scope, items)
    value = items[place - 1][1] if place else ctx.expression(node, scope)
    if not _by_form(value):
        return _element(ctx, node, scope, items)
    sql = next((column for column, shown in scope.firsts.items() if shown == value.sql), value.sql)
    for i, (name, item) in enumerate(items):
        if item.sql == sql:
            items[i] = (name, replace(item, sql=first(sql)))
    return comparisons.key(sql, value.type)


def _distinct(ctx: Context, group: exp.Expr, scope: Scope, items: Items) -> str:
    """The grouping sets of GROUP BY DISTINCT, each once: DuckDB has no word for it."""
    listed = [e for name in ("expressions", "grouping_sets", "rollup", "cube") for e in group.args.get(name) or ()]
    made = [_sets(ctx, e, scope, items) for e in listed if isinstance(e, exp.Expr)]
    whole = [[key for part in parts for key in part] for parts in product(*made)]
    once = {frozenset(keys): ", ".join(dict.fromkeys(keys)) for keys in reversed(whole)}
    return f"GROUPING SETS ({', '.join(f'({keys})' for keys in reversed(once.values()))})"


def _sets(ctx: Context, node: exp.Expr, scope: Scope, items: Items) -> list[list[str]]:
    """The grouping sets that an element of GROUP BY stands for, each a list of keys."""
    if isinstance(node, exp.GroupingSets):
        return [keys for e in node.expressions for keys in _sets(ctx, e, scope, items)]
    if isinstance(node, exp.Rollup | exp.Cube):
        parts = [_sets(ctx, e, scope, items)[0] for e in node.expressions]
        if isinstance(node, exp.Rollup):
            chosen = [parts[:length] for length in range(len(parts), -1, -1)]
        else:
            chosen = [list(some) for length in range(len(parts), -1, -1) for some in combinations(parts, length)]
        return [[key for part in some for key in part] for some in chosen]
    if isinstance(node, exp.Tuple):
        return [[_element(ctx, e, scope, items) for e in node.expressions]]
    if isinstance(node, exp.Paren):
        return _sets(ctx, node.this, scope, items)
    return [[_element(ctx, node, scope, items)]]


DISTINCT_OF = "DISTINCT can only be applied to comparable types (actual: {})"
_KEY = "{} is not comparable, and therefore cannot be used in GROUP BY"
_MOST_SETS = 2048
"""Grouping sets of a query, the default of ``query.max-grouping-sets``."""
_MOST_COUNTED = 2**31 - 1


def _check_sets(group: exp.Expr, scope: Scope) -> None:
    """Refuse what is no column in ROLLUP, CUBE and GROUPING SETS, and too many of their sets."""
    sets = 1
    listed = [e for given in group.args.values() if isinstance(given, list) for e in given]
    for element in listed:
        if not isinstance(element, exp.GroupingSets | exp.Rollup | exp.Cube):
            continue
        inside = element.expressions
        sets *= {exp.Rollup: len(inside) + 1, exp.Cube: 2 ** len(inside)}.get(type(element), max(len(inside), 1))
        for part in inside:
            for column in part.expressions if isinstance(part, exp.Tuple) else [part]:
                while isinstance(column, exp.Paren):
                    column = column.this
                if not isinstance(column, exp.Column | exp.Rollup | exp.Cube | exp.GroupingSets):
                    message = f"GROUP BY expression must be a column reference: {formatted(column)}"
                    raise failure("INVALID_COLUMN_REFERENCE", message, column)
    if sets > _MOST_SETS:
        count = sets if sets <= _MOST_COUNTED else f"more than {_MOST_COUNTED}"
        message = f"GROUP BY has {count} grouping sets but can contain at most {_MOST_SETS}"
        raise failure("TOO_MANY_GROUPING_SETS", message, listed[0])


def apart(sql: str, t: Type, zone: str | None, node: exp.Expr, message: str = DISTINCT_OF) -> str | None:
    """A form of *sql* that tells rows apart where DuckDB would not do so by the value itself: of zoned timestamps in different
    zones Trino compares the instants, and of maps not the order of their entries. None where the value itself does.

    :raises AthenaError: TYPE_MISMATCH in the words of *message* for a type that nothing tells apart.
    """
    if any(part.name in OPAQUE for part in t.walk()):
        raise type_mismatch(message.format(t), node)
    return None if comparisons.plain(t) or (t.name == ZONED and zone is not None) else comparisons.key(sql, t)


def comparable(t: Type, zone: str | None, node: exp.Expr, message: str = DISTINCT_OF) -> None:
    """As ``apart``, for places that take no form but the value itself.

    :raises NotSupported: where that does not tell rows apart as Trino does
    """
    apart("x", t, zone, node, message)
    if any(part.name == "map" for part in t.walk()):
        raise NotSupported("GROUPING SETS or DISTINCT in an aggregate of maps inside other values")
    if any(part.name == TIME_ZONED or (part.name == ZONED and zone is None) for part in t.walk()):
        raise NotSupported(
            "GROUPING SETS or DISTINCT in an aggregate of times or timestamps with time zone whose zones are not known"
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
        if (key := key_of(value, scope)) != value.sql:
            return key
        comparable(value.type, value.zone, node, _KEY)
        return node.name if value.const is not None else value.sql
    value = ctx.expression(node, scope)
    if value.type.name == "map":
        return _map_key(value, items)
    if (key := key_of(value, scope)) != value.sql:
        return key
    comparable(value.type, value.zone, node, _KEY)
    # A number would be a position.
    return f"CAST({value.sql} AS BIGINT)" if value.const is not None and value.type.is_integer else value.sql


def _map_key(value: Value, items: Items) -> str:
    """A map with its entries in order, in GROUP BY and in the items of SELECT that show it."""
    if value.sql.startswith(_ORDERED):
        return value.sql
    key = _in_order(value.sql, value.type)
    for i, (name, item) in enumerate(items):
        items[i] = (name, replace(item, sql=item.sql.replace(value.sql, key)))
    return key


_ORDERED = "map_from_entries(list_sort(map_entries("


def _in_order(sql: str, t: Type) -> str:
    if any(part.name in ("map", ZONED) for arg in t.args for part in arg.walk()):
        raise NotSupported("GROUP BY maps that hold maps or timestamps with time zone")
    return f"{_ORDERED}{sql})))"


def order_maps(scope: Scope, keys: frozenset[str]) -> None:
    """Show the columns that are maps and *keys* of GROUP BY with their entries in order, wherever the query looks at them."""
    maps = {f.sql: _in_order(f.sql, f.type) for f in scope.fields if f.type.name == "map" and f.sql in keys}
    if maps:
        scope.keys = frozenset(maps.get(key, key) for key in keys)
        scope.show([replace(f, sql=maps.get(f.sql, f.sql)) for f in scope.fields])
