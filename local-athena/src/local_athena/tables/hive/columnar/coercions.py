"""Coercions of columns whose type in a partition or a file is not the one that the table declares.

Pairs of types: https://github.com/trinodb/trino/blob/423/plugin/trino-hive/src/main/java/io/trino/plugin/hive/util/HiveCoercionPolicy.java;
values: https://github.com/trinodb/trino/tree/423/plugin/trino-hive/src/main/java/io/trino/plugin/hive/coercions.
"""

from __future__ import annotations

from typing import Literal

from sqlglot import exp

from local_athena.dialect import errors
from local_athena.dialect.values.types import from_datatype, to_duckdb
from local_athena.tables.hive.lines.values import (
    INTEGERS,
    TIMESTAMPS,
    identifier,
    literal,
    milli,
    milli_of_nanos,
    size,
    sized,
)

_VARCHAR = (exp.DType.VARCHAR, exp.DType.TEXT)
_CHAR = (exp.DType.CHAR, exp.DType.NCHAR)
_WIDER = (exp.DType.TINYINT, exp.DType.SMALLINT, exp.DType.INT, exp.DType.BIGINT)
_FLOATS = (exp.DType.FLOAT, exp.DType.DOUBLE)
_LISTS = (exp.DType.ARRAY, exp.DType.LIST)
_MODERN = "TIMESTAMP '1900-01-01'"
_LENIENT = r"^(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d)(?::(\d\d)(?:\.(\d{0,9}))?)?$"
"""Java's ISO date and time; their parts may exceed a year, a month or a day."""


def coercible(old: exp.DataType, new: exp.DataType) -> bool:
    """Whether values that were written as *old* are read as *new*."""
    if old == new:
        return True
    if old.this in _VARCHAR:
        return new.this in (*_VARCHAR, *_WIDER, *TIMESTAMPS)
    if old.this in _CHAR:
        return new.this in _CHAR
    if new.this in _VARCHAR:
        return old.this in (*_WIDER, *TIMESTAMPS, exp.DType.DECIMAL)
    if old.this in _WIDER:
        return new.this in _WIDER and _WIDER.index(old.this) < _WIDER.index(new.this)
    numbers = (*_FLOATS, exp.DType.DECIMAL)
    if old.this in numbers:
        return new.this in numbers
    if old.this != new.this or not old.expressions:
        return False
    if old.this == exp.DType.STRUCT:
        pairs = zip(old.expressions, new.expressions, strict=False)
        return all(a.name == b.name and coercible(a.args["kind"], b.args["kind"]) for a, b in pairs)
    nested = exp.DataType.NESTED_TYPES
    return old.this in nested and all(coercible(a, b) for a, b in zip(old.expressions, new.expressions, strict=True))


def coerced(value: str, old: exp.DataType, new: exp.DataType) -> str:
    """The DuckDB expression *value* of type *old* as *new*, which it must be ``coercible`` to.

    A query fails with ``INVALID_CAST_ARGUMENT`` for a decimal that overflows, with ``INVALID_ARGUMENTS`` for a number longer than
    its text may be, with ``HIVE_INVALID_TIMESTAMP_COERCION`` for moments before 1900. Text that is no number or moment is NULL.
    """
    if old == new:
        return value
    if new.this in _LISTS:
        return f"list_transform({value}, lambda item: {coerced('item', old.expressions[0], new.expressions[0])})"
    if new.this == exp.DType.MAP:
        key, item = (
            coerced(f"entry.{part}", a, b)
            for part, a, b in zip(("key", "value"), old.expressions, new.expressions, strict=True)
        )
        entries = f"list_transform(map_entries({value}), lambda entry: {{'k': {key}, 'v': {item}}})"
        return f"CASE WHEN {value} IS NOT NULL THEN map_from_entries({entries}) END"
    if new.this == exp.DType.STRUCT:
        return _row(value, old, new)
    if old.this in (*_VARCHAR, *_CHAR):
        return _of_text(value, new)
    if new.this in _VARCHAR:
        return _to_text(value, old, new)
    if new.this == exp.DType.DECIMAL:
        return _to_decimal(value, old, new)
    target = to_duckdb(new)
    if old.this == exp.DType.DOUBLE and new.this == exp.DType.FLOAT:  # beyond its range it is infinite, as in Java
        return f"coalesce(TRY_CAST({value} AS FLOAT), CAST(sign({value}) * 'Infinity'::DOUBLE AS FLOAT))"
    return f"CAST({value} AS {target})"


type Unit = Literal["ms", "us", "ns"]


def of_file(value: str, kind: exp.DataType, unit: Unit) -> str:
    """A column of a columnar file as *kind*: text cut to its length, moments that are finer rounded to Athena's milliseconds."""
    if unit == "ns":  # DuckDB cuts nanoseconds before 1970 upwards
        nanos = f"CAST({value} AS {_of_nanos(kind)})"
        return _exact(nanos, kind, unit)
    cast = f"CAST({value} AS {to_duckdb(kind)})"
    bounded = any(part.this in (*_VARCHAR, *_CHAR) and size(part) for part in kind.find_all(exp.DataType))
    return _exact(cast, kind, unit) if unit != "ms" or bounded else cast


