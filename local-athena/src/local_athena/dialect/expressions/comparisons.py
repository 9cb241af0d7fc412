"""Comparison by type: https://trino.io/docs/current/functions/comparison.html."""

from __future__ import annotations

import re

from sqlglot import exp

from local_athena.dialect.errors import raise_sql, type_mismatch
from local_athena.dialect.scope import Value
from local_athena.dialect.sqltext import SUBQUERY, once, says, text, together
from local_athena.dialect.values import clocks, fine, zones
from local_athena.dialect.values.coercion import coerce, common
from local_athena.dialect.values.types import (
    BOOLEAN,
    DOUBLE,
    OPAQUE,
    TIME_ZONED,
    ZONED,
    Type,
    decimal,
    field_names,
)
from local_athena.errors import NotSupported

COMPARISONS = {exp.EQ: "=", exp.NEQ: "<>", exp.LT: "<", exp.LTE: "<=", exp.GT: ">", exp.GTE: ">="}


def quantifier(node: exp.Expr) -> exp.Expr | None:
    """``ALL (query)``, ``ANY (query)`` or ``SOME (query)`` on the right of a comparison, if that is there."""
    right = node.args.get("expression")
    named = isinstance(right, exp.Anonymous) and str(right.this).lower() in ("all", "any", "some")
    return right if named or isinstance(right, exp.Any | exp.All) else None


_OWN_EQUALITY = ("map", ZONED, TIME_ZONED)
"""Types that DuckDB holds in forms whose equality is not theirs."""


def plain(t: Type) -> bool:
    """Whether DuckDB tells values of type *t* apart as Trino does."""
    return not any(part.name in _OWN_EQUALITY for part in t.walk())


def key(sql: str, t: Type, depth: int = 0) -> str:
    """*sql* in a form whose identity in DuckDB is Trino's, and whose order is where *t* has one."""
    if t.args and not all(map(plain, t.args)):
        return once(sql, lambda x: _nested_key(x, t, depth))
    if fine.is_fine_zoned(t):
        return once(sql, fine.instant)
    if t.name == ZONED:
        return zones.instant(sql)
    if t.name == TIME_ZONED and t.precision > 6:
        return clocks.utc(sql, t)
    if t.name == TIME_ZONED:
        return f"CAST(timezone('UTC', {sql}) AS TIME)"
    if t.name == "map":  # DuckDB's maps are equal only with their entries in the same order
        return f"list_sort(map_entries({sql}))"
    return sql


def _nested_key(sql: str, t: Type, depth: int) -> str:
    if t.name == "row":
        parts = [f"struct_extract({sql}, {text(n)})" for n in field_names(t)]
        listed = ", ".join(
            f"'f{i}': {key(x, part, depth)}" for i, (x, part) in enumerate(zip(parts, t.args, strict=True))
        )
        return f"CASE WHEN {sql} IS NOT NULL THEN {{{listed}}} END"
    name = f"_k{depth}"
    if t.name == "array":
        return f"list_transform({sql}, lambda {name}: {key(name, t.element, depth + 1)})"
    first, second = key(f"{name}.key", t.args[0], depth + 1), key(f"{name}.value", t.args[1], depth + 1)
    return f"list_sort(list_transform(map_entries({sql}), lambda {name}: {{'k': {first}, 'v': {second}}}))"


def meet(left: Value, right: Value, symbol: str, node: exp.Expr) -> tuple[Value, Value]:
    """Both sides as the type they are compared in. Raises TYPE_MISMATCH where there is none."""
    t = common(left.type, right.type)
    if t is None or not applicable(symbol, t):
        raise type_mismatch(_inapplicable(left.type, symbol, right.type), node)
    return coerce(left, t), coerce(right, t)


def applicable(symbol: str, t: Type) -> bool:
    """Whether values of type *t* can be compared so: no sketch and no geometry at all, and no map and no JSON by its order."""
    return t.ordered if symbol in ("<", "<=", ">", ">=") else not any(part.name in OPAQUE for part in t.walk())


