"""Implicit conversion: which types meet in which, and the DuckDB text that converts a value.

The rules are Trino's: https://github.com/trinodb/trino/blob/master/core/trino-main/src/main/java/io/trino/type/TypeCoercion.java
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlglot import exp

from local_athena.dialect.errors import raise_sql, type_mismatch
from local_athena.dialect.scope import Value, strict
from local_athena.dialect.sqltext import once, text
from local_athena.dialect.values import clocks, fine
from local_athena.dialect.values.types import (
    DATE,
    HYPERLOGLOG,
    ORDER,
    P4HYPERLOGLOG,
    TIME_ZONED,
    UNKNOWN,
    VARCHAR,
    ZONED,
    Type,
    as_decimal,
    decimal,
    field_names,
    held,
    ident,
)

type Convert = Callable[[str, Type, Type], str]


def common(a: Type, b: Type) -> Type | None:
    """The type both *a* and *b* coerce to without a cast, or None."""
    if a == b or b == UNKNOWN:
        return a
    if a == UNKNOWN:
        return b
    if a.is_number and b.is_number:
        return _common_number(a, b)
    if a.is_text and b.is_text:
        if "char" in (a.name, b.name) and a.name != b.name:
            return _char_meets_varchar(a, b)
        return Type(a.name, (max(a.params[0], b.params[0]),)) if a.params and b.params else VARCHAR
    moments = ("date", "timestamp", ZONED)
    if a.name in moments and b.name in moments:
        later = max(a.name, b.name, key=moments.index)
        precision = max((t.precision for t in (a, b) if t.name != "date"), default=0)
        return DATE if later == "date" else Type(later, (precision,))
    if a.name == b.name and a.name in ("time", "time with time zone"):
        return Type(a.name, (max(a.precision, b.precision),))
    if {a.name, b.name} == {"time", "time with time zone"}:
        return Type("time with time zone", (max(a.precision, b.precision),))
    if {a, b} == {HYPERLOGLOG, P4HYPERLOGLOG}:
        return HYPERLOGLOG
    if a.name == b.name and a.args and len(a.args) == len(b.args):
        args = [common(x, y) for x, y in zip(a.args, b.args, strict=True)]
        if any(t is None for t in args):
            return None
        names = tuple(x if x == y else None for x, y in zip(a.fields, b.fields, strict=True))
        return Type(a.name, (), tuple(t for t in args if t), names)
    return None


def _char_meets_varchar(a: Type, b: Type) -> Type:
    text, padded = (a, b) if a.name == "varchar" else (b, a)
    return Type("char", (max(text.params[0], padded.params[0]),)) if text.params else VARCHAR


def _common_number(a: Type, b: Type) -> Type:
    low, high = sorted((a, b), key=lambda t: ORDER.index(t.name))
    if high.name != "decimal":
        return high
    x, y = as_decimal(low), as_decimal(high)
    scale = max(x.params[1], y.params[1])
    return decimal(max(x.params[0] - x.params[1], y.params[0] - y.params[1]) + scale, scale)


def common_all(types: list[Type]) -> Type | None:
    result: Type | None = UNKNOWN
    for t in types:
        result = common(result, t) if result is not None else None
    return result


def single_type(what: str, values: Sequence[Value], nodes: Sequence[exp.Expr]) -> Type:
    """The type that all *values* meet in, written as *nodes*.

    :raises AthenaError: TYPE_MISMATCH at the first of them that meets in none with those before it, worded as in
        https://github.com/trinodb/trino/blob/master/core/trino-main/src/main/java/io/trino/sql/analyzer/ExpressionAnalyzer.java
    """
    result = UNKNOWN
    for value, node in zip(values, nodes, strict=False):
        met = common(result, value.type)
        if met is None:
            every = ", ".join(dict.fromkeys(str(v.type) for v in values))
            raise type_mismatch(
                f"{what} must be the same type or coercible to a common type. Cannot find common type between {result} "
                f"and {value.type}, all types (without duplicates): [{every}]",
                node,
            )
        result = met
    return result


def coercible(source: Type, target: Type) -> bool:
    """Whether a value of *source* may stand where *target* is wanted without a cast."""
    if (source.name == "decimal" and target.name == "decimal") or (source.is_integer and target.name == "decimal"):
        s = as_decimal(source)
        return s.params[0] - s.params[1] <= target.params[0] - target.params[1] and s.params[1] <= target.params[1]
    if source.name == "char" and target.name == "varchar":
        return not target.params or source.params <= target.params
    if source.name == "row" and target.name == "row" and len(source.args) == len(target.args):
        return all(coercible(s, t) for s, t in zip(source.args, target.args, strict=True))
    return common(source, target) == target


def coerce(value: Value, target: Type) -> Value:
    """*value* as *target*, which it must be coercible to (``coercible``)."""
    source = value.type
    if source == target:
        return value
    if value.parts is not None and target.name == "row":
        return row_value([coerce(p, t) for p, t in zip(value.parts, target.args, strict=True)], target)
    zone = value.zone if target.name == ZONED else None
    loose = value.loose and source.name == target.name == "decimal" and source.params[1] == target.params[1]
    shown_zone = zone or ("UTC" if target.name == ZONED else None)
    return Value(convert(value.sql, source, target), target, value.const, zone=shown_zone, loose=loose)


def row_value(parts: list[Value], t: Type) -> Value:
    """A row made of *parts*, of type *t*."""
    fields = ", ".join(f"{ident(n)} := {strict(p).sql}" for n, p in zip(field_names(t), parts, strict=True))
    return Value(f"struct_pack({fields})", t, parts=parts)


def convert(sql: str, source: Type, target: Type) -> str:
    """DuckDB text that turns *sql* of Trino type *source* into *target* by coercion (never by a lossy cast)."""
    if source == target:
        return sql
    if source == UNKNOWN:
        return f"CAST({sql} AS {held(target)})"
    if fine.is_fine(target) and not fine.is_fine(source):
        return fine.made(sql if source.name == "timestamp" else f"CAST({sql} AS TIMESTAMP)")
    if fine.is_fine_zoned(target):
        return sql if fine.is_fine_zoned(source) else _fine_zoned(sql, source)
    if target.name == ZONED and source.name != ZONED:
        return f"CASE WHEN {sql} IS NOT NULL THEN {{'i': CAST({sql} AS TIMESTAMP), 'z': 'UTC'}} END"
    if target.name == "char":
        return f"rpad({sql}, {target.params[0]}, ' ')"
    if target.name in ("time", TIME_ZONED) and held(source) != held(target):
        return clocks.changed(sql, source, target)
    if (source.is_text and target.is_text) or (
        source.name == target.name and source.name in (ZONED, "timestamp", "time", TIME_ZONED)
    ):
        return sql
    if source.name == "row":
        return convert_row(sql, source, target, convert)
    if source.name in ("array", "map") and any(
        _needs_rebuild(s, t) for s, t in zip(source.args, target.args, strict=True)
    ):
        return convert_nested(sql, source, target, convert)
    if source.name == "decimal" and target.is_float:
        return decimal_to_float(sql, source, target)
    return sql if held(source) == held(target) else f"CAST({sql} AS {held(target)})"


def _fine_zoned(sql: str, source: Type) -> str:
    if source.name == ZONED:
        return fine.made_zoned(sql)
    if fine.is_fine(source):
        return once(
            sql, lambda x: fine.made_zoned(convert(fine.micros_of(x), fine.MICROS, fine.ZONED_MICROS), fine.picos_of(x))
        )
    return fine.made_zoned(convert(sql, source, fine.ZONED_MICROS))


_EXACT = 15  # digits of a whole number that every double holds
_SHORT = 18  # digits of a decimal that Trino holds in 64 bits


def decimal_to_float(sql: str, source: Type, target: Type) -> str:
    """A decimal as a double or real: a short one is divided as such, a long one read from its text, as Trino does it.

    DuckDB adds up the whole part and the fraction, which differs in the last digit.
    """
    p, s = source.params
    number = held(target)
    if p > _SHORT:
        exact = f"CAST({{x}} AS {number})" if target.name == "double" else ""
        read = f"CAST(CAST({{x}} AS VARCHAR) AS {number})"
        shape = (
            f"CASE WHEN abs({{x}}) < {10 ** max(_EXACT - s, 0)} THEN {exact} ELSE {read} END"
            if exact and s < _EXACT
            else read
        )
        return once(sql, lambda x: shape.format(x=x))
    if target.name == "double" and p <= _EXACT:
        return f"CAST({sql} AS {number})"
    whole = f"(CAST({sql} AS DECIMAL(38,{s})) * CAST({10**s} AS DECIMAL({s + 1},0)))" if s else sql
    return f"(CAST(CAST({whole} AS BIGINT) AS {number}) / CAST({10**s} AS {number}))"


def _needs_rebuild(source: Type, target: Type) -> bool:
    if source in (target, UNKNOWN):
        return False
    clock = target.name in ("time", TIME_ZONED, "timestamp") and held(source) != held(target)
    return source.name == "row" or clock or target.name in (ZONED, "char") or any(
        _needs_rebuild(s, t) for s, t in zip(source.args, target.args, strict=False)
    )  # fmt: skip


def convert_row(sql: str, source: Type, target: Type, element: Convert) -> str:
    return once(sql, lambda x: _convert_row(x, source, target, element))


def _convert_row(sql: str, source: Type, target: Type, element: Convert) -> str:
    names = zip(field_names(source), source.args, field_names(target), target.args, strict=True)
    fields = ", ".join(f"{ident(n)} := {element(f'struct_extract({sql}, {text(o)})', s, t)}" for o, s, n, t in names)
    return f"CASE WHEN {sql} IS NOT NULL THEN struct_pack({fields}) END"


def convert_nested(sql: str, source: Type, target: Type, element: Convert) -> str:
    """*sql*, an array or a map, with *element* applied to what it holds."""
    name = f"_c{sum(map(str.isalnum, str(source))) % 97}{len(str(target))}"
    if source.name == "array":
        return f"list_transform({sql}, lambda {name}: {element(name, source.element, target.element)})"
    key = element(f"{name}.key", source.args[0], target.args[0])
    value = element(f"{name}.value", source.args[1], target.args[1])
    pairs = f"list_transform(map_entries({sql}), lambda {name}: struct_pack(k := {key}, v := {value}))"
    if source.args[0] == target.args[0]:
        return f"CASE WHEN {sql} IS NOT NULL THEN CAST(map_from_entries({pairs}) AS {held(target)}) END"
    made = once(pairs, lambda p: _map_of(p, f"{name}k", target))
    return f"CASE WHEN {sql} IS NOT NULL THEN {made} END"


def _map_of(pairs: str, name: str, target: Type) -> str:
    """The map of *pairs*, whose keys a cast may have made equal, or NULL."""
    null, twice = (raise_sql("INVALID_CAST_ARGUMENT", m, held(target)) for m in ("map key is null", "duplicate keys"))
    keys = f"list_transform({pairs}, lambda {name}: {name}.k)"
    unknown = f"len(list_filter({keys}, lambda {name}: {name} IS NULL)) > 0"
    failed = f"CASE WHEN {unknown} THEN {null} ELSE {twice} END"
    fewer = f"list_unique({keys}) < len({pairs})"
    if target.args[0].is_float:
        fewer += f" OR len(list_filter({keys}, lambda {name}: isnan({name}))) > 1"
    return f"CASE WHEN {fewer} THEN {failed} ELSE CAST(map_from_entries({pairs}) AS {held(target)}) END"


def zero_guard(divisor: Value, quotient: Callable[[str], str], t: Type) -> str:
    """*quotient* of the divisor's text, or Trino's error where *divisor* is zero; a literal needs no guard."""
    if isinstance(divisor.const, int) and divisor.const != 0:
        return quotient(divisor.sql)
    failed = raise_sql("DIVISION_BY_ZERO", "Division by zero", held(t))
    return once(divisor.sql, lambda d: f"(CASE WHEN {d} = 0 THEN {failed} ELSE {quotient(d)} END)")