def _of_nanos(kind: exp.DataType) -> str:
    """DuckDB's type of *kind* with moments in nanoseconds."""
    if kind.this in TIMESTAMPS:
        return "TIMESTAMP_NS"
    if kind.this in _LISTS:
        return f"{_of_nanos(kind.expressions[0])}[]"
    if kind.this == exp.DType.MAP:
        return f"MAP({', '.join(map(_of_nanos, kind.expressions))})"
    if kind.this == exp.DType.STRUCT:
        fields = (f"{identifier(field.name)} {_of_nanos(field.args['kind'])}" for field in kind.expressions)
        return f"STRUCT({', '.join(fields)})"
    return to_duckdb(kind)


def _exact(value: str, kind: exp.DataType, unit: Unit) -> str:
    if kind.this in TIMESTAMPS:
        exact = unit == "us" and (size(kind) or 3) > 3
        return value if exact else {"ms": value, "us": milli(value), "ns": milli_of_nanos(value)}[unit]
    if kind.this == exp.DType.TIMESTAMPTZ:  # of Delta's, cut as Trino's reader does
        return f"date_trunc('millisecond', {value})"
    if kind.this in (*_VARCHAR, *_CHAR):
        return sized(value, kind)
    if kind.this in _LISTS:
        return f"list_transform({value}, lambda item: {_exact('item', kind.expressions[0], unit)})"
    if kind.this == exp.DType.MAP:
        key, item = (
            _exact(f"entry.{part}", a, unit) for part, a in zip(("key", "value"), kind.expressions, strict=True)
        )
        entries = f"list_transform(map_entries({value}), lambda entry: {{'k': {key}, 'v': {item}}})"
        return f"CASE WHEN {value} IS NOT NULL THEN map_from_entries({entries}) END"
    if kind.this == exp.DType.STRUCT:
        fields = (
            f"{literal(field.name)}: {_exact(f'({value}).{identifier(field.name)}', field.args['kind'], unit)}"
            for field in kind.expressions
        )
        return f"CASE WHEN {value} IS NOT NULL THEN {{{', '.join(fields)}}} END"
    return value


def _row(value: str, old: exp.DataType, new: exp.DataType) -> str:
    """Fields by their place; those at the end may be new or gone."""
    fields = []
    for at, field in enumerate(new.expressions):
        if at < len(old.expressions):
            there = old.expressions[at]
            read = coerced(f"({value}).{identifier(there.name)}", there.args["kind"], field.args["kind"])
        else:
            read = f"CAST(NULL AS {to_duckdb(field.args['kind'])})"
        fields.append(f"{literal(field.name)}: {read}")
    return f"CASE WHEN {value} IS NOT NULL THEN {{{', '.join(fields)}}} END"


def _of_text(value: str, new: exp.DataType) -> str:
    if new.this in INTEGERS:
        return rf"TRY_CAST(regexp_extract({value}, '^[+-]?\d+$') AS {to_duckdb(new)})"
    if new.this not in TIMESTAMPS:
        return sized(value, new)
    part = [f"TRY_CAST(nullif(regexp_extract({value}, '{_LENIENT}', {at}), '') AS BIGINT)" for at in range(1, 7)]
    year, month, day, hour, minute, second = part
    nanos = f"CAST(rpad(regexp_extract({value}, '{_LENIENT}', 7), 9, '0') AS BIGINT)"
    moment = (
        f"make_timestamp(CAST({year} AS BIGINT), 1, 1, 0, 0, 0.0) + to_months({month} - 1) + to_days(CAST({day} - 1 AS INTEGER)) + "
        f"to_hours({hour}) + to_minutes({minute}) + to_seconds(coalesce({second}, 0)) + to_microseconds(({nanos} + 500) // 1000)"
    )
    return f"CASE WHEN regexp_matches({value}, '{_LENIENT}') THEN {milli(_modern(moment))} END"


def _modern(moment: str) -> str:
    old = errors.raise_with(
        "HIVE_INVALID_TIMESTAMP_COERCION", "'Coercion on historical dates is not supported'", "TIMESTAMP"
    )
    return f"(CASE WHEN {moment} < {_MODERN} THEN {old} ELSE {moment} END)"


def _to_text(value: str, old: exp.DataType, new: exp.DataType) -> str:
    if old.this in TIMESTAMPS:
        return sized(f"CAST({_modern(value)} AS VARCHAR)", new)
    text, most = f"CAST({value} AS VARCHAR)", size(new)
    if most is None:
        return text
    bad = errors.raise_with(
        "INVALID_ARGUMENTS",
        f"'Varchar representation of ' || {text} || ' exceeds {from_datatype(new)} bounds'",
        "VARCHAR",
    )
    return f"CASE WHEN length({text}) > {most} THEN {bad} ELSE {text} END"


def _to_decimal(value: str, old: exp.DataType, new: exp.DataType) -> str:
    target = to_duckdb(new)
    # A float's shortest digits, as Java prints it, not those of its binary value.
    read = value if old.this == exp.DType.DECIMAL else f"CAST({value} AS VARCHAR)"
    said = f"'Cannot cast {_spelt(old)} ''' || CAST({value} AS VARCHAR) || ''' to {_spelt(new)}'"
    bad = errors.raise_with("INVALID_CAST_ARGUMENT", said, target)
    return f"CASE WHEN {value} IS NOT NULL THEN coalesce(TRY_CAST({read} AS {target}), {bad}) END"


def _spelt(kind: exp.DataType) -> str:
    return str(from_datatype(kind)).upper().replace(",", ", ")