def _inapplicable(left: Type, symbol: str, right: Type) -> str:
    """Trino has three operators for comparisons, and tells of a fourth as of one of these:
    https://github.com/trinodb/trino/blob/master/core/trino-main/src/main/java/io/trino/metadata/OperatorNotFoundException.java
    """
    if symbol == "IS DISTINCT FROM":
        return f"Cannot check if {left} is distinct from {right}"
    return f"Cannot apply operator: {left} {'=' if symbol == '<>' else symbol.replace('>', '<')} {right}"


_SHORT_NUMBER = re.compile(r"-?\d{1,15}\.?\d{0,15}")


def exact_decimals(left: Value, right: Value) -> tuple[Value, Value] | None:
    """A decimal column against a literal such as 0.05, compared as decimals.

    Trino compares them as doubles. Up to 15 digits that gives the same answer, and DuckDB can then skip row groups.
    """
    for column, literal in ((left, right), (right, left)):
        written = literal.const
        if (
            column.type.name == "decimal"
            and literal.type == DOUBLE
            and isinstance(written, str)
            and _SHORT_NUMBER.fullmatch(written)
            and column.type.params[0] <= 15
            and len(written.replace("-", "").replace(".", "")) <= 15
        ):
            scale = len(written.partition(".")[2])
            constant = Value(f"CAST({written} AS DECIMAL(18,{scale}))", decimal(18, scale))
            return (column, constant) if column is left else (constant, column)
    return None


def compare(symbol: str, left: Value, right: Value, node: exp.Expr) -> Value:
    """``left symbol right`` for =, <>, <, <=, >, >=."""
    if exact := exact_decimals(left, right):
        return Value(f"({exact[0].sql} {symbol} {exact[1].sql})", BOOLEAN)
    if left.type.is_integer and right.type.is_integer and (left.const is not None or right.const is not None):
        return Value(f"({left.sql} {symbol} {right.sql})", BOOLEAN)
    left, right = meet(left, right, symbol, node)
    t = left.type
    if t.args and symbol in ("=", "<>"):
        same = equal(left, right)
        return Value(same if symbol == "=" else f"(NOT {same})", BOOLEAN)
    if t.name in ("array", "row"):
        return Value(_ordered(symbol, left, right), BOOLEAN)
    sql = f"({key(left.sql, t)} {symbol} {key(right.sql, t)})"
    return Value(_without_nan(sql, symbol, left, right) if t.is_float else sql, BOOLEAN)


def _ordered(symbol: str, left: Value, right: Value) -> str:
    """Two arrays or rows by their first difference. A NULL found on the way there cannot be compared: Trino fails."""
    t = left.type

    def build(a: str, b: str) -> str:
        known = f"{a} IS NOT NULL AND {b} IS NOT NULL"
        return f"(CASE WHEN {known} THEN {sign_of(a, b, t)} {symbol} 0 END)"

    return together((left.sql, right.sql), build)


def sign_of(a: str, b: str, t: Type, nan_first: bool = False) -> str:
    """-1, 0 or 1 for two arrays or rows, none of them NULL. It fails as Trino does where that hangs on a NULL inside them."""
    failed = raise_sql("NOT_SUPPORTED", f"{t.name.upper()} comparison not supported for {_NULLS[t.name]}", "INTEGER")
    signed = _sign(a, b, t, 0, nan_first)
    return once(signed, lambda sign: f"(CASE {sign} WHEN {_STUCK} THEN {failed} ELSE {sign} END)")


def extreme(values: str, t: Type, greatest: bool) -> str:
    """The greatest or the least of a DuckDB list that has no NULL, found as Trino finds it: of equal ones the first."""
    sign = (sign_of if t.name in _NULLS else _plain_sign)("_q", "_p", t, nan_first=greatest)
    return f"list_reduce({values}, lambda _p, _q: CASE WHEN {sign} {'>' if greatest else '<'} 0 THEN _q ELSE _p END)"


def _plain_sign(a: str, b: str, t: Type, nan_first: bool) -> str:
    return _sign(a, b, t, 0, nan_first)


_NULLS = {"array": "arrays with null elements", "row": "fields with null elements"}
_STUCK = 2


def _sign(a: str, b: str, t: Type, depth: int, nan_first: bool = False) -> str:
    """As ``sign_of``, with ``_STUCK`` for what cannot be compared; *depth* keeps the names of nested lambdas apart."""
    if t.name == "row":
        pairs = [(f"struct_extract({a}, {text(n)})", f"struct_extract({b}, {text(n)})") for n in field_names(t)]
        signs = [
            f"nullif({_sign(x, y, part, depth, nan_first)}, 0)" for (x, y), part in zip(pairs, t.args, strict=True)
        ]
        compared = f"coalesce({', '.join(signs)}, 0)"
    elif t.name == "array":
        i, s = f"_i{depth}", f"_s{depth}"
        items = _sign(f"({a})[{i}]", f"({b})[{i}]", t.element, depth + 1, nan_first)
        signs_of_items = f"list_transform(range(1, least(len({a}), len({b})) + 1), lambda {i}: {items})"
        first = f"list_filter({signs_of_items}, lambda {s}: {s} <> 0)[1]"
        compared = f"coalesce({first}, CAST(sign(len({a}) - len({b})) AS INTEGER))"
    else:
        x, y = key(a, t), key(b, t)
        compared = f"CASE WHEN {x} < {y} THEN -1 WHEN {x} > {y} THEN 1 ELSE 0 END"
        if t.is_float and nan_first:
            compared = f"CASE WHEN isnan({x}) OR isnan({y}) THEN -({compared}) ELSE {compared} END"
    return f"(CASE WHEN {a} IS NULL OR {b} IS NULL THEN {_STUCK} ELSE {compared} END)"


def equal(left: Value, right: Value) -> str:
    """Whether two arrays, maps or rows of one type are equal: NULL where that hangs on a NULL inside them."""
    t = left.type
    if left.parts is not None and right.parts is not None:
        return (
            "("
            + " AND ".join(same(a.sql, b.sql, a.type, 0) for a, b in zip(left.parts, right.parts, strict=True))
            + ")"
        )
    return together((left.sql, right.sql), lambda a, b: same(a, b, t, 0))


def same(a: str, b: str, t: Type, depth: int) -> str:
    """``a = b`` for values of type *t*; *depth* keeps the names of nested lambdas apart."""
    if t.name == "row":
        fields = [
            same(f"struct_extract({a}, {text(n)})", f"struct_extract({b}, {text(n)})", x, depth)
            for n, x in zip(field_names(t), t.args, strict=True)
        ]
        return f"({' AND '.join(fields)})"
    name = f"_i{depth}"
    if t.name == "array":
        items = same(f"({a})[{name}]", f"({b})[{name}]", t.element, depth + 1)
        tests = f"list_transform(range(1, len({a}) + 1), lambda {name}: {items})"
        return f"(CASE WHEN len({a}) <> len({b}) THEN false WHEN {b} IS NOT NULL THEN trino_all({tests}) END)"
    if t.name == "map":
        met = _met_key(b, name, t)
        values = same(f"map_extract_value({a}, {name})", f"map_extract_value({b}, {met})", t.args[1], depth + 1)
        has = f"map_contains({b}, {met})" + (f" AND NOT isnan({name})" if t.args[0].is_float else "")
        found = f"CASE WHEN {has} THEN {values} ELSE false END"
        tests = f"list_transform(map_keys({a}), lambda {name}: {found})"
        return f"(CASE WHEN cardinality({a}) <> cardinality({b}) THEN false WHEN {b} IS NOT NULL THEN trino_all({tests}) END)"
    equal = f"({key(a, t)} = {key(b, t)})"
    return f"({equal} AND NOT (isnan({a}) AND {b} IS NOT NULL))" if t.is_float else equal


def _met_key(base: str, name: str, t: Type) -> str:
    """*name*, a key of another map of type *t*, as the map *base* would hold it."""
    if t.args[0].name == ZONED:
        return zones.as_key_of(base, name, t.args[0])
    if not plain(t.args[0]):
        raise NotSupported(f"Comparison of maps keyed by {t.args[0]}")
    return name


def distinct(left: Value, right: Value) -> str:
    """``left IS DISTINCT FROM right`` for values of one type."""
    t = left.type
    if t.args and any(part.name in _OWN_EQUALITY for part in t.walk()):
        return together((left.sql, right.sql), lambda a, b: f"(NOT {_identical(a, b, t, 0)})")
    return f"({key(left.sql, t)} IS DISTINCT FROM {key(right.sql, t)})"


def _identical(a: str, b: str, t: Type, depth: int) -> str:
    if not t.args:
        return f"({key(a, t)} IS NOT DISTINCT FROM {key(b, t)})"
    name = f"_d{depth}"
    if t.name == "row":
        pairs = [(f"struct_extract({a}, {text(n)})", f"struct_extract({b}, {text(n)})") for n in field_names(t)]
        alike = " AND ".join(_identical(x, y, part, depth) for (x, y), part in zip(pairs, t.args, strict=True))
    elif t.name == "array":
        items = _identical(f"({a})[{name}]", f"({b})[{name}]", t.element, depth + 1)
        unlike = f"len(list_filter(range(1, len({a}) + 1), lambda {name}: NOT {items}))"
        alike = f"len({a}) = len({b}) AND {unlike} = 0"
    else:
        met = _met_key(b, name, t)
        x, y = f"map_extract_value({a}, {name})", f"map_extract_value({b}, {met})"
        found = f"map_contains({b}, {met}) AND {_identical(x, y, t.args[1], depth + 1)}"
        found += f" AND NOT isnan({name})" if t.args[0].is_float else ""
        alike = (
            f"cardinality({a}) = cardinality({b}) AND len(list_filter(map_keys({a}), lambda {name}: NOT ({found}))) = 0"
        )
    return f"(CASE WHEN {a} IS NULL OR {b} IS NULL THEN {a} IS NULL AND {b} IS NULL ELSE {alike} END)"


def indeterminate(sql: str, t: Type, depth: int = 0) -> str:
    """Whether a value that is not NULL itself holds a NULL, so that its equality to another may be unknown."""
    if t.name == "row":
        fields = [(f"struct_extract({sql}, {text(n)})", part) for n, part in zip(field_names(t), t.args, strict=True)]
        return f"({' OR '.join(f'({x} IS NULL OR {indeterminate(x, part, depth)})' for x, part in fields)})"
    if t.name in ("array", "map"):
        name, items = f"_n{depth}", sql if t.name == "array" else f"map_values({sql})"
        test = f"{name} IS NULL OR {indeterminate(name, t.args[-1], depth + 1)}"
        return f"(len(list_filter({items}, lambda {name}: {test})) > 0)"
    return "false"


def _without_nan(sql: str, symbol: str, left: Value, right: Value) -> str:
    """DuckDB holds NaN equal to itself and above all numbers; in Trino every comparison with it but <> is false.

    Of NaN and NULL it is NULL, as of NULL and any other number.
    """
    if symbol in ("=", "<>"):
        if left.const is not None or right.const is not None:
            return sql
        nan = _is_nan(left, right)
        return f"({sql} AND NOT {nan})" if symbol == "=" else f"({sql} OR {nan})"
    low, high = (right, left) if symbol.startswith(">") else (left, right)
    if high.const is not None:
        return sql
    if says(
        high.sql, SUBQUERY
    ):  # A subquery is to be computed once: NaN - x is NaN, and no NaN is below 0 or infinity.
        strict = f"({low.sql} - {high.sql} < 0)"
        return strict if "=" not in symbol else f"({high.sql} BETWEEN {low.sql} AND 'infinity')"
    return f"({sql} AND NOT {_is_nan(high, low)})"


def _is_nan(value: Value, other: Value) -> str:
    """Whether *value* is NaN beside an *other* that is not NULL."""
    if other.const is not None or says(other.sql, SUBQUERY):
        return f"isnan({value.sql})"
    return f"(isnan({value.sql}) AND {other.sql} IS NOT NULL)"
